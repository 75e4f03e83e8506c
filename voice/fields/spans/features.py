"""What is known of each character of an utterance when the span tagger reads it.

Features are strings, as conditional random fields take them: the characters and words around with their parts of
speech, what other readers find there (areas, times, units, measures), who speaks, what was asked and said before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

from models.call import Channel, Utterance
from models.units import UNITS, load_units
from voice.fields.dates import moments
from voice.fields.places.areas import AreaReader
from voice.fields.places.repair import repaired, with_stations
from voice.fields.tagger import MAX_TAGGED, Tagger, Token
from voice.fields.units import UnitIndex
from voice.names import NameIndex
from voice.numerals import SPOKEN_DIGIT

_TEMPLATES = """
    c c-1 c+1 c-2/c-1 c/c+1 c-1/c c+1/c+2 y y-1/y/y+1 n
    p p/T T< T> T</T T/T> T</T/T> T/T>/T>>
    p/W W< W> W<< W>> W</W W/W> W<</W< L L< L>
    a a-1 a+1 d k k-1 k+1 m m-1 m+1 u u-1 u+1 U u/U h h-1 H h/H
    s s/i s/q s/u s/h s/m s/T s/r s/o r/u r/h s/r/T
    v e b f j
"""
"""Columns, with the character that they are taken from (c-1: the one before), and combinations of them.

