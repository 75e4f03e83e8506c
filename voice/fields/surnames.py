"""Family names, and which one was meant when recognition wrote a homophone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_tone3

from models.phonetic import cost, syllables
from voice.fields.lexicon import words

_READINGS: Mapping[str, str] = {
    "单": "shan", "仇": "qiu", "区": "ou", "解": "xie", "任": "ren", "曾": "zeng", "朴": "piao", "查": "zha",
    "盖": "ge", "翟": "zhai", "缪": "miao", "那": "na", "覃": "qin", "乐": "yue", "石": "shi", "宁": "ning",
    "尉": "wei", "阿": "a", "佴": "nai", "万": "wan", "尉迟": "yu chi", "长孙": "zhang sun", "单于": "chan yu",
}  # fmt: skip
"""Characters that are read differently as a family name."""
_ORDINARY = frozenset("和国时相同")
"""Names that are also everyday words, with commoner namesakes (何, 郭, 石, 向): written so, they prove little."""
_WRITTEN = 0.2
"""How likely recognition writes the right character of a family name that it heard."""
_SAME_TONE, _OTHER_TONE = 0.15, 0.02
"""… a given other character of the same syllable: misheard words mostly keep their tone (何 as 河, 蒋 as 奖)."""
_SIMILAR, _REMOTE = 0.012, 0.002
"""… a given character of a similar syllable, and of one that shares its beginning or its end."""
_OTHER = 1e-3
"""How likely it writes a given word where no family name is."""
_CERTAIN = 0.98
"""No place is surer than this to hold the name."""
_SIMILAR_COST, _MAX_COST = 0.3, 0.6
_UNKNOWN = 0.6
"""Trust in a family name that no list has."""
_HEAD = 3
"""Flattens the prior among the few commonest names (王, 李, 张 …), whose shares are nearly equal."""


@dataclass(frozen=True, slots=True)
class Surname:
    """One family name."""

    text: str
    sounds: tuple[str, ...]
    """Toneless syllables, one per character."""
    prior: float
    """How common it is, up to a factor."""


def _load() -> dict[str, Surname]:
    sounds = {name: tuple(_READINGS.get(name, "").split()) or syllables(name).first for name in words("surnames")}
    return {name: Surname(name, said, 1 / (rank + _HEAD)) for rank, (name, said) in enumerate(sounds.items())}


SURNAMES: Mapping[str, Surname] = _load()
"""By how they are written."""


@lru_cache(maxsize=1024)
def likelihoods(written: str) -> Mapping[str, float]:
    """The family names that may have been said when recognition wrote `written`, and how likely it writes that."""
    heard = syllables(written).readings
    found: dict[str, float] = {}
    for name, surname in SURNAMES.items():
        if name == written:
            found[name] = _SAME_TONE if name in _ORDINARY else _WRITTEN
        elif len(heard) == len(surname.sounds):
            pairs = zip(heard, surname.sounds, strict=True)
            apart = max(min(cost(r, s) for r in readings) for readings, s in pairs)
            if apart <= _MAX_COST:
                alike = _SAME_TONE if _tones(written) == _tones(name) else _OTHER_TONE
                found[name] = alike if not apart else _SIMILAR if apart <= _SIMILAR_COST else _REMOTE
    return found


def like_surname(written: str) -> bool:
    """Whether some family name sounds much like `written`."""
    return any(p >= _SIMILAR for p in likelihoods(written).values())


@cache
def _tones(text: str) -> str:
    """The tone of each character, as digits."""
    return "".join(to_tone3(PINYIN_DICT.get(ord(c), "").split(",")[0])[-1:] for c in text)


def posterior(
    said: Sequence[Mapping[str, float]], explained: Mapping[str, float] = MappingProxyType({})
) -> dict[str, float]:
    """What the family name is, given what was written in every place where it may have been said.

    A character that sounds like no known name stands for itself: there are more family names than any list has.

    Args:
        said: for each place what may be the name there as it was written, and how likely each of them is the name;
            that none is takes what is left.
        explained: of characters that the speaker may explain, how much likelier that makes them.

    Returns:
        Probabilities, most likely first.
    """
    heard = {
        n for place in said for form in place for n, p in likelihoods(form).items() if p >= _SIMILAR or n in explained
    }
    if not heard:
        return dict.fromkeys([form for place in said for form in place][:1], _UNKNOWN)
    weights = {
        n: SURNAMES[n].prior * math.prod(said_here(place, n) for place in said) * explained.get(n, 1.0) for n in heard
    }
    total = sum(weights.values())
    ranked = sorted(weights, key=lambda n: (-weights[n], n))
    return {n: weights[n] / total for n in ranked}


def as_written(said: Sequence[str], explained: Sequence[str]) -> dict[str, float]:
    """What the family name is, where a person wrote down what was `said` in every place.

    The longer of two is the whole one (呼延, 呼). Of others the one that was `explained` last is meant, or said last.
    """
    names = list(dict.fromkeys(reversed(said)))
    meant = [c for c in explained if c in names][-1:]
    ranked = sorted(names, key=lambda name: (len(name), name in meant), reverse=True)
    return {name: (_CERTAIN if name in SURNAMES else _UNKNOWN) if i == 0 else 0.0 for i, name in enumerate(ranked)}


def said_here(place: Mapping[str, float], name: str) -> float:
    """How likely recognition writes what it wrote in `place` when the family name is `name`."""
    by_chance = sum(weight * _chance(form) for form, weight in place.items()) / (sum(place.values()) or 1.0)
    named = sum(weight * likelihoods(form).get(name, 0.0) for form, weight in place.items())
    return named + (1 - min(sum(place.values()), _CERTAIN)) * max(by_chance, _OTHER)


@lru_cache(maxsize=1024)
def _chance(form: str) -> float:
    """How often recognition writes `form` for some family name."""
    total = sum(s.prior for s in SURNAMES.values())
    return sum(SURNAMES[name].prior * p for name, p in likelihoods(form).items()) / total
