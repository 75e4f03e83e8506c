"""Taking a report by voice: what is known, what is still missing, what has been corrected.

The fields come from outside, from the same extraction as in calls with an operator. A `Report` is an immutable value
beside it: what the caller answered to a question, or put right, outweighs what was gathered from his free telling.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from ivr.amending import amended, only_parts
from ivr.numbers import DIGIT_OF, NAMING_DIGITS
from models.workorder import PLACES, Draft, FieldName, FieldValue, whole_place

MAX_TOLD = 60
"""Characters of the caller's own words that are read back."""
MAX_CORRECTIONS = 3
"""After so many an operator does it better."""


class Slot(StrEnum):
    """What a report needs, in the order in which it is asked for."""

    MATTER = "matter"
    PLACE = "place"
    TIME = "time"
    PHONE = "phone"
    NAME = "name"


FIELDS: Mapping[Slot, tuple[FieldName, ...]] = {
    Slot.MATTER: (FieldName.SUMMARY, FieldName.CATEGORY),
    Slot.PLACE: PLACES,
    Slot.TIME: (FieldName.OCCURRED_AT,),
    Slot.PHONE: (FieldName.CALLER_PHONE,),
    Slot.NAME: (FieldName.CALLER_NAME,),
}
BY_CALLER = (FieldName.CALLER_PHONE, FieldName.CALLER_NAME)
"""What stays the same, whatever else he reports."""
_SLOT_OF = {name: slot for slot, names in FIELDS.items() for name in names}
_BELOW_DISTRICT = (FieldName.STREET, FieldName.COMMUNITY)
_AMENDED = (FieldName.ADDRESS_DETAIL, FieldName.CALLER_NAME, FieldName.CALLER_PHONE)
_SUBJECT = r"(?:[我俺咱也就都请能先嗯啊那这想要]|还是|可以|可不可以|能不能|可是|但是?|希望)*"
_BEFORE = rf"(?:^|[，。！？、,.!?\s]){_SUBJECT}"
_TO = r"(?:[你您他]们?|别人|人家|物业|对方)?"
_OF_HIS = r"(?:[我俺]的?|自己的?|真实|个人|真)*的?"
_REFUSING = rf"{_BEFORE}(?:不|别|甭)[太再]?(?:想|要|愿意|方便|用|必)?(?:再|给|对|跟|和|向)?{_TO}"
_REFUSING += rf"(?:留下?|说出?|给|告诉|透露|提供|公开|泄露)(?:给|出去)?{_TO}{_OF_HIS}"
_WITHHELD = {
    Slot.PHONE: re.compile(rf"{_REFUSING}(?:电话|号码|手机|联系方式)"),
    Slot.NAME: re.compile(rf"{_REFUSING}(?:姓|名)|{_BEFORE}匿名"),
}
"""Of his own: 「物业不给我回电话」 and 「不用留别的号码」 are none."""
_FREELY_ANSWERED = frozenset({Slot.TIME, Slot.NAME})


