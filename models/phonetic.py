"""How Chinese text sounds: toneless syllables, aligned with the characters they come from.

Recognition of telephone speech gets syllables right far more often than characters (「方星圆二去」 for 芳星园二区),
so everything that looks for known words in a transcript — names, hotwords, requests, questions — compares
syllables.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

DIGIT_SOUNDS: Mapping[str, tuple[str, ...]] = {
    "0": ("ling", "dong"),
    "1": ("yi", "yao"),
    "2": ("er", "liang"),
    "3": ("san",),
    "4": ("si",),
    "5": ("wu",),
    "6": ("liu",),
    "7": ("qi", "guai"),
    "8": ("ba",),
    "9": ("jiu", "gou"),
}
"""How digits are said one by one, the radio words 洞 拐 勾 among them."""
_EXTRA: Mapping[str, tuple[str, ...]] = {
    "幺": ("yao", "yi"),
    "儿": ("er",),
    "嗯": ("en",),
    "着": ("zhe", "zhao", "zhuo"),
}
_MIN_SHARE = 0.08
"""A reading used in fewer of a character's words than this is dropped: it costs more false matches than it finds."""
_MAX_PHRASE = 4
_UNRELATED = 1.0
_HALF_RELATED = 0.6
"""Same initial and any final, or the reverse: recognition keeps one of them far more often than chance would."""
_MAX_FOLDED = 0.3
_F_AS_H = {"fa": "hua", "fan": "huan", "fang": "huang", "fei": "hui", "fen": "hun", "feng": "hun"} | {
    "fo": "huo",
    "fou": "hou",
    "fu": "hu",
}
"""Syllables with f as they sound from speakers who have no f."""


@dataclass(frozen=True, slots=True)
class Syllables:
    """A text as a sequence of spoken units: syllables of characters and digits, Latin letters as themselves.

    Punctuation and spaces have no unit, so a name is found across the commas that recognition puts into it.
    """

    text: str
    at: tuple[int, ...]
    """Index in `text` of the character of each unit, ascending."""
    readings: tuple[tuple[str, ...], ...]
    """Of each unit, most likely first: pinyin without tone (`lv` for lü), or a capital for a Latin letter."""

    def __len__(self) -> int:
        return len(self.at)

    @property
    def first(self) -> tuple[str, ...]:
        """The most likely reading of each unit."""
        return tuple(r[0] for r in self.readings)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open character range in `text` of the units `start` … `end - 1` (at least one)."""
        return self.at[start], self.at[end - 1] + 1


def syllables(text: str) -> Syllables:
    """The syllables of `text`.

    Numbers in Arabic digits are read digit by digit (「12」 as yi er).
    """
    return _syllables(text) if len(text) <= _CACHED_LENGTH else _read(text)


@cache
def fold(syllable: str) -> str:
    """The syllable with the commonest confusions of Mandarin speakers and recognisers taken away.

    zh/z, ch/c, sh/s, n/l, f/h at its start and an/ang, en/eng, in/ing at its end become the same.
    """
    syllable = _F_AS_H.get(syllable, syllable)
    for spoken, plain in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l")):
        if syllable.startswith(spoken):
            syllable = plain + syllable[len(spoken) :]
            break
    return syllable[:-1] if syllable.endswith(("ang", "eng", "ing")) else syllable


@lru_cache(maxsize=1 << 18)  # 400 x 400 syllables fit
def cost(a: str, b: str) -> float:
    """How unlikely it is to hear one syllable for the other: 0 same, 1 unrelated."""
    if a == b:
        return 0.0
    if a.isupper() or b.isupper():
        return _UNRELATED
    (initial_a, final_a), (initial_b, final_b) = _parts(a), _parts(b)
    apart = _initial_cost(initial_a, initial_b) + _final_cost(final_a, final_b)
    return min(apart, _MAX_FOLDED if fold(a) == fold(b) else _UNRELATED)


# --- Reading ---------------------------------------------------------------------------------

_CACHED_LENGTH = 200
"""Longer texts are not worth keeping."""


@lru_cache(maxsize=4096)
def _syllables(text: str) -> Syllables:
    return _read(text)


def _read(text: str) -> Syllables:
    at: list[int] = []
    readings: list[tuple[str, ...]] = []
    for i, char in enumerate(text):
        sounds = _readings(char)
        if sounds:
            at.append(i)
            readings.append(sounds)
    _apply_phrases("".join([text[i] for i in at]), readings)
    return Syllables(text, tuple(at), tuple(readings))


def _apply_phrases(chars: str, readings: list[tuple[str, ...]]) -> None:
    """Put the reading that a character has in its word first, longest words first (银行: hang, not xing)."""
    phrases, starts = _phrases()
    i = 0
    while i < len(chars):
        step = 1
        if chars[i] in starts:
            for length in range(min(_MAX_PHRASE, len(chars) - i), 1, -1):
                said = phrases.get(chars[i : i + length])
                if said:
                    for j, syllable in enumerate(said, i):
                        readings[j] = (syllable, *(r for r in readings[j] if r != syllable))
                    step = length
                    break
        i += step


@cache
def _readings(char: str) -> tuple[str, ...]:
    """How one character can be read, most likely first; nothing for what is not spoken."""
    folded = unicodedata.normalize("NFKC", char)
    if folded in DIGIT_SOUNDS:
        return DIGIT_SOUNDS[folded]
    if folded.isascii():
        return (folded.upper(),) if len(folded) == 1 and folded.isalpha() else ()
    if char in _EXTRA:
        return _EXTRA[char]
    known = PINYIN_DICT.get(ord(char))
    if known is None:
        return ()
    default = to_normal(known.split(",")[0])
    uses = _uses().get(char, Counter())
    total = uses.total()
    return (default, *(r for r, n in uses.most_common() if r != default and n >= _MIN_SHARE * total))


@cache
def _uses() -> Mapping[str, Counter[str]]:
    """How often each character has which reading in the words of pypinyin's dictionary."""
    uses: dict[str, Counter[str]] = {}
    plain = cache(to_normal)
    for phrase, sounds in PHRASES_DICT.items():
        for char, sound in zip(phrase, sounds, strict=False):
            uses.setdefault(char, Counter())[plain(sound[0])] += 1
    return uses