Of the character: c itself, y its kind, n digits in a row; of its word: W the word, T its part of speech, L its last
character, p the place in it; < and > mark the words before and after. What is named there: a an area, k what that
is to the address, d how far the area before is, m a measure, u a unit, h a time, U and H which of how many. s the
speaker, q whether he checks, r and o what the other side and his own said before. Of the clause: i its number, v
whether it has a deed, e its end, f what ends it, b its first word, j the place in it.
"""
_AREA_SCORE = 8.0
"""Nats from which a name is taken for that of an area."""
_CERTAIN_UNIT = 0.6
_MEASURE = re.compile(f"[{SPOKEN_DIGIT}十百]+(号楼|号院|单元|号|栋|层|楼|门|室|期|米|排|路)")
_DIGITS = re.compile(f"[{SPOKEN_DIGIT}]{{2,}}")
_NUMERALS = frozenset("零一二三四五六七八九幺十百两")
_PAUSES = frozenset("，。、？！；：,.?! ")
_SENTENCE_END = "。！？?!"
_CLAUSE = re.compile("[^，。？！]+")
_CHECKS = re.compile(r"(?:[对是][吗吧]|对不对|吗)[？。]?$")
_DEEDS = re.compile("[vdr]|TIME|t$")
_REPEATS = (2, 3, 4, 6)
"""Characters in a row that were said before."""
_MOST_DIGITS, _FAR, _MOST_CLAUSES, _MOST_WORDS, _MANY = 7, 9, 3, 12, 3
_NONE, _BEFORE, _AFTER = "-", "^", "$"

Column: TypeAlias = list[str]
"""One string for each character."""
_Mark: TypeAlias = tuple[int, int, str]
"""What `text[start:end]` is."""
_Clause: TypeAlias = tuple[int, int, list[Token]]
"""Where one begins and ends, and the words in it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance of a call, with what was said before it."""

    text: str
    operator: bool
    question: str
    """What the other side said last."""
    others: str
    """All that the other side said before, and …"""
    own: str
    """… all that this side did."""
    areas: tuple[tuple[int, int, bool], ...]
    """Names of the areas that the matter is in: start, end, and whether the rest of the address can hold them."""


class FeatureReader:
    """Reads the features of utterances; shared by all calls."""

    def __init__(self, tagger: Tagger, units: UnitIndex, areas: AreaReader) -> None:
        self.areas = areas
        self._tagger = tagger
        self.units = units
        self._repaired = lru_cache(maxsize=2048)(self._repair)

    @classmethod
    def load(cls, names: NameIndex, units: Path = UNITS) -> FeatureReader:
        """With the areas in `names` and the units in the file `units`.

        Raises:
            models.errors.DataFileError: the file cannot be taken.
        """
        tagger = Tagger()
        return cls(tagger, UnitIndex(tagger, load_units(units)), AreaReader(names))

    def lines(self, utterances: tuple[Utterance, ...]) -> Iterator[Line]:
        """What is read of each of `utterances`."""
        said: Mapping[bool, list[str]] = {True: [], False: []}
        for u, names in zip(utterances, self.areas.read(utterances).names, strict=True):
            operator = u.channel is Channel.OPERATOR
            mixed = u.channel is Channel.MIXED  # whoever spoke before
            others, own = said[operator if mixed else not operator], said[operator]
            areas = tuple((n.start, n.end, n.text is not None) for n in names)
            text = self.text(u)
            yield Line(text, operator, others[-1] if others else "", "|".join(others), "|".join(own), areas)
            own.append(text)

    def text(self, u: Utterance) -> str:
        """What is read of `u`, 400 characters at most, each where it stands in `u.raw`: words of addresses and names
        of units that recognition has misheard are put right.
        """
        raw = u.raw[:MAX_TAGGED]
        return raw if u.written else self._repaired(raw)

    def _repair(self, raw: str) -> str:
        return self.units.spelled(with_stations(repaired(raw), self.areas.landmarks), written=False)

    def of_line(self, line: Line, today: date) -> list[Column]:
        """The features of each character of `line.text`; `today`: when it was said."""
        text = line.text
        if not text:
            return []
        tokens = self._tagger.tag(text)
        times = [(m.start, m.end, m.kind) for m in moments(text, today)]
        units = list(self._unit_marks(text))
        clauses = list(_clauses(text, tokens))
        columns = {
            "c": list(text),
            "y": [_type(c) for c in text],
            "n": _lengths_of_numbers(text),
            "s": ["o" if line.operator else "c"] * len(text),
            "q": ["?" if _CHECKS.search(text) else _NONE] * len(text),
            "k": _marked(text, ((a, b, "+" if inside else "=") for a, b, inside in line.areas)),
            "m": _marked(text, ((*m.span(), m[1]) for m in _MEASURE.finditer(text))),
            "h": _marked(text, times),
            "H": _marked(text, _counted(times)),
            "u": _marked(text, units),
            "U": _marked(text, _counted(units)),
            "r": _repeated(text, line.others),
            "o": _repeated(text, line.own),
            **self._area_columns(text),
            **_word_columns(text, tokens),
            **_clause_columns(text, clauses),
        }
        asked = self._asked(line.question)
        combined = (_combined(template, columns) for template in _PARSED)
        features = [["bias", *found] for found in zip(*combined, strict=True)]
        for found, clause in zip(features, columns["i"], strict=True):
            found.extend(f"?{clause}{word}" for word in asked)
        for start, end, inside in clauses:
            words = sorted({f"&{text[t.start : t.end]}" for t in inside})
            for found in features[start:end]:
                found.extend(words)
        return features

    def _asked(self, question: str) -> list[str]:
        """The words of the last sentence of `question`, alone and in pairs."""
        if not question:
            return [_BEFORE]
        said = question.rstrip(_SENTENCE_END + " ")
        start = max(said.rfind(mark) for mark in _SENTENCE_END) + 1
        words = [said[t.start : t.end] for t in self._tagger.tag(question) if start <= t.start < len(said)][
            :_MOST_WORDS
        ]
        return [*words, *(f"{a} {b}" for a, b in pairwise(words))]

    def _unit_marks(self, text: str) -> Iterator[_Mark]:
        for m in self.units.mentions(text, True):
            yield m.start, m.end, "named" if m.named else "sure" if m.certainty > _CERTAIN_UNIT else "may"

    def _area_columns(self, text: str) -> dict[str, Column]:
        named = [m for m in reversed(self.areas.mentions(text)) if m.score >= _AREA_SCORE]  # the best prevails
        marks = [(m.start, m.core, f"{m.level}") for m in named] + [(m.core, m.end, f"{m.level}.") for m in named]
        column = _marked(text, marks)
        distances: Column = []
        last: int | None = None
        for i, mark in enumerate(column):
            distances.append(_NONE if last is None else str(min(i - last, _FAR)))
            last = i if mark != _NONE else last
        return {"a": column, "d": distances}


# --- Columns -----------------------------------------------------------------------------------


def _type(char: str) -> str:
    if char in _NUMERALS or char.isdigit():
        return "N"
    if char in _PAUSES:
        return "w"
    return "A" if char.isascii() and char.isalpha() else "c"


def _lengths_of_numbers(text: str) -> Column:
    return _marked(text, ((*m.span(), str(min(m.end() - m.start(), _MOST_DIGITS))) for m in _DIGITS.finditer(text)))


def _marked(text: str, marks: Iterable[_Mark]) -> Column:
    """Each mark on its characters; of several the last."""
    column = [_NONE] * len(text)
    for start, end, mark in marks:
        for i in range(start, min(end, len(text))):
            column[i] = mark
    return column


def _counted(marks: Sequence[_Mark]) -> Iterator[_Mark]:
    """Which of how many each mark is, up to three."""
    for number, (start, end, _) in enumerate(marks, 1):
        yield start, end, f"{min(number, _MANY)}/{min(len(marks), _MANY)}"


def _repeated(text: str, before: str) -> Column:
    """How many characters around each one were said in a row `before`."""
    column = ["0"] * len(text)
    for length in _REPEATS:
        for start in range(len(text) - length + 1):
            piece = text[start : start + length]
            if piece in before and _PAUSES.isdisjoint(piece):
                column[start : start + length] = [str(length)] * length
    return column


def _word_columns(text: str, tokens: Sequence[Token]) -> dict[str, Column]:
    """The words around, their parts of speech and last characters, where a template asks for them."""
    words = [_BEFORE, _BEFORE, *(text[t.start : t.end] for t in tokens), _AFTER, _AFTER]
    tags = [_BEFORE, _BEFORE, *(t.tag for t in tokens), _AFTER, _AFTER]
    columns: dict[str, Column] = {}
    for offset, side in enumerate(("<<", "<", "", ">", ">>")):
        columns["W" + side] = [words[i + offset] for i, t in enumerate(tokens) for _ in range(t.start, t.end)]
        columns["T" + side] = [tags[i + offset] for i, t in enumerate(tokens) for _ in range(t.start, t.end)]
    for side in ("<", "", ">"):
        columns["L" + side] = [word[-1] for word in columns["W" + side]]
    columns["p"] = [_place(t, i) for t in tokens for i in range(t.start, t.end)]
    return columns


def _place(token: Token, at: int) -> str:
    if token.end - token.start == 1:
        return "1"
    return "<" if at == token.start else ">" if at == token.end - 1 else "="


def _clauses(text: str, tokens: Sequence[Token]) -> Iterator[_Clause]:
    """The clauses of `text` with the tokens in them."""
    for m in _CLAUSE.finditer(text):
        yield *m.span(), [t for t in tokens if t.start < m.end() and m.start() < t.end]


def _clause_columns(text: str, clauses: Sequence[_Clause]) -> dict[str, Column]:
    columns: dict[str, Column] = {name: [_NONE] * len(text) for name in "vebfj"}
    pauses = 0
    columns["i"] = []
    for char in text:
        pauses += char in _PAUSES
        columns["i"].append(str(min(pauses, _MOST_CLAUSES)))
    for start, end, inside in clauses:
        values = {
            "v": "v" if any(_DEEDS.match(t.tag) for t in inside) else _NONE,
            "e": text[max(start, end - 2) : end],
            "b": text[inside[0].start : inside[0].end],
            "f": text[end : end + 1] or _AFTER,
        }
        for name, value in values.items():
            columns[name][start:end] = [value] * (end - start)
        columns["j"][start:end] = [str(min(i, _MOST_CLAUSES + 1)) for i in range(end - start)]
    return columns


# --- Templates ---------------------------------------------------------------------------------

_Template: TypeAlias = tuple[str, tuple[tuple[str, int], ...]]


def _parsed() -> Iterator[_Template]:
    for template in _TEMPLATES.split():
        parts = [re.fullmatch(r"(\w[<>]{0,2})([+-]\d)?", part) for part in template.split("/")]
        yield template, tuple((m[1], int(m[2] or 0)) for m in parts if m)


_PARSED = tuple(_parsed())


def _combined(template: _Template, columns: Mapping[str, Column]) -> Column:
    """The values of one template for all characters."""
    name, parts = template
    first, *others = (_shifted(columns[column], offset) for column, offset in parts)
    combined = [f"{name}:{value}" for value in first]
    for column in others:
        combined = [f"{value}/{other}" for value, other in zip(combined, column, strict=True)]
    return combined


def _shifted(column: Column, offset: int) -> Column:
    if offset < 0:
        return [*[_BEFORE] * min(-offset, len(column)), *column[:offset]]
    return [*column[offset:], *[_AFTER] * min(offset, len(column))]