@dataclass(frozen=True, slots=True)
class Report:
    """A report as far as it has been told."""

    told: tuple[str, ...] = ()
    """What the caller told freely, in his words."""
    category: FieldValue = None
    """Of what was told freely: where it is and when it began says nothing about the matter."""
    draft: Draft = field(default_factory=Draft)
    """What everything said fills in."""
    put_right: Mapping[FieldName, FieldValue] = field(default_factory=dict)
    """Answers and corrections; they outweigh `draft`."""
    answered: frozenset[Slot] = frozenset()
    """Asked for, and answered in words that fill no field (「一直都这样」)."""
    skipped: tuple[Slot, ...] = ()
    """Asked for, and not understood: for an operator to ask again."""
    corrections: int = 0

    def value(self, name: FieldName) -> FieldValue:
        """The field's value; None when it is not known."""
        if name is FieldName.CATEGORY and self.category is not None:
            return self.category
        return self.put_right.get(name, self.draft.value(name))

    def missing(self) -> Slot | None:
        """What to ask for next; None: nothing more."""
        return next((s for s in Slot if s not in self.skipped and s not in self.answered and not self._has(s)), None)

    def _has(self, slot: Slot) -> bool:
        if slot is Slot.MATTER:
            return bool(self.told)
        if slot is Slot.PLACE:  # somewhere that somebody can be sent to
            detail = all(self.value(name) is not None for name in (FieldName.DISTRICT, FieldName.ADDRESS_DETAIL))
            return detail or any(self.value(name) is not None for name in _BELOW_DISTRICT)
        return any(self.value(name) is not None for name in FIELDS[slot])

    # --- Hearing -------------------------------------------------------------------------------

    def tell(self, text: str, draft: Draft) -> Report:
        """After the caller has told something freely."""
        return replace(self, told=(*self.told, text), category=draft.value(FieldName.CATEGORY), draft=draft)

    def answer(self, slot: Slot, draft: Draft, said: Draft) -> Report | None:
        """After an answer to the question for `slot`; None when it does not answer it.

        When it happened and who is calling is answered by anything: not everything that is wrong began on a day.
        """
        heard = replace(self, draft=draft)
        new = {name: v for name in FieldName if (v := said.value(name)) is not None and _SLOT_OF.get(name) is slot}
        if new:
            return heard._with(new)
        if heard._has(slot) and not self._has(slot):  # in pieces: a number over two breaths
            return heard
        return replace(heard, answered=self.answered | {slot}) if slot in _FREELY_ANSWERED else None

    def correct(self, draft: Draft, said: Draft, text: str = "") -> Report | None:
        """After the caller has put something right; None when nothing that he said differs from what is known.

        「地址不对，是三单元」 is no address by itself, but changes the one that everything said so far makes.

        Args:
            text: his words: what they name only a part of changes that part of what is known.
        """
        known = {n: v for n in _SLOT_OF if n not in FIELDS[Slot.MATTER] and (v := said.value(n)) is not None}
        fuller = {n: _fuller(v, draft.value(n)) if n in PLACES else v for n, v in known.items() if v != self.value(n)}
        new = {n: v for n, v in fuller.items() if v != self.value(n)}
        for n in PLACES:
            before, after = self.draft.value(n), draft.value(n)
            if n not in known and before and after and before != after and self.value(n) == before:
                new[n] = after
        whole = {n: self.value(n) for n in _AMENDED if n not in new or only_parts(str(new[n]))}
        new |= amended(text, whole, dated=said.value(FieldName.OCCURRED_AT) is not None)
        return replace(self, draft=draft)._with(new) if new else None

    def withhold(self, text: str) -> Report | None:
        """Without what the caller does not want to tell: 「我不想留电话」; None when he says nothing like it."""
        slots = [slot for slot, refusing in _WITHHELD.items() if refusing.search(text) and slot not in self.skipped]
        unsaid = {name: None for slot in slots for name in FIELDS[slot]}
        return replace(self, skipped=(*self.skipped, *slots))._with(unsaid) if slots else None

    def put(self, name: FieldName, value: FieldValue) -> Report:
        """With a value that was confirmed or keyed in; None: what was heard is wrong."""
        return self._with({name: value})

    def skip(self, slot: Slot) -> Report:
        """Without `slot`: an operator will ask."""
        return replace(self, skipped=(*self.skipped, slot))

    def once_more(self) -> Report:
        """Counts a round of corrections."""
        return replace(self, corrections=self.corrections + 1)

    def _with(self, new: Mapping[FieldName, FieldValue]) -> Report:
        moved = FieldName.DISTRICT in new and new[FieldName.DISTRICT] != self.value(FieldName.DISTRICT)
        emptied = dict.fromkeys(_BELOW_DISTRICT) if moved else {}
        return replace(self, put_right={**self.put_right, **emptied, **new})

    # --- Telling -------------------------------------------------------------------------------

    def fields(self) -> dict[FieldName, FieldValue]:
        """All that is known, for the work order."""
        known: dict[FieldName, FieldValue] = {n: v for n in FieldName if (v := self.value(n)) is not None}
        if isinstance(summary := known.get(FieldName.SUMMARY), str):
            known[FieldName.SUMMARY] = self._put_right_in(summary)
        return known

    def _put_right_in(self, summary: str) -> str:
        """`summary`, which tells what was heard, with what was put right instead."""
        heard, right = self.draft.value(FieldName.CALLER_NAME), self.value(FieldName.CALLER_NAME)
        for before, after in ((whole_place(self.draft.value), whole_place(self.value)), (heard, right)):
            if before and after:
                summary = summary.replace(str(before), str(after))
        return summary

    def unsure(self, *, all_of_it: bool = False) -> tuple[FieldName, ...]:
        """The fields that an operator has to check: those asked for and not understood, or all of them."""
        return tuple(n for slot in Slot if all_of_it or self._asked_in_vain(slot) for n in FIELDS[slot])

    def _asked_in_vain(self, slot: Slot) -> bool:
        return slot in self.skipped or (slot in self.answered and not self._has(slot))

    def spoken(self) -> str:
        """The report as it is read back, in whole sentences."""
        place = whole_place(self.value)
        matter = "，".join(filter(None, (_GREETING.sub("", told) for told in self.told)))[:MAX_TOLD]
        phone, name = self.value(FieldName.CALLER_PHONE), self.value(FieldName.CALLER_NAME)
        parts = [
            f"您反映的是，{matter}" if matter else "",
            f"地点在{place}" if place else "",
            f"时间是{spoken_time(str(when))}" if (when := self.value(FieldName.OCCURRED_AT)) else "",
            f"您的电话是{spell(str(phone))}" if phone else "",
            f"您是{name}" if name else "",
        ]
        return "".join(f"{part.rstrip('。')}。" for part in parts if part)


