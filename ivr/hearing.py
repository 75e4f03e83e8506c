"""What the words of a caller mean in the state that the conversation is in: a signal for the flow.

A state can expect something (`State.expects`): then the words are first read as that. Commands are understood
everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from ivr.commanding import command
from ivr.conversation import Conversation, answering
from ivr.dialog import Heard
from ivr.dictation import LEAST_HEARD, MOBILE, likeliest
from ivr.intake import Slot, heard_digits
from ivr.sayings import Intent
from ivr.spotting import Spotter
from ivr.understanding import Guess, Reading, Understanding
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
COMMANDS = (Intent.HUMAN, Intent.REPEAT, Intent.SLOWER, Intent.LOUDER, Intent.HANGUP, Intent.CALLBACK)
PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7}|[48]00\d{7}")
"""A mobile, a landline with or without its area code, a service number."""
ORDER = re.compile(r"\d{6,24}")
CODE = re.compile(r"\d{4}")
MOST_AGREED = 8
"""Syllables of a yes or no that nobody has asked for; 「好，还有个事……」 is none."""
_LONG_RUN = re.compile(r"\d{8,}")
_SAME_START = 3
"""Digits: who begins with the same ones says a number once more, and does not go on with it."""
LEAST_DICTATED, MAX_DICTATED = 3, 24
"""Digits: fewer may belong to words (慢一点); more are no number that we know."""
MOST_ANNOUNCED = 12
"""Syllables of a report that only says that there is something to report."""
NAMING = frozenset({"matter", "place", "time", "name"})
"""What a state can expect that is told in words which nobody can foresee."""
CONFIRMING = frozenset({"phone", "callback_phone"})
"""What a state can expect that may be a number which the guide has named: 「不是」 refuses it."""
DICTATED = frozenset({"phone", "callback_phone", "order", "order_phone", "code"})
"""What a state can expect that is a number and nothing else."""

Read: TypeAlias = Callable[[Conversation, Heard, Reading], str | None]
"""The signal for words where something is expected; None: they are something else."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Something that a state can expect, and the signals that tell that it came."""

    read: Read
    signals: frozenset[str]
    number: re.Pattern[str] | None = None
    """What a number looks like that it is, or that is in it; it can be keyed in, too."""
    whole: re.Pattern[str] | None = None
    """When that much is keyed in, nothing can follow."""


