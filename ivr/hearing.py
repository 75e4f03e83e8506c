"""What the words of a caller mean in the state that the conversation is in: a signal for the flow.

A state can expect something (`State.expects`): then the words are first read as that. Commands are understood
everywhere.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.conversation import Complaint, Conversation, answering, choosing
from ivr.dialog import Heard
from ivr.expecting import ANSWERED_AT, EXPECTED, LEAST_DICTATED
from ivr.intake import heard_digits
from ivr.interpreting import Interpreter
from ivr.sayings import Intent
from ivr.spotting import Spotter
from ivr.understanding import Reading
from models.phonetic import syllables
from models.workorder import FILL_AT, PLACES, Draft, FieldName

UNCLEAR = "unclear"
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
COMMANDS = (Intent.HUMAN, *MANNERS, Intent.HANGUP, Intent.CALLBACK)
MOST_AGREED = 8
"""Syllables of a yes or no that nobody has asked for; 「好，还有个事……」 is none."""
MOST_ANNOUNCED = 12
"""Syllables of a report that only says that there is something to report."""
NAMING = frozenset({"matter", "place", "time", "name"})
"""What a state can expect that is told in words which nobody can foresee."""
CONFIRMING = frozenset({"phone", "callback_phone"})
"""What a state can expect that may be a number which the guide has named: 「不是」 refuses it."""
DICTATED = frozenset({"phone", "callback_phone", "order", "order_phone", "code"})
"""What a state can expect that is a number and nothing else."""


class Hearing:
    """Turns words into signals. Shared by all calls."""

    def __init__(self, interpreter: Interpreter, spotter: Spotter) -> None:
        self._interpreter = interpreter
        self._spotter = spotter

    def signal(self, c: Conversation, heard: Heard, expects: str | None, *, yes_or_no: bool) -> str:
        """What the flow is told. With `yes_or_no`, agreement is what is most likely to be heard."""
        naming = expects in NAMING
        reading = self._interpreter.read(heard.text, c.called.on, naming=naming)
        if self._interpreter.wants_human(reading, naming=naming):
            return Intent.HUMAN
        heard = replace(heard, text=reading.text)
        dictating = _dictating(heard.text, expects)
        if not dictating and (command := self._command(c, reading, expects)):
            return command
        agreed = self._spotter.agreement(heard.text)
        if expects in CONFIRMING and yes_or_no and agreed is False and not dictating:
            return Intent.NO  # whatever else the call has found
        if expects:
            signal = EXPECTED[expects].read(c, heard, reading)
            if signal or dictating:  # half a number is no answer: 「幺」 sounds like 要
                return signal or UNCLEAR
        if agreed is not None and (expects or (yes_or_no and _only_agrees(heard.text))):
            return Intent.YES if agreed else Intent.NO
        if expects and expects != "choice":
            return _polarity(reading) or UNCLEAR
        if c.offered and self._takes_offer(heard, asked=yes_or_no):
            return "report"
        return self._unexpected(c, heard, reading)

    def _command(self, c: Conversation, reading: Reading, expects: str | None) -> Intent | None:
        """The command in it, unless its words rather are what the state expects."""
        found = self._interpreter.command(reading, c.called.on)
        intent = found[0] if found else self._likely(reading)
        if intent is Intent.HANGUP and expects and not self._spotter.is_farewell(reading.text):
            return None  # 「上个礼拜就这样了」 answers when it happened
        if intent in MANNERS and expects == "matter" and not _only_agrees(reading.text):
            return None  # 「那个路口的车开得太快了」 tells what is wrong
        return intent if intent in COMMANDS else None

    def _likely(self, reading: Reading) -> Intent | None:
        """The intent that is likely enough without a word that speaks for it."""
        if reading.intent is Intent.HANGUP or reading.answer or self._spotter.wants_report(reading.text):
            return None  # nobody is hung up on without a word of goodbye
        return reading.intent if reading.intents[reading.intent] >= COMMAND_AT else None

    def _unexpected(self, c: Conversation, heard: Heard, reading: Reading) -> str:
        """A question, a report, agreement: whatever is likeliest, if likely enough."""
        if self._interpreter.wants_report(reading):
            return self._report(c, heard)
        if reading.answer:
            return self._answer(c, heard, reading)
        if reading.intent is Intent.INTAKE and reading.score >= SAID_AT:
            return self._report(c, heard)
        if guesses := tuple(g for g in reading.guesses[:2] if g.score >= GUESS_AT):
            return choosing(c, guesses)
        least = COMMAND_AT if reading.intent is Intent.DONE else SAID_AT
        if reading.intent not in {Intent.NONE, Intent.HANGUP} and reading.score >= least:
            return reading.intent
        if not self._spotter.asks(heard.text) and _tells(heard.said):
            return self._report(c, heard)
        agreed = self._spotter.agreement(heard.text) if _only_agrees(heard.text) else None
        return UNCLEAR if agreed is None else Intent.YES if agreed else Intent.NO

    def _takes_offer(self, heard: Heard, *, asked: bool) -> bool:
        """Whether it wants what was offered and tells of nothing else; who is asked may answer where it is."""
        if self._spotter.wants_report(heard.text):
            return self._spotter.only_announces(heard.text)
        return asked and not self._spotter.asks(heard.text) and _tells_where(heard.said)

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
        complains = first.entry.offer == "report" and not self._spotter.asks(heard.text)
        return answering(c, first.entry, Complaint(heard.text, c.matter(heard)) if complains else None)


def _dictating(text: str, expects: str | None) -> bool:
    """Whether `text` is, or has in it, a good part of the number that is expected."""
    return expects in DICTATED and len(heard_digits(text)) >= LEAST_DICTATED


def _polarity(reading: Reading) -> str | None:
    best = max((Intent.YES, Intent.NO), key=reading.intents.__getitem__)
    return best if reading.intents[best] >= ANSWERED_AT else None


def _tells(said: Draft) -> bool:
    """Whether words alone say of a matter what it is, or where."""
    category = said.fields.get(FieldName.CATEGORY)
    surely = category is not None and category.value is not None and category.confidence >= FILL_AT
    return surely or _tells_where(said)


def _tells_where(said: Draft) -> bool:
    return any(said.value(name) is not None for name in PLACES)


def _only_agrees(text: str) -> bool:
    """Whether `text` is short enough to be nothing but a yes, a no or a command."""
    return len(syllables(text)) <= MOST_AGREED