_GREETING = re.compile(
    r"^(?:(?:喂|哎|诶|嗯|啊|你好|您好|同志|师傅|姑娘|好的?|行|对了)[啊呀哎]?[，。、,.\s]+|那个|还有[一个件]{0,2}事儿?[，。、,.\s]+"
    r"|我[还想要]{1,3}(?:反映|投诉|举报|说)(?:一下|[一个件]{0,2}(?:事|问题|情况)儿?)?[，。、,.\s]+)+"
)
"""What is said before the point, and not read back."""


def _fuller(said: FieldValue, whole: FieldValue) -> FieldValue:
    """What was put right, with what else is known of it: the house (9号楼), when only the estate was wrong."""
    if not isinstance(said, str) or not isinstance(whole, str):
        return said
    return whole if re.search(rf"(?<!\d){re.escape(said)}", whole) else said  # 5号楼 is not in 15号楼


_SPOKEN_DIGITS = dict(zip("0123456789", NAMING_DIGITS, strict=True))
_HEARD_DIGITS = DIGIT_OF | {"洞": "0", "妖": "1", "腰": "1", "拐": "7", "勾": "9"}


_HEARD_YAO = re.compile(r"(?:[jy][a-z]{0,3}|[要有由摇遥腰夭约交焦])(?=[\s,，、]*\d)", re.IGNORECASE)
"""How recognition writes 幺, which is in no text, when digits follow: 「Jow50 Jow020 3040」, 「有86」."""


def spell(digits: str) -> str:
    """Digits one by one, in groups, as one dictates them: 「幺三八，零零幺三，八零零零」."""
    first = 3 if len(digits) == 11 else 4
    groups = [digits[:first], *(digits[i : i + 4] for i in range(first, len(digits), 4))]
    return "，".join("".join(_SPOKEN_DIGITS.get(c, c) for c in group) for group in groups if group)


def heard_digits(text: str) -> str:
    """The digits that were dictated, run together; words between them do not count."""
    text = _HEARD_YAO.sub("1", text)
    return "".join(_HEARD_DIGITS[c] for c in text if c in _HEARD_DIGITS)


def spoken_time(value: str) -> str:
    """An `occurred_at` as one says it."""
    when = datetime.fromisoformat(value)
    day = f"{when.month}月{when.day}日"
    return f"{day}{when.hour}点{f'{when.minute}分' if when.minute else ''}" if len(value) > len("2026-01-01") else day