class Hearing:
    """Turns words into signals. Shared by all calls."""

    def __init__(self, understanding: Understanding, spotter: Spotter) -> None:
        self._understanding = understanding
        self._spotter = spotter

    def signal(self, c: Conversation, heard: Heard, expects: str | None, *, yes_or_no: bool) -> str:
        """What the flow is told. With `yes_or_no`, agreement is what is most likely to be heard."""
        if expects not in NAMING:
            heard = replace(heard, text=self._spotter.meant(heard.text))
        if self._spotter.wants_human(heard.text):
            return Intent.HUMAN
        reading = self._understanding.read(heard.text, c.called.on)
        if expects not in NAMING and self._spotter.wants_human(reading.said):
            return Intent.HUMAN
        dictating = _dictating(heard.text, expects)
        commanded = None if dictating else self._command(reading, c)
        if commanded is Intent.HANGUP and expects and not self._spotter.is_farewell(heard.text):
            commanded = None  # 「上个礼拜就这样了」 answers when it happened
        if (
            commanded in {Intent.REPEAT, Intent.SLOWER, Intent.LOUDER}
            and expects == "matter"
            and not _is_brief(heard)
        ):
            commanded = None  # 「那个路口的车开得太快了」 tells what is wrong
        if commanded in COMMANDS:
            return commanded
        agreed = self._spotter.agreement(heard.text)
        if expects in CONFIRMING and yes_or_no and agreed is False and not dictating:
            return Intent.NO  # whatever else the call has found
        if expects:
            signal = EXPECTED[expects].read(c, heard, reading)
            if signal or dictating:  # half a number is no answer: 「幺」 sounds like 要
                return signal or UNCLEAR
        if (yes_or_no or expects) and agreed is not None and (expects or _is_brief(heard)):
            return Intent.YES if agreed else Intent.NO
        if expects and expects != "choice":
            return _polarity(reading) or UNCLEAR
        return self._offered(c, heard, reading) if yes_or_no and c.complaint else self._said(c, heard, reading)

    def _offered(self, c: Conversation, heard: Heard, reading: Reading) -> str:
        """What is said to the offer to report what was complained of."""
        report = self._spotter.wants_report(heard.text)
        if self._spotter.only_announces(heard.text) and report:
            return Intent.YES
        if not report and not self._spotter.asks(heard.text) and _tells_where(heard.said):
            return Intent.YES  # who says where it is goes along with reporting it
        offered, apart = c.complaint, c.apart
        c.complaint, c.apart = None, True
        signal = self._said(c, heard, reading)
        if signal in {Intent.YES, Intent.NO, UNCLEAR}:
            c.complaint, c.apart = offered, apart
        return signal

    def _said(self, c: Conversation, heard: Heard, reading: Reading) -> str:
        return self._general(c, heard, reading) or self._agreement(heard)

    def _command(self, reading: Reading, c: Conversation) -> Intent | None:
        """What is likely enough to be a command, or something that nobody waits for."""
        if commanded := command(reading, self._spotter, self._understanding, c.called.on):
            return commanded[0]
        if reading.intent is Intent.HANGUP or reading.answer or self._spotter.wants_report(reading.text):
            return None  # nobody is hung up on without a word of goodbye
        return reading.intent if reading.intents[reading.intent] >= COMMAND_AT else None

    def _general(self, c: Conversation, heard: Heard, reading: Reading) -> str | None:
        """A question, a report, agreement: whatever is likeliest, if likely enough."""
        announced = self._spotter.only_announces(heard.text)
        if self._spotter.wants_report(heard.text) or self._spotter.wants_report(reading.said):
            return _report(c, heard, announced=announced)
        if reading.answer:
            first, *others = reading.guesses
            if others and first.score - others[0].score < CLOSE:
                return _choose(c, reading.guesses[:2])
            if first.entry.offer == "report" and not self._spotter.asks(heard.text):
                c.complaint = heard.text, heard.said if c.apart else heard.draft
            return answering(c, first.entry)
        if reading.intent is Intent.INTAKE and reading.score >= SAID_AT:
            return _report(c, heard, announced=announced)
        if reading.guesses and reading.guesses[0].score >= GUESS_AT:
            return _choose(c, tuple(g for g in reading.guesses[:2] if g.score >= GUESS_AT))
        least = COMMAND_AT if reading.intent is Intent.DONE else SAID_AT
        if reading.intent not in {Intent.NONE, Intent.HANGUP} and reading.score >= least:
            return reading.intent
        if not self._spotter.asks(heard.text) and _tells(heard.said):
            return _report(c, heard, announced=announced)
        return None

    def _agreement(self, heard: Heard) -> str:
        agreed = self._spotter.agreement(heard.text) if _is_brief(heard) else None
        return UNCLEAR if agreed is None else Intent.YES if agreed else Intent.NO


def _dictating(text: str, expects: str | None) -> bool:
    """Whether `text` is, or has in it, a good part of the number that is expected."""
    return expects in DICTATED and len(heard_digits(text)) >= LEAST_DICTATED


def _polarity(reading: Reading) -> str | None:
    best = max((Intent.YES, Intent.NO), key=reading.intents.__getitem__)
    return best if reading.intents[best] >= COMMAND_AT else None


def _tells(said: Draft) -> bool:
    """Whether words alone say of a matter what it is, or where."""
    category = said.fields.get(FieldName.CATEGORY)
    surely = category is not None and category.value is not None and category.confidence >= FILL_AT
    return surely or _tells_where(said)


def _tells_where(said: Draft) -> bool:
    return any(said.value(name) is not None for name in PLACES)


def _is_brief(heard: Heard) -> bool:
    return len(syllables(heard.text)) <= MOST_AGREED


def _report(c: Conversation, heard: Heard, *, announced: bool) -> str:
    """With what already tells of the matter; `announced`: nothing does."""
    draft = heard.said if c.apart else heard.draft
    long = len(syllables(heard.text)) > MOST_ANNOUNCED
    if not announced and (long or draft.value(FieldName.CATEGORY) is not None):
        c.report = c.report.tell(heard.text, draft)
    return "report"


def _choose(c: Conversation, guesses: tuple[Guess, ...]) -> str:
    c.guesses = guesses
    return "close"


# --- What a state can expect -------------------------------------------------------------------

_FIRST = ("第一", "头一", "前面", "前头", "前边", "前一个", "上一个", "前者")
_SECOND = ("第二", "后面", "后头", "后边", "后一个", "下一个", "后者")


def _choice(c: Conversation, heard: Heard, reading: Reading) -> str | None:
    if len(c.guesses) > 1:
        said = _sound(heard.text)
        for place, words in enumerate((_FIRST, _SECOND)):
            if any(_sound(word) in said for word in words):
                return answering(c, c.guesses[place].entry)
    offered = {guess.entry.id: guess for guess in c.guesses}
    chosen = next((g for g in reading.guesses if g.entry.id in offered), None)
    if chosen and (reading.answer is None or reading.answer == chosen.entry):
        return answering(c, chosen.entry)
    return None


