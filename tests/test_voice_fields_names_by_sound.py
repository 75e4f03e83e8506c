"""Names in words that recognition wrote hardly right."""

from __future__ import annotations

import pytest
from dialogue import call, dialogue
from hypothesis import given
from hypothesis import strategies as st

from models.workorder import Draft, FieldName, FieldValue
from voice.fields.explained_by_sound import explained_after
from voice.fields.names import NameFinder
from voice.fields.names_by_sound import addressed, answered, explained


def likeliest(raw: str) -> tuple[str, str]:
    """Family name as written, and title, of the surest place in an operator's words."""
    places = [place for group in addressed(raw) for place in group]
    best = max(places, key=lambda place: place.weight)
    return best.surname, best.title


def recognised(*turns: str) -> FieldValue:
    return Draft().refill(NameFinder().find(call(), dialogue(*turns, confidence=0.8))).value(FieldName.CALLER_NAME)


@pytest.mark.parametrize(
    ("raw", "surname"),
    [("念贵信长", "长"), ("我信你", "你"), ("姓程", "程"), ("脸贵性足", "足"), ("敬犯幺三三", "犯")],
)
def test_a_name_may_be_behind_what_sounds_like_an_introduction(raw: str, surname: str) -> None:
    assert surname in {place.surname for place in answered(raw, asked=True)}


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("号地承显生", ("承", "先生")),
        ("好对犯女士，处理完给您回电话", ("犯", "女士")),
        ("也女是您的联系电话", ("也", "女士")),
        ("买先生你的电话", ("买", "先生")),
    ],
)
def test_a_title_shows_where_the_name_is(raw: str, name: tuple[str, str]) -> None:
    assert likeliest(raw) == name


@pytest.mark.parametrize(
    ("name", "turns"),
    [
        ("范女士", ("o:您贵性电话留意下", "c:敬犯13366820145", "o:好对犯女士，处理完给您回电话")),
        ("马先生", ("o:怎么称呼您", "c:我就马去，我人在外地", "o:好的 买先生你的电话")),
        ("崔先生", ("o:您贵姓", "c:我幸随家里电话", "o:有八七把催陷省队吧", "c:对", "o:好的最先生")),
    ],
)
def test_both_speakers_together_tell_a_name_that_neither_tells(name: str, turns: tuple[str, ...]) -> None:
    assert recognised(*turns) == name


@pytest.mark.parametrize(
    "turns",
    [
        ("o:您贵姓", "c:不方便说", "o:好的先生"),
        ("o:您贵姓", "c:这个就不用了吧", "o:今年县城的路都在修"),
        ("o:好的女士您说", "c:路灯坏了"),
        ("o:请问怎么称呼您", "c:也不用了，也没什么", "o:好的女士"),
    ],
)
def test_words_that_are_no_name_give_none(turns: tuple[str, ...]) -> None:
    assert recognised(*turns) is None


@given(st.text(alphabet="我姓免贵叫王马程犯好的先生女士显声是，。 a1", max_size=24))
def test_any_words_have_their_names_where_they_say(raw: str) -> None:
    for group in (answered(raw, asked=True), answered(raw, asked=False), *addressed(raw)):
        assert sum(place.weight for place in group) <= 0.9 + 1e-9
        for place in group:
            assert raw[place.start] == place.surname
            assert place.start < place.end <= len(raw)


@pytest.mark.parametrize(
    ("name", "turns"),
    [
        ("周晓峰", ("o:您怎么称呼", "c:周小风，周道的周，扶小的小，上风的风")),
        ("李静", ("o:您贵姓", "c:我叫礼镜，木子里，按静的静")),
        ("阎女士", ("o:您贵姓", "c:免贵姓言，严王爷的言", "o:好的言女士")),
        ("陆先生", ("o:贵姓", "c:信路录地的路", "o:好的路先生")),
        ("吴海洋", ("o:登记一下", "c:午海阳口天五大海的还海洋的样")),
        ("马俊", ("o:您怎么称呼", "c:我就马进，英俊的进")),
    ],
)
def test_explanations_tell_a_name_although_they_are_misheard(name: str, turns: tuple[str, ...]) -> None:
    assert recognised(*turns) == name


def test_homophones_are_told_apart_by_how_common_the_names_are() -> None:
    """What recognition writes for two names of one sound and tone says nothing about which was said."""
    assert recognised("o:您贵姓", "c:我姓谈", "o:谈女士，电话留一下") == "谭女士"


@pytest.mark.parametrize(
    "raw",
    ["路灯坏了一个多月了，门口的灯也不亮", "白天的时候还行，晚上的噪音特别大", "关门的声音太大了，楼上的小孩天天跑"],
)
def test_a_word_with_the_character_behind_it_is_no_name(raw: str) -> None:
    assert explained(raw, asked=False) is None


@given(st.text(alphabet="我姓叫马军林静双木骏的安，。 a1", max_size=24), st.booleans())
def test_any_words_have_their_explanations_behind_the_name(raw: str, asked: bool) -> None:
    name = explained(raw, asked)
    if name is not None:
        start, end = name
        assert 0 <= start < end <= len(raw)
        assert all(end <= e.start < e.end <= len(raw) for e in explained_after(raw, start, end).values())
