"""What a state can expect, and how words are read as that."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ivr.conversation import Conversation, answering
from ivr.dialog import Heard
from ivr.dictation import LEAST_HEARD, MOBILE, likeliest
from ivr.intake import Slot, heard_digits
from ivr.sayings import Intent
from ivr.understanding import Reading
from models.phonetic import syllables
from models.workorder import FieldName

ANSWERED_AT = 0.5
"""Probability from which what was expected is refused, or agreed to."""
PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7}|[48]00\d{7}")
"""A mobile, a landline with or without its area code, a service number."""
ORDER = re.compile(r"\d{6,24}")
ORDER_UNASKED = re.compile(r"20\d{10,}")
"""Begins with the day: no telephone number is that long."""
CODE = re.compile(r"\d{4}")
_LONG_RUN = re.compile(r"\d{8,}")
_AT_ONCE = re.compile("救命|快[来救]|赶紧|出不来|不行了|没醒|没气|不省人事|还在里")
_NEEDS_NO_HELP = re.compile(
    r"(?<!有)(?:没有?|无|不存在|脱离了?)(?:什么|啥|人|谁)?(?:受伤|伤|危险|大?事|大碍|被困)|(?:不用|不需要|没必要|不必|不是|用不着)(?!不)"
)
_NEEDS_HELP = re.compile(
    r"^(?:有|是|对|要|需要|当然)|受伤|流血|出血|昏|晕|救|危险|快|困|[没不](?:呼吸|动|反应|下来|上来|知道在哪|见)"
)
_NO = re.compile("(?:现在|目前|暂时|都|人)?[没不无]|那?倒|已经")
"""How somebody answers who was asked whether anybody must be helped at once."""
_SAME_START = 3
"""Digits: who begins with the same ones says a number once more, and does not go on with it."""
MOBILE_DIGITS = 11
LEAST_DICTATED, MAX_DICTATED = 3, 24
"""Digits: fewer may belong to words (慢一点); more are no number that we know."""

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
    if reading.intent in {Intent.NO, Intent.DONE, Intent.YES} and reading.intents[reading.intent] >= ANSWERED_AT:
        return reading.intent
    c.report = c.report.tell(heard.text, heard.draft)
    return "told"


def _slot(slot: Slot) -> Read:
    def read(c: Conversation, heard: Heard, reading: Reading) -> str | None:
        refused = reading.intents[Intent.NO] >= ANSWERED_AT
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
    report = c.report.correct(heard.draft, heard.said, heard.text)
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


def _danger(_: Conversation, heard: Heard, __: Reading) -> str | None:
    if _AT_ONCE.search(heard.text):
        return Intent.YES
    if _NEEDS_NO_HELP.search(heard.text):
        return Intent.NO
    return Intent.YES if _NEEDS_HELP.search(heard.text) else Intent.NO if _NO.match(heard.text) else None


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
    c.dictates_again = bool(c.dictated) and new[:_SAME_START] == c.dictated[:_SAME_START]
    if c.dictates_again:
        c.dictated = ""
    for digits in (new, c.dictated + new):
        if form.fullmatch(digits):
            c.dictated = ""
            return digits
    c.dictated = (c.dictated + new)[-MAX_DICTATED:]
    return None


def is_piece(c: Conversation, text: str, expects: str | None) -> bool:
    """Whether `text` is a piece of the number that is dictated, and more of it must follow."""
    expected = EXPECTED.get(expects or "")
    if expected is None or expected.whole is not MOBILE:
        return False
    return not c.dictates_again and len(heard_digits(text)) < LEAST_HEARD and len(c.dictated) < MOBILE_DIGITS


def order_in(text: str) -> str | None:
    """The number of an order, where nobody has asked for one."""
    digits = heard_digits(text)
    return digits if ORDER_UNASKED.fullmatch(digits) else None


_FILLED, _DIGITS = frozenset({"filled", "corrected"}), frozenset({"digits"})
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
    "danger": Expected(_danger, frozenset()),
    "callback_phone": Expected(_callback, _DIGITS, PHONE, MOBILE),
}
"""By the name that states expect them by."""