def _sound(text: str) -> str:
    """Syllables between spaces: 「第1个」 and 「地一个」 sound like 第一个."""
    return f" {' '.join(syllables(text).first)} "


def _matter(c: Conversation, heard: Heard, reading: Reading) -> str | None:
    if reading.intent in {Intent.NO, Intent.DONE, Intent.YES} and reading.intents[reading.intent] >= COMMAND_AT:
        return reading.intent
    c.report = c.report.tell(heard.text, heard.draft)
    return "told"


def _slot(slot: Slot) -> Read:
    def read(c: Conversation, heard: Heard, reading: Reading) -> str | None:
        refused = reading.intents[Intent.NO] >= COMMAND_AT
        report = None if refused else c.report.answer(slot, heard.draft, heard.said)
        if report is None:
            return None
        c.report = report
        return None if report.missing() is slot else "filled"  # a part of it: the rest is asked for once more

    return read


def _report_phone(c: Conversation, heard: Heard, reading: Reading) -> str | None:
    """Digits count as they were said; without any, the words do (「就打这个号」)."""
    digits = heard_digits(heard.text)
    phone = _dictated(c, heard, PHONE) or _by_all_hearings(c, digits)
    if phone:
        c.report = c.report.put(FieldName.CALLER_PHONE, phone)
        return "filled"
    if len(digits) >= LEAST_DICTATED and digits not in str(heard.said.value(FieldName.CALLER_PHONE) or ""):
        return None  # half a number; what else the draft holds is not what was said
    return _slot(Slot.PHONE)(c, heard, reading)


def _correction(c: Conversation, heard: Heard, _: Reading) -> str | None:
    report = c.report.correct(heard.draft, heard.said)
    digits = max(_LONG_RUN.findall(heard.text), key=len, default=heard_digits(heard.text))
    refused = c.report.value(FieldName.CALLER_PHONE)
    if len(digits) >= LEAST_HEARD and digits != refused:
        c.refused |= {str(refused)}
        if phone := _by_all_hearings(c, digits):
            report = (report or c.report).put(FieldName.CALLER_PHONE, phone)
    if report is None:
        return None
    c.report = report
    return "corrected"


def _order(c: Conversation, heard: Heard, _: Reading) -> str | None:
    order = _dictated(c, heard, ORDER)
    if order:
        c.order_id, c.order_phone = order, None
    return "digits" if order else None


def _order_phone(c: Conversation, heard: Heard, _: Reading) -> str | None:
    phone = _dictated(c, heard, PHONE)
    if phone:
        c.order_id, c.order_phone = None, phone
    return "digits" if phone else None


def _code(c: Conversation, heard: Heard, _: Reading) -> str | None:
    code = _dictated(c, heard, CODE)
    c.code = code or c.code
    return "digits" if code else None


def _callback(c: Conversation, heard: Heard, _: Reading) -> str | None:
    phone = _dictated(c, heard, PHONE)
    c.callback = phone or c.callback
    return "digits" if phone else None


def _by_all_hearings(c: Conversation, digits: str) -> str | None:
    """The telephone number that the caller has dictated, now that he has said it once more."""
    if len(digits) >= LEAST_HEARD:
        c.hearings += (digits,)
    if MOBILE.fullmatch(digits) and digits not in c.refused:
        return digits
    return likeliest(c.hearings, c.refused)


def _dictated(c: Conversation, heard: Heard, form: re.Pattern[str]) -> str | None:
    """A number of that form: said at once, or in pieces."""
    new = heard_digits(heard.text)
    if new[:_SAME_START] == c.dictated[:_SAME_START]:
        c.dictated = ""  # he begins again
    for digits in (new, c.dictated + new):
        if form.fullmatch(digits):
            c.dictated = ""
            return digits
    c.dictated = (c.dictated + new)[-MAX_DICTATED:]
    return None


_FILLED, _DIGITS = frozenset({"filled"}), frozenset({"digits"})
EXPECTED: Mapping[str, Expected] = {
    "matter": Expected(_matter, frozenset({"told"})),
    "place": Expected(_slot(Slot.PLACE), _FILLED),
    "time": Expected(_slot(Slot.TIME), _FILLED),
    "phone": Expected(_report_phone, _FILLED, PHONE, MOBILE),
    "name": Expected(_slot(Slot.NAME), _FILLED),
    "correction": Expected(_correction, frozenset({"corrected"}), PHONE, MOBILE),
    "choice": Expected(_choice, frozenset()),
    "order": Expected(_order, _DIGITS, ORDER),
    "order_phone": Expected(_order_phone, _DIGITS, PHONE, MOBILE),
    "code": Expected(_code, _DIGITS, CODE, CODE),
    "callback_phone": Expected(_callback, _DIGITS, PHONE, MOBILE),
}
"""By the name that states expect them by."""
