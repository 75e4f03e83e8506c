"""Names of units (companies, shops, schools, offices) in an utterance, with what the words around say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ahocorasick

from models.units import Unit
from voice.fields import lexicon
from voice.fields.respelling import Respelling
from voice.fields.sounds import CLAUSE_END
from voice.fields.tagger import MAX_TAGGED, Tagger, Token

_NOMINAL = frozenset({"n", "nz", "nw", "ORG", "LOC", "PER", "vn", "an", "a", "f"})
"""Words that names of units are made of."""
_SPELLED_BY_SOUND = 3
"""Characters from which a kind of unit or a known name is recognised by its sound."""
_COMMONEST = frozenset({"物业", "房产", "健身"})
"""Kinds of two characters that are said so often that they are recognised by their sound, too."""
_MAX_CORE = 14
"""Characters of a name before the word for its kind."""
_LONGEST_KIND = 8
_NAMING = re.compile(
    r"(?:[全简]称|名字|名称|店名|招牌)(?:好像|应该|可能|就|也){0,2}(?:是|叫做?)"
    r"|(?:招牌|牌子|门头|围挡|横幅|合同|工牌|制服|收据|发票|公示牌|盖的章)(?:上|上面|里|里面|里头|好像){0,2}(?:写|印|标|盖)[着的]?是?"
    r"|(?<![我他她它你姓会别不就狗猫哭喊])(?:名字|名|就|好像|应该|可能|一家|一个|是)?叫做?"
)
"""What comes before a name."""
_NAME_END = re.compile(rf"[{re.escape(CLAUSE_END)}的那在就呢吧啊呀嘛哈哎嗯]|他们|好像|什么的|[这那]个|我")
_PERSON = re.compile(
    r"(?:楼|地方|那[里儿块片]|村子?|小区|[路街站]|我|他|她|孩子|儿子|女儿|闺女|老板|经理|店长|师傅|老师|负责人|人|姓.{1,2})[^，。,.]{0,2}$"
)
_NOT_A_NAME = re.compile(
    r"[我你他她它把被给让来去没不别很太都也了着过吗么谁啥哪几快归车]|什么|怎么|知道|清楚|记得|说|人[来去]|[0-9零一二两三四五六七八九十百千万]{3,}"
)
_FUNCTION = frozenset("的了是在跟和被把给让叫找去到从由为对个这那有没不就都也又还说")
_FILLER = re.compile(
    r"(?:[嗯哦啊呃诶哎唉对是叫个它，,、 ]|那个|这个|就是|好像|应该|可能|大概|他们|它们|名字|店名|公司|全称|什么|我看"
    r"|我想想|一家|一个){1,12}"
)
_BEFORE = 14
"""Characters before 叫 that tell whose name follows."""


_OFFICE = re.compile("(?:监督|监督管理|管理)?局")
"""What makes a known name the name of those who supervise such units."""
_NUMBERED = re.compile("[特快专夜第]?[0-9零一二三四五六七八九幺两十百]{1,4}(?:路公交车?|路车|中学|小学)")
"""Bus lines and schools that have a number for a name."""


@dataclass(frozen=True, slots=True)
class Mention:
    """`raw[start:end]` names a unit."""

    start: int
    end: int
    name: str
    """As it is spelled, whatever recognition wrote."""
    certainty: float
    """How sure it is a name at all, 0-1."""
    named: bool
    """Introduced as a name (叫…, 围挡上写着…)."""


class UnitIndex:
    """Finds units by what their names end with, by how they are introduced, and by a list of known ones."""

    def __init__(self, tagger: Tagger, known: Sequence[Unit]) -> None:
        self._tagger = tagger
        self._kinds = ahocorasick.Automaton()
        for line in lexicon.lines("unit_kinds"):
            weak = line[0] == "~"
            for kind in line[weak:]:
                self._kinds.add_word(kind, (kind, weak))
        self._kinds.make_automaton()
        self._known = ahocorasick.Automaton()
        for unit in known:
            for name in (unit.name, *unit.aliases):
                self._known.add_word(name, name)
        self._known.make_automaton()
        self._qualifiers = frozenset(lexicon.words("unit_qualifiers"))
        self._around = frozenset(w for line in lexicon.lines("unit_qualifiers") if line[0] == "~" for w in line)
        self._trade_names = frozenset(lexicon.words("trade_names"))
        long_names = (n for unit in known for n in (unit.name, *unit.aliases) if len(n) >= _SPELLED_BY_SOUND)
        kinds = (k for k in self._kinds if len(k) >= _SPELLED_BY_SOUND or k in _COMMONEST)
        self._respell = Respelling([*kinds, *long_names], self._trade_names, self._qualifiers).respell
        self.mentions = lru_cache(maxsize=2048)(self._mentions)

    def _mentions(self, raw: str, written: bool) -> tuple[Mention, ...]:
        """Units named in `raw`, in order, none inside another; `written`: by a person, who knows the characters."""
        text = self.spelled(raw, written=written)
        has_kind = next(iter(self._kinds.iter(text)), None) is not None
        by_kind = self._by_kind(text, self._tagger.tag(text)) if has_kind else ()  # tagging is what takes time
        found = [*by_kind, *self._called(text), *self._listed(text), *_numbered(text)]
        kept: list[Mention] = []
        for m in sorted(found, key=lambda m: (-m.named, m.start - m.end, -m.certainty)):
            if not any(m.start < k.end and k.start < m.end for k in kept):
                kept.append(m)
        return tuple(sorted(kept, key=lambda m: m.start))

    def spelled(self, raw: str, *, written: bool) -> str:
        """`raw`, its names in the characters that are meant, as far as it is read."""
        return raw[:MAX_TAGGED] if written else self._respell(raw[:MAX_TAGGED])

    def speaks_of_unit(self, text: str) -> bool:
        """Whether `text` has a word for a kind of unit."""
        return next(self._kinds.iter(text), None) is not None or re.search("单位|机构|商家|店", text) is not None

    def could_be_named(self, text: str, start: int, end: int) -> bool:
        """Whether `text[start:end]` could be a name: made of names and nouns."""
        words = [t for t in self._tagger.tag(text) if t.start < end and start < t.end]
        return all(t.tag in _NOMINAL or t.tag == "s" for t in words)

    def with_kind(self, text: str, end: int) -> int:
        """Where the name that ends at `end` in `text` ends with the word for its kind, if that follows: 远方|驾校."""
        return max(
            (end + n for n in range(2, _LONGEST_KIND + 1) if self._kinds.exists(text[end : end + n])), default=end
        )

    def is_generic(self, name: str) -> bool:
        """Whether `name` only says what kind of unit is meant."""
        reachable = {0}
        for end in range(1, len(name) + 1):
            if any(name[at:end] in self._qualifiers or self._kinds.exists(name[at:end]) for at in reachable):
                reachable.add(end)
        return len(name) in reachable

    # --- The three ways to find one ------------------------------------------------------------

    def _by_kind(self, raw: str, tokens: Sequence[Token]) -> Iterator[Mention]:
        ends: dict[int, tuple[int, bool]] = {}
        for last, (kind, weak) in self._kinds.iter(raw):
            start = last + 1 - len(kind)
            if last + 1 not in ends or start < ends[last + 1][0]:
                ends[last + 1] = start, weak
        for end, (kind_start, weak) in ends.items():
            if any(end < e and s < end for e, (s, _) in ends.items()) or _goes_on(tokens, end):
                continue  # 物业 within 物业公司, 大学 within 大学生
            start = self._core_start(raw, tokens, kind_start)
            organisation = any(t.tag == "ORG" and t.start < kind_start and start < t.end for t in tokens)
            if kind_start - start < 2 or (not organisation and self.is_generic(raw[start:kind_start])):
                continue
            certain = organisation or raw[start:kind_start] in self._trade_names
            certainty = (0.3 if weak else 0.45) + (0.25 if certain else 0.0)
            yield Mention(start, end, raw[start:end], certainty, named=False)

    def _core_start(self, raw: str, tokens: Sequence[Token], end: int) -> int:
        """Where the name begins whose kind begins at `end`."""
        start = end
        for token in reversed(tokens):
            if token.start >= start:
                continue
            word = raw[token.start : min(token.end, start)]
            part = len(word) == 1 and end - start < 2 and word not in _FUNCTION  # 华/n 筑/v 劳务
            tag_fits = token.tag in _NOMINAL or token.end > start or word in self._trade_names or part
            if not tag_fits or end - token.start > _MAX_CORE or any(c in CLAUSE_END for c in word):
                break
            start = token.start
        names = [t.start for t in tokens if t.tag == "ORG" and t.start >= start]
        return self._without_qualifiers(raw, start, min([*names, end]), end)

    def _without_qualifiers(self, raw: str, start: int, stop: int, end: int) -> int:
        """`start` moved, at most to `stop`, past words that are no part of a name: 小区恒泰物业."""
        moved = True
        while moved:
            moved = False
            for length in range(min(4, stop - start), 0, -1):
                rest = end - start - length
                if raw[start : start + length] in self._around and rest >= 2:
                    start, moved = start + length, True
                    break
        return start

    def _called(self, raw: str) -> Iterator[Mention]:
        """What is introduced as the name of a unit in `raw`."""
        for m in _NAMING.finditer(raw):
            before = raw[max(0, m.start() - _BEFORE) : m.start()]
            if m.group().endswith(("叫", "叫做")) and (
                _PERSON.search(before) or not self.speaks_of_unit(before + raw[m.end() : m.end() + 12])
            ):
                continue
            start = f.end() if (f := _FILLER.match(raw, m.end())) else m.end()
            end = _name_end(raw, start)
            name = raw[start:end]
            if 2 <= len(name) <= _MAX_CORE + 4 and not _NOT_A_NAME.search(name) and not self.is_generic(name):
                yield Mention(start, end, name, 0.8, named=True)

    def _listed(self, raw: str) -> Iterator[Mention]:
        for last, name in self._known.iter_long(raw):
            if not _OFFICE.match(raw, last + 1):
                yield Mention(last + 1 - len(name), last + 1, name, 0.6, named=False)


def _numbered(raw: str) -> Iterator[Mention]:
    for m in _NUMBERED.finditer(raw):
        yield Mention(*m.span(), m.group(), 0.4, named=False)


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether `at` lies within a word."""
    return any(t.start < at < t.end for t in tokens)


def _name_end(raw: str, start: int) -> int:
    stop = _NAME_END.search(raw, start)
    return stop.start() if stop else len(raw)
