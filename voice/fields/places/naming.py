"""How the names of the gazetteer enter the rest of the address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.gazetteer import Level, Place
from models.phonetic import cost, syllables
from voice.names import split_name

_PART_OF_NAME = re.compile(
    "[一二三四五六七八九十东西南北中内外]+(?:[区里条]|大?街|路|口)|(?:大街|[街路桥]|胡同|公园|[出入]口|[东西南北]?(?:公交|地铁|站)|家园|花园|小学|中学|医院|路口)|[A-Za-z]{2}"
    "|[\u4e00-\u9fff](?<![这那的在有是])[街场厅馆库城](?!管)|百货|(?:长途)?(?:汽车|客运|火车)站|大学城|校区|(?:开发|工业|产业|科技|物流)[区园]|机场"
)
"""What makes a district's or a street's name part of another name: 劲松四区, 朝阳公园."""
_MARKET = re.compile("[^，。、的那这在有是边]{1,4}(?:城|广场|市场|大厦|商场|中心|天街)")
"""What is named after the town or street that it stands in."""
_SERVICE = re.compile("卫生|服务|医院|医务|养老|活动|文化|食堂|图书|健身|警务")
"""What has a community's name in its own."""
_PAUSE = re.compile("[，。、,！？ ]")
_PARTS = tuple("东西南北中一二三四五六七八九十")
"""Names of communities leave off 区 after these (清澄名苑南社区)."""
_VILLAGE = "村"
"""Unlike the name of an estate, that of a village is the community's."""
_SUFFIX_REACH = 8
"""Characters after a name in which its suffix is looked for."""
_ALIKE = 0.5
"""Cost up to which a syllable is taken for the first of a suffix …"""
_ALIKE_NEXT = 0.9
"""… and for the next."""


@dataclass(frozen=True, slots=True)
class Name:
    """`raw[start:end]` of an utterance names an area."""

    start: int
    end: int
    text: str | None
    """What the rest of the address has of it (芳星园二区), spelled as it is meant; None: nothing."""
    bare: bool = False
    """Said without its suffix, so that it can begin another name."""


def as_read(place: Place, raw: str, start: int, core: int, end: int, *, written: bool) -> Name:
    """What the rest of the address has of `raw[start:end]`, which names `place`.

    Only the name of an estate is part of the rest of the address, not 芳星园二区社区 or the street; but the
    name of a street can begin another name (劲松四区). What was left out of a name is not put in.

    Args:
        place: the place.
        raw: the utterance.
        start: where the name begins.
        core: where it ends without its suffix.
        end: where it ends.
        written: by a person, who knows what characters a suffix has.
    """
    stem, suffix = split_name(place.name, place.level)
    if _PAUSE.search(raw, core, end) or (end > core and raw.startswith("地铁", end - 1)):
        end = core  # 司马台，村西头; 西红门地铁站
    if place.level is not Level.COMMUNITY or suffix == _VILLAGE:
        said = stem if end - start == len(stem) else raw[start:end]
        bare = end <= core and place.level is not Level.DISTRICT
        goes_on = _PART_OF_NAME.match(raw, end) or (place.level is Level.STREET and _MARKET.match(raw, end))
        return Name(start, end, said if end <= core and goes_on else None, bare)
    units = syllables(raw[core : core + _SUFFIX_REACH])
    ending = units.first[:2]
    said = stem[: len(syllables(raw[start:core]))]
    if _is(raw, core, ending, "小区", written=written):
        return Name(start, core + units.span(0, 2)[1], f"{said}小区")
    if end > core and (
        _is(raw, core, ending, "社区", written=written) or _is(raw, core, ending[:1], suffix, written=written)
    ):
        return Name(start, end, raw[start:end] if _SERVICE.match(raw, end) else None)
    part = "区" if stem.endswith(_PARTS) and _is(raw, core, ending[:1], "区", written=written) else ""
    return Name(start, core + len(part), said + part)


def _is(raw: str, at: int, said: Sequence[str], word: str, *, written: bool) -> bool:
    """Whether `raw` has `word` at `at`, where the syllables `said` stand."""
    return raw.startswith(word, at) if written and word else sounds_like(said, word)


def sounds_like(said: Sequence[str], word: str) -> bool:
    """Whether the syllables `said` can be `word`."""
    limits = (_ALIKE, _ALIKE_NEXT)
    name = syllables(word).first
    return (
        bool(name)
        and len(said) == len(name)
        and all(cost(a, b) <= limit for a, b, limit in zip(said, name, limits, strict=False))
    )
