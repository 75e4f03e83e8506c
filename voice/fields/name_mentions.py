"""Where a caller's name is said: he introduces himself, or the operator addresses him."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from models.call import Channel, Utterance
from voice.fields.explained import EXPLAINED
from voice.fields.given_names import RANK
from voice.fields.sounds import Sound
from voice.fields.surnames import SURNAMES, like_surname
from voice.fields.titles import TITLE, TITLE_SOUNDS, TITLES, may_be_addressed

_HAN = "㐀-鿿"
ASKS_NAME = Sound(
    "贵姓|怎么称呼|称呼您|您姓|姓名|全名|您的?名字|名字.?[留说报]|报.{0,2}名字|留.{0,3}名字|您叫什么|您叫啥|叫什么.{0,2}您|留.?姓|姓氏|[的个]?电话|联系方式",
    least=2,
)
"""The telephone number is asked for in the same breath, and names are given in the same answer."""
_SELF = re.compile(
    rf"(?:我|本人|鄙人)姓|免贵(?:姓|[，,、\s]|(?=[{_HAN}]))|(?:我|本人)的?(?:名字|全名|真名|大名)?叫|叫我(?:小|老)?|我是"
    r"|(?:^|[，。,.、\s啊呃嗯])(?:那就|[那就也])?复?姓(?!名|什么|啥|氏)"
)
_OTHERS = re.compile(
    r"(?:老公|老婆|老伴|丈夫|媳妇|爱人|孩子|儿子|女儿|闺女|[爸妈他她]|婆婆|邻居|对门|房东|老板|经理|司机)[^。？！]{0,12}$"
)
"""Before 「姓王」: that is somebody else's name."""
_OWN = ("我", "叫我", "免贵", "本人", "鄙人")
_COMPOUND = re.compile(r"(?:^|[，。,\s])我(?=" + "|".join(name for name in SURNAMES if len(name) > 1) + ")")
"""「我令狐建军，…」: shorter names would be words too often."""
_NUMBER = re.compile(r"[零〇一二三四五六七八九幺两\d]{7,}[，,、\s]*")
_CLAUSE = re.compile(r"(?:^|(?<=[，。,.、；？！?!\s]))")
_LONG_NAME = re.compile(
    rf"(?:^|我叫|[，,]叫)(?P<name>[{_HAN}]{{2,8}}·[{_HAN}]{{2,8}}|[{_HAN}]{{4,6}})(?=[，,。！!、]|$)"
)
"""Of other peoples than the Han; without its point it must be repeated by the operator."""
_SURNAME_CUE = Sound("我[姓训]|免贵姓|免贵|^姓", least=1)
_NAME_CUE = Sound("我叫|^叫|,叫", least=1)
_PAUSE = re.compile(r"[，,、\s]*(?:[嗯呃啊哦][，,、\s]*)*")
_AFTER_NAME = re.compile(
    rf"$|[^{_HAN}]|电话|手机|座机|联系|号码|我|是|住|在|的|啊|呀|吧|呢|哈|今年|这个|那个|先生|女士|同志|身份|您|你|谢|[要幺零一][\d幺零一二三四五六七八九]"
)
_NO_NAME = frozenset("复什啥的位个这那我你您他她它好了是老小对行嗯哎啊们请问家有叫姓免贵")
_NOT_IN_LONG_NAMES = _NO_NAME | frozenset("不没用就号码电话机本人先生女士谢随便可以都匿名举报投诉保密登记")
"""The operator repeats other answers, too: 「就这个号」, 「匿名举报」."""
_JUST = re.compile("就[行成好可]|[吧呗啊呀呢哈]")
"""After 「叫我老王」."""
_COMMAS = "，,、 "
_HAN_ONLY = re.compile(rf"[{_HAN}]+")
_CLAUSE_END = re.compile(r"$|[，。,.、；！!\s]|[幺一1][三四五六七八九\d]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in `raw[start:end]`, with the words that introduce it."""

    start: int
    end: int
    surname: str
    """As written."""
    given: str = ""
    """As written; empty when only the family name was said."""
    title: str = ""
    trust: float = 0.9
    bare: bool = False
    """Nothing introduced it."""


Said: TypeAlias = tuple[Utterance, Mention]


def mentions_in(utterances: Sequence[Utterance]) -> Iterator[Said]:
    """Every place where the caller says his name, or is addressed by it, in order."""
    asked = False
    for i, u in enumerate(utterances):
        if u.channel is not Channel.OPERATOR:
            yield from ((u, m) for m in _introductions(u.raw, asked))
            long_names = _long_names(u.raw, asked)
            yield from ((u, m) for m in long_names if "·" in m.given or _is_repeated(m, utterances[i + 1 :]))
        if u.channel is not Channel.CITIZEN:
            yield from ((u, m) for m in _addresses(u.raw))
            asked = u.raw in ASKS_NAME


@lru_cache(maxsize=512)
def _introductions(raw: str, asked: bool) -> tuple[Mention, ...]:
    """Where the caller says his own name; `asked` when the question was for it."""
    cues = [(m.start(), m.end(), m.group().endswith(("姓", "贵")), 0.85) for m in _SELF.finditer(raw)]
    cues = [cue for cue in cues if raw[cue[0] :].startswith(_OWN) or not _OTHERS.search(raw, 0, cue[0])]
    if asked:
        cues = [(start, end, surname_only, 0.95) for start, end, surname_only, _ in cues]
        for cue, surname_only in ((_SURNAME_CUE, True), (_NAME_CUE, False)):
            cues += [(h.start, h.end, surname_only, 0.95 if h.exact else 0.75) for h in cue.find(raw)]
    found: dict[int, Mention] = {}
    for start, end, surname_only, trust in sorted(cues, key=lambda c: (c[0], -c[3])):
        m = _name_at(raw, _after_pause(raw, end), only_known=not asked, full=not surname_only)
        if m is None or (raw[start:end].endswith("是") and not _is_full_name(raw, m, asked=asked)):
            continue
        found.setdefault(m.start, replace(m, start=start, trust=trust))
    found = {m.start: m for m in _standing_alone(raw)} | found
    if asked and not found:
        found = {m.start: m for m in [_bare_name(raw)] if m is not None}
    return (*found.values(), *(full for m in found.values() if not m.given and (full := _in_full(raw, m))))


def _standing_alone(raw: str) -> Iterator[Mention]:
    """Full names that nothing introduces: behind a telephone number, after 「我」, or explained afterwards."""
    starts = [(m.end(), False) for cue in (_NUMBER, _COMPOUND) for m in cue.finditer(raw)]
    starts += [(m.end(), True) for m in _CLAUSE.finditer(raw)]
    for start, to_be_explained in starts:
        m = _name_at(raw, start, only_known=True, full=True)
        if m is None or not m.given or not _CLAUSE_END.match(raw, m.end):
            continue
        explained = {e["char"] for e in EXPLAINED.finditer(raw, m.end) if e["char"] in e["word"]}
        if explained >= set(m.given) if to_be_explained else all(c in RANK for c in m.given):
            yield m


@lru_cache(maxsize=512)
def _long_names(raw: str, asked: bool) -> tuple[Mention, ...]:
    """What may be a name that is longer than those of the Han, where one is told."""
    told = [m for m in _LONG_NAME.finditer(raw) if asked or m.start() < m.start("name")]
    names = [m for m in told if not _NOT_IN_LONG_NAMES & set(m["name"])]
    return tuple(Mention(m.start("name"), m.end("name"), m["name"][0], m["name"][1:]) for m in names)


def _is_repeated(name: Mention, later: Sequence[Utterance]) -> bool:
    """Whether the operator says the name, with a title or by itself."""
    said = re.compile(
        rf"(?:^|[^{_HAN}]|好的|是){name.surname}{name.given}(?:{TITLE.pattern}|同学|同志|老师|[^{_HAN}]|$)"
    )
    return any(said.search(u.raw) for u in later if u.channel is not Channel.CITIZEN)


def _in_full(raw: str, short: Mention) -> Mention | None:
    """The full name said after the family name alone: 「我姓周，周静」."""
    again = re.compile(f"(?<=[{_COMMAS}]){re.escape(short.surname)}")
    for m in again.finditer(raw, short.end):
        full = _name_at(raw, m.start(), only_known=True, full=True)
        if full is not None and full.given and _CLAUSE_END.match(raw, full.end):
            return replace(full, trust=short.trust)
    return None


def _is_full_name(raw: str, m: Mention, *, asked: bool) -> bool:
    """「我是…」 goes on with anything; unasked only a likely name that stands alone is one."""
    usual = bool(_CLAUSE_END.match(raw, m.end)) and all(c in RANK for c in m.given)
    return bool(m.given) and (asked or usual)


def _after_pause(raw: str, at: int) -> int:
    pause = _PAUSE.match(raw, at)
    return pause.end() if pause else at


def _bare_name(raw: str) -> Mention | None:
    """The name that the answer begins with: 「王建国，幺三八…」「孙。」."""
    m = _name_at(raw, _after_pause(raw, 0), only_known=True, full=True)
    if m is None or not _CLAUSE_END.match(raw, m.end):
        return None
    return replace(m, trust=0.8, bare=True)


def _name_at(raw: str, at: int, *, only_known: bool, full: bool) -> Mention | None:
    """The name that begins at `raw[at]`; `full` when a given name is to be expected."""
    if (explained := EXPLAINED.match(raw, at)) and explained["char"] in SURNAMES.keys() & set(explained["word"]):
        return Mention(at, explained.end(), explained["char"])  # 免贵姓，燕子的燕
    surname = next((raw[at : at + n] for n in (4, 2, 1) if raw[at : at + n] in SURNAMES), "")
    if not surname and not only_known and _may_be_surname(raw[at : at + 1]):
        surname = raw[at]
    if not surname:
        return None
    end = at + len(surname)
    given = _given_at(raw, end, surname) if full else ""
    if surname in _NO_NAME and not (
        surname in SURNAMES
        and _CLAUSE_END.match(raw, end + len(given))
        and bool(given) is full
        and set(given) <= RANK.keys()
    ):
        return None
    return Mention(at, end + len(given), surname, given)


def _given_at(raw: str, at: int, surname: str) -> str:
    """The given name at `raw[at]`: one or two characters up to where something else begins."""
    if _JUST.match(raw, at):
        return ""
    for n in (2, 1):
        given = raw[at : at + n]
        if _HAN_ONLY.fullmatch(given) and len(given) == n and _is_boundary(raw, at + n, surname + given):
            return given
    given = raw[at : at + 2]
    return given if len(given) == 2 and all(c in RANK for c in given) else ""


def _may_be_surname(char: str) -> bool:
    return char != "" and char not in _NO_NAME and like_surname(char)


def _is_boundary(raw: str, at: int, name: str = "") -> bool:
    """A name can end before `raw[at]`: something else begins, or the name's own characters are explained."""
    if _AFTER_NAME.match(raw, at):
        return True
    explained = EXPLAINED.match(raw, at)
    return bool(explained and explained["char"] in explained["word"] and explained["char"] in name)


@lru_cache(maxsize=512)
def _addresses(raw: str) -> tuple[Mention, ...]:
    """Where the operator addresses the caller by name: 「好的马先生」."""
    titles = [(m.start(), m.end(), TITLES[m.group()]) for m in TITLE.finditer(raw)]
    for title, sound in TITLE_SOUNDS.items():
        titles += [(h.start, h.end, title) for h in sound.find(raw) if not h.exact]
    found = []
    for title_start, end, title in titles:
        for start in _starts(raw, title_start):
            name = raw[start:title_start]
            if not may_be_addressed(raw, start):
                continue
            m = _name_at(raw, start, only_known=False, full=False)
            if m is not None and len(name) - len(m.surname) <= 2:
                found.append(Mention(start, end, m.surname, name[len(m.surname) :], title))
                break
    return tuple(found)


def _starts(raw: str, end: int) -> list[int]:
    """Where a name that ends at `end` may begin: first as a known family name, the longest first (叶赫那拉先生)."""
    names = [raw[end - n : end] for n in range(1, min(4, end) + 1)]
    known = [n for n in reversed(names) if n in SURNAMES]
    others = [n for n in names if n not in SURNAMES and _HAN_ONLY.fullmatch(n) and not _NO_NAME & set(n)]
    return [end - len(n) for n in (*known, *others)]
