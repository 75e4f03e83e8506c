"""What the words of a caller mean in the state that the conversation is in: a signal for the flow.

A state can expect something (`State.expects`): then the words are first read as that. Commands are understood
everywhere.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ivr.conversation import Complaint, Conversation, answering, answering_first, choosing
from ivr.dialog import Heard
from ivr.dictation import LEAST_HEARD
from ivr.expecting import ANSWERED_AT, EXPECTED, LEAST_DICTATED, is_piece, order_in
from ivr.intake import FIELDS, Slot, heard_digits
from ivr.interpreting import Interpreter
from ivr.sayings import Intent
from ivr.spotting import Spotter
from ivr.understanding import Reading
from models.phonetic import syllables
from models.workorder import FILL_AT, PLACES, Draft, FieldName

UNCLEAR = "unclear"
WAIT, GREETING, OPENING, PIECE = "wait", "greeting", "opening", "piece"
"""Somebody waits, or does not know yet what to say; asks whether he is heard; asks for the word; is not through with
dictating."""
COMMAND_AT = 0.5
"""Probability from which a command counts."""
SAID_AT = 0.3
"""Probability from which agreement, a goodbye or the wish to report counts, when nothing is likelier."""
CLOSE = 0.15
"""Two questions are too close to choose between when their probabilities differ by less."""
GUESS_AT = 0.25
"""Probability from which 「您是想问……对吗」 is worth asking."""
MANNERS = (Intent.REPEAT, Intent.SLOWER, Intent.LOUDER)
"""Commands about how the guide speaks."""
LEAVING = (Intent.HANGUP, Intent.CALLBACK)
COMMANDS = (Intent.HUMAN, *MANNERS, Intent.HANGUP, Intent.CALLBACK)
MOST_AGREED = 8
"""Syllables of what is nothing but a yes, a no or a command; 「好，还有个事……」 is none."""
MOST_ANNOUNCED = 12
"""Syllables of a report that only says that there is something to report."""
NAMING = frozenset({"matter", "place", "time", "name"})
"""What a state can expect that is told in words which nobody can foresee."""
ASKED = frozenset({"place", "time", "phone", "name"})
"""What is asked for one by one: other things may be put right meanwhile."""
REPORTING = ASKED | {"matter", "correction"}
"""What a state can expect in which a report is taken."""
CONFIRMING = frozenset({"phone", "callback_phone"})
"""What a state can expect that may be a number which the guide has named: 「不是」 refuses it."""
_NAMES = re.compile(r"姓|叫|^[^喂你您好嗯啊]{1,2}(?:老师|师傅|大姐|同志)")
"""How names are told that the fields may miss."""
DICTATED = frozenset({"phone", "callback_phone", "order", "order_phone", "code"})
"""What a state can expect that is a number and nothing else."""


class Hearing:
    """Turns words into signals. Shared by all calls."""

    def __init__(self, interpreter: Interpreter, spotter: Spotter) -> None:
        self._interpreter = interpreter
        self._spotter = spotter

    def signal(self, c: Conversation, heard: Heard, expects: str | None, *, yes_or_no: bool) -> str:
        """What the flow is told. With `yes_or_no`, agreement is what is most likely to be heard."""
        if self._spotter.waits(heard.text) and not _answers(heard, expects):
            return WAIT
        naming = expects in NAMING
        reading = self._interpreter.read(heard.text, c.called.on, naming=naming)
        if self._interpreter.wants_human(reading, naming=naming):
            return Intent.HUMAN
        dictating = _dictating(heard.text, expects) and not self._puts_right(heard.text)
        if not dictating and (
            signal := self._command(c, heard, reading, expects) or self._aside(c, heard, expects, yes_or_no)
        ):
            return signal
        heard = replace(heard, text=reading.text)
        agreed = self._agreed(heard.text, expects)
        if expects in CONFIRMING and yes_or_no and agreed is False and not dictating:
            return Intent.NO  # whatever else the call has found
        if expects:
            signal = EXPECTED[expects].read(c, heard, reading)
            if signal or dictating:  # half a number is no answer: 「幺」 sounds like 要
                return signal or (PIECE if is_piece(c, heard.text, expects) else UNCLEAR)
        answers = expects not in {None, "choice"} or (yes_or_no and self._only_answers(heard))
        if agreed is not None and answers:
            return Intent.YES if agreed else Intent.NO
        if expects and expects != "choice":
            return _polarity(reading) or UNCLEAR
        if order := order_in(heard.text):
            c.order_id, c.order_phone = order, None
            return "digits"
        if c.offered and self._takes_offer(heard, asked=yes_or_no):
            return "report"
        return self._unexpected(c, heard, reading)

    def _aside(self, c: Conversation, heard: Heard, expects: str | None, yes_or_no: bool) -> str | None:
        """What is said about the conversation, or puts right something else than what was asked for."""
        text = heard.text
        if expects in REPORTING and self._spotter.cancels(text):
            return "cancel"
        if not _answers(heard, expects):
            if expects in NAMING and self._spotter.hesitates(text):
                return WAIT
            greets = self._spotter.only_greets(text)
            if greets or self._opens(text, expects, yes_or_no=yes_or_no):
                return Intent.REPEAT if expects not in {None, "matter"} else GREETING if greets else OPENING
        if expects in ASKED:
            withheld = None if _answers(heard, expects) else c.report.withhold(text)
            amended = c.report.correct(heard.draft, heard.said, text) if self._spotter.objects(text) else None
            if report := withheld or amended:
                c.report = report
                return "corrected"
        return None

    def _opens(self, text: str, expects: str | None, *, yes_or_no: bool) -> bool:
        """Whether it only asks for the word; 「对，是这个问题」 agrees, where that is possible."""
        if not self._spotter.only_opens(text) or (expects != "matter" and self._wants_report(text)):
            return False
        answers = expects is not None and expects not in NAMING and yes_or_no and not self._spotter.asks(text)
        return not answers or text.startswith("有") or self._spotter.agreement(text) is None

    def _puts_right(self, text: str) -> bool:
        """Whether it rather is something else with digits in it: 「不对，是三百零八楼」."""
        return self._spotter.objects(text) and len(heard_digits(text)) < LEAST_HEARD

    def _wants_report(self, text: str) -> bool:
        return self._spotter.wants_report(text) or self._spotter.only_registers(text)

    def _agreed(self, text: str, expects: str | None) -> bool | None:
        """Whether it agrees, or does not; who says that something is wrong does not."""
        agreed = self._spotter.agreement(text)
        return False if expects == "correction" and self._spotter.objects(text) else agreed

    def _only_answers(self, heard: Heard) -> bool:
        """Whether a yes or no is all there is to it."""
        return _is_brief(heard.text) and not self._spotter.asks(heard.text) and not _tells(heard.said)

    def _command(self, c: Conversation, heard: Heard, reading: Reading, expects: str | None) -> Intent | None:
        """The command in it, unless its words rather are what the state expects."""
        found = self._interpreter.command(reading, c.called.on)
        intent = found[0] if found else self._likely(reading, expects)
        if intent is Intent.HANGUP and expects and not self._spotter.is_farewell(reading.text):
            return None  # 「上个礼拜就这样了」 answers when it happened
        if intent in LEAVING and expects == "correction" and self._agreed(reading.text, expects):
            return Intent.YES  # 「对，没错，谢谢，再见」: nobody goes before his report is saved
        if intent in MANNERS and expects in ASKED and _fills_slot(heard.said):
            return None  # 「我刚才说了，昨天」
        if intent in MANNERS and expects == "matter" and not _is_brief(reading.text):
            return None  # 「那个路口的车开得太快了」 tells what is wrong
        if intent in MANNERS and expects == "danger" and EXPECTED[expects].read(c, heard, reading):
            return None  # 「快点啊」 does not mean the speech
        return intent if intent in COMMANDS else None

    def _likely(self, reading: Reading, expects: str | None) -> Intent | None:
        """The intent that is likely enough without a word that speaks for it."""
        if reading.intent is Intent.HUMAN and expects in NAMING:
            return None  # 「我姓任」
        if reading.intent is Intent.HANGUP or reading.answer or self._spotter.wants_report(reading.text):
            return None  # nobody is hung up on without a word of goodbye
        return reading.intent if reading.intents[reading.intent] >= COMMAND_AT else None

    def _unexpected(self, c: Conversation, heard: Heard, reading: Reading) -> str:
        """A question, a report, agreement: whatever is likeliest, if likely enough."""
        if self._interpreter.wants_report(reading) or self._spotter.only_registers(heard.text):
            return self._report(c, heard)
        asks = self._spotter.asks(heard.text)
        if self._spotter.is_angry(heard.text) and not asks and (_is_brief(heard.text) or not _tells(heard.said)):
            return "angry"
        if two := self._interpreter.two_questions(heard.text, c.called.on):
            return answering_first(c, *two)
        if reading.answer:
            return self._answer(c, heard, reading)
        if reading.intent is Intent.INTAKE and reading.score >= SAID_AT:
            return self._report(c, heard)
        if guesses := tuple(g for g in reading.guesses[:2] if g.score >= GUESS_AT):
            return choosing(c, guesses)
        if self._spotter.is_done(heard.text) and not asks:
            return Intent.DONE
        least = COMMAND_AT if reading.intent is Intent.DONE else SAID_AT
        if reading.score >= least and self._borne_out(reading.intent, heard.text):
            return reading.intent
        if not asks and _tells(heard.said):
            return self._report(c, heard)
        agreed = None if self._spotter.objects(heard.text) else self._spotter.only_agrees(heard.text)
        return UNCLEAR if agreed is None else Intent.YES if agreed else Intent.NO

    def _borne_out(self, intent: Intent, text: str) -> bool:
        """Whether words allow for `intent`: the model alone is not to be trusted with the end of the call."""
        match intent:
            case Intent.NONE | Intent.HANGUP:
                return False
            case Intent.DONE:
                return (_is_brief(text) or self._spotter.is_done(text)) and not self._spotter.objects(text)
            case Intent.NO:
                return self._spotter.agreement(text) is False and not self._spotter.objects(text)
            case _:
                return True

    def _takes_offer(self, heard: Heard, *, asked: bool) -> bool:
        """Whether it wants what was offered and tells of nothing else; it may go on with where it is, or since when.

        Args:
            asked: he was asked whether he wants it.
        """
        if self._spotter.only_registers(heard.text):
            return True
        if self._spotter.wants_report(heard.text) or self._spotter.asks(heard.text):
            return False
        goes_on = _tells_where(heard.said) or heard.said.value(FieldName.OCCURRED_AT) is not None
        return goes_on and (asked or not _tells_what(heard.said))

    def _report(self, c: Conversation, heard: Heard) -> str:
        """With what already tells of the matter."""
        c.offered = None
        draft = c.matter(heard)
        long = len(syllables(heard.text)) > MOST_ANNOUNCED
        tells = long or draft.value(FieldName.CATEGORY) is not None
        if tells and not self._spotter.only_announces(heard.text):
            c.report = c.report.tell(heard.text, draft)
        return "report"

    def _answer(self, c: Conversation, heard: Heard, reading: Reading) -> str:
        """To the likeliest question; who only complains may have it registered instead of telling it once more."""
        first, *others = reading.guesses
        if others and first.score - others[0].score < CLOSE:
            return choosing(c, reading.guesses[:2])
        states = not self._spotter.asks(heard.text)
        return answering(c, first.entry, Complaint(heard.text, c.matter(heard)) if states else None)


def _dictating(text: str, expects: str | None) -> bool:
    """Whether `text` is, or has in it, a good part of the number that is expected."""
    return expects in DICTATED and len(heard_digits(text)) >= LEAST_DICTATED


def _polarity(reading: Reading) -> str | None:
    best = max((Intent.YES, Intent.NO), key=reading.intents.__getitem__)
    return best if reading.intents[best] >= ANSWERED_AT else None


def _tells(said: Draft) -> bool:
    """Whether words alone say of a matter what it is, or where."""
    return _tells_what(said) or _tells_where(said)


def _tells_what(said: Draft) -> bool:
    category = said.fields.get(FieldName.CATEGORY)
    return category is not None and category.value is not None and category.confidence >= FILL_AT


def _answers(heard: Heard, expects: str | None) -> bool:
    """Whether it is what was asked for, whatever it sounds like: 李老师 sounds like 你，老师."""
    if expects == "name" and _NAMES.search(heard.text):
        return True
    return expects in ASKED and any(heard.said.value(name) is not None for name in FIELDS[Slot(expects)])


def _fills_slot(said: Draft) -> bool:
    return any(said.value(name) is not None for slot in ASKED for name in FIELDS[Slot(slot)])


def _tells_where(said: Draft) -> bool:
    return any(said.value(name) is not None for name in PLACES)


def _is_brief(text: str) -> bool:
    """Whether `text` is short enough to be nothing but a yes, a no or a command."""
    return len(syllables(text)) <= MOST_AGREED