@cache
def _phrases() -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """Words in which a character is not read as it is alone, and the characters they begin with."""
    phrases: dict[str, tuple[str, ...]] = {}
    plain = cache(to_normal)
    for phrase, sounds in PHRASES_DICT.items():
        if not 2 <= len(phrase) <= _MAX_PHRASE or len(sounds) != len(phrase):
            continue
        said = tuple(plain(s[0]) for s in sounds)
        if any(r and r[0] != s for r, s in zip(map(_readings, phrase), said, strict=True)):
            phrases[phrase] = said
    return phrases, frozenset(p[0] for p in phrases)


# --- Confusion -------------------------------------------------------------------------------

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcs")
_SPELLED = {"yi": "i", "yin": "in", "ying": "ing", "yu": "v", "yue": "ve", "yuan": "van", "yun": "vn"} | {
    "wu": "u",
    "wei": "ui",
    "wen": "un",
    "you": "iu",
}
"""Syllables without initial whose final is not what is left after y or w is replaced by i or u."""
_CLOSE_INITIALS: Mapping[frozenset[str], float] = {
    frozenset(pair.split("/")): price
    for price, pairs in {
        0.15: "zh/z ch/c sh/s",
        0.2: "n/l",
        0.3: "f/h",
        0.4: "r/l zh/j ch/q sh/x z/j c/q s/x zh/ch z/c j/q b/p d/t g/k r/zh",
        0.5: "m/n h/k x/q sh/ch s/c f/s f/sh k/t f/x h/ r/ l/ x/ d/l m/b zh/d j/d t/q g/d",
    }.items()
    for pair in pairs.split()
}
_CLOSE_FINALS: Mapping[frozenset[str], float] = {
    frozenset(pair.split("/")): price
    for price, pairs in {
        0.15: "an/ang en/eng in/ing ian/iang uan/uang un/ong",
        0.3: "eng/ong en/un an/uan ang/uang ei/ui ou/iu ao/iao an/ian ang/iang in/en ing/eng van/ian van/uan vn/in",
        0.4: "e/uo o/uo o/u ou/u ou/uo ai/ei ai/uai a/ia a/ua iong/ong i/v u/v ve/ie ie/e a/an i/ei i/in e/en ao/ou",
    }.items()
    for pair in pairs.split()
}


@cache
def _parts(syllable: str) -> tuple[str, str]:
    """Initial and final in one spelling: juan is j + van, yan is ian, wei is ui."""
    if syllable in _SPELLED:
        return "", _SPELLED[syllable]
    if syllable[0] in "yw":
        return "", ("i" if syllable[0] == "y" else "u") + syllable[1:]
    initial = next((i for i in _INITIALS if syllable.startswith(i)), "")
    final = syllable[len(initial) :]
    return initial, "v" + final[1:] if initial in {"j", "q", "x"} and final.startswith("u") else final


def _initial_cost(a: str, b: str) -> float:
    return 0.0 if a == b else _CLOSE_INITIALS.get(frozenset((a, b)), _HALF_RELATED)


def _final_cost(a: str, b: str) -> float:
    return 0.0 if a == b else _CLOSE_FINALS.get(frozenset((a, b)), _HALF_RELATED)


SYLLABLES = frozenset(
    map(to_normal, {sound for sounds in PINYIN_DICT.values() for sound in sounds.split(",")})
) | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""Everything that a unit can be read as."""

_phrases()  # read at import (0.3 s), so that no call waits for it
