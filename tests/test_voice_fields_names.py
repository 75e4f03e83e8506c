"""The caller's name."""

from __future__ import annotations

import pytest
from dialogue import draft, found, offered
from hypothesis import assume, given
from hypothesis import strategies as st

from models.workorder import FieldName
from voice.fields.names import NameFinder
from voice.fields.surnames import SURNAMES, posterior

NAME = FieldName.CALLER_NAME
ORDINARY_WORDS = "和国时相同家有那过"
"""Family names that are so much commoner as words that they need an explanation: 「和平的和」."""


HEARD = 0.9
"""Confidence of words that were recognised, not written down by a person."""


def name(*turns: str, confidence: float = 1.0) -> object:
    return found(NameFinder(), NAME, *turns, confidence=confidence)


@pytest.mark.parametrize(
    ("expected", "turns"),
    [
        ("赵先生", ("o:您贵姓", "c:我姓赵。", "o:赵先生，对吧？")),
        ("金先生", ("o:您贵姓", "c:免贵姓金，座机行吗", "o:可以的金先生")),
        ("欧阳女士", ("o:您贵姓", "c:免贵，复姓欧阳", "o:好的欧阳女士")),
        ("李先生", ("o:先生您贵姓", "c:姓李")),
        ("周女士", ("o:怎么称呼您", "c:我姓周，我老公不在家", "o:嗯好的")),
        ("刘先生", ("o:怎么称呼", "c:叫我老刘就行", "o:好的刘先生")),
        ("孟先生", ("o:您好孟先生，又是您",)),
        ("王建国", ("o:您怎么称呼", "c:我叫王建国。")),
        ("陈晓东", ("o:留一下姓名电话", "c:陈晓东，幺三八幺二三四五六七八")),
        ("曹敏", ("o:贵姓", "c:免贵姓曹，叫曹敏，敏捷的敏。")),
        ("吴海燕", ("o:您怎么称呼", "c:吴海燕", "o:吴海燕女士，对吗")),
        ("孙丽", ("c:你好我是孙丽，住三号楼", "o:孙女士您好")),
        ("温女士", ("o:您贵姓？", "c:姓温，温暖的温", "o:温女士，电话留一下。")),
        ("吴俊杰", ("o:您的姓名？", "c:吴俊杰，口天吴，英俊的俊，杰出的杰")),
        ("何一诺", ("o:姓名跟电话报一下", "c:何，何必的何，何一诺，一诺千金的一诺")),
        ("万小田", ("o:您的姓名？", "c:万小田，一万两万的万，大小的小，田野的田")),
        ("尉迟女士", ("o:贵姓？", "c:我姓尉迟，复姓，尉是上尉的尉，迟到的迟", "o:尉迟女士您好")),
        ("燕女士", ("o:您贵姓啊？", "c:免贵姓，燕子的燕", "o:燕女士")),
        ("薛先生", ("o:您贵姓？", "c:我姓薛宝钗的薛", "o:好的薛先生")),
        ("付先生", ("o:您贵姓？", "c:姓付，付钱的付，不是师傅的傅", "o:付先生")),
        ("马小兰", ("o:您叫什么？", "c:马小兰", "o:马晓兰？", "c:不是拂晓的晓，是大小的小，马小兰")),
        ("萧先生", ("o:怎么称呼您？", "c:我姓萧，萧何的萧，男的")),
        ("阿依古丽", ("o:您叫什么名字？", "c:阿依古丽，新疆来的", "o:阿依古丽女士，您讲")),
        ("吐尔逊·买买提", ("o:报一下全名", "c:吐尔逊·买买提，中间有个点")),
        ("多吉才让", ("c:您好，我叫多吉才让，宿舍没热水", "o:多吉才让同学，是哪个学校？")),
        ("端木春生", ("c:喂，我端木春生，上礼拜打过", "o:端木先生您好")),
        ("高原", ("o:先生，怎么称呼？", "c:我叫高原，青藏高原的高原", "o:高先生")),
        ("车前", ("o:您的姓名？", "c:车前。", "o:车先生")),
        ("余女士", ("o:于女士是吧？", "c:不是于，我姓余，年年有余的余", "o:余女士，改好了")),
        ("庞女士", ("o:胡女士是吗？", "c:老胡家是饭馆名字，我姓庞", "o:庞女士，好")),
        ("石大壮", ("c:电话幺三九幺一零二二八八四石大壮，我开着车呢",)),
        ("姜海", ("o:您叫什么？", "c:江，不是，姜海，生姜的姜，大海的海", "o:姜先生")),
        ("米女士", ("o:您说姓就可以", "c:那就姓米吧，我老公不让说全名")),
        ("那春梅", ("o:您贵姓", "c:我姓那，叫那春梅", "o:好的那女士")),
        ("王先生", ("o:怎么称呼？", "c:叫我老王就成", "o:王先生，您说")),
        ("易女士", ("o:您贵姓？", "c:我姓易，我是孩子他妈")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_names_as_they_are_said(expected: str, turns: tuple[str, ...]) -> None:
    assert name(*turns) == expected


@pytest.mark.parametrize(
    ("expected", "turns"),
    [
        ("张女士", ("o:您贵姓", "c:我姓张，弓长张", "o:张女士您好")),
        ("章先生", ("o:您贵姓", "c:姓张，立早章", "o:张先生")),
        ("郦女士", ("o:贵姓", "c:郦，郦道元的郦", "o:郦女士是吧")),
        ("陆女士", ("o:您贵姓", "c:姓录，路地的路", "o:好的路女士")),
        ("马骏", ("o:您怎么称呼", "c:我叫马军，骏马的骏。", "o:好的马先生")),
        ("林静", ("o:您的名字", "c:林静，双木林，安静的静")),
        ("赵敏", ("o:请问您贵姓", "c:我叫赵敏敏捷的敏电话一三八一二三四五六七八")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_explained_characters(expected: str, turns: tuple[str, ...]) -> None:
    assert name(*turns, confidence=HEARD) == expected


@pytest.mark.parametrize(
    ("expected", "turns"),
    [
        ("何女士", ("o:您贵信", "c:我信河电话多少来着", "o:和女士您放心")),
        ("郭志强", ("o:您贵姓", "c:我叫郭志强", "o:国质强先生")),
        ("钱女士", ("o:您贵姓", "c:姓前", "o:前女士")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_homophones_that_recognition_wrote(expected: str, turns: tuple[str, ...]) -> None:
    assert name(*turns, confidence=HEARD) == expected


@pytest.mark.parametrize(
    "turns",
    [
        ("o:您贵姓", "c:不方便说"),
        ("c:我找了王经理，他姓王，一直推",),
        ("o:好的先生，您说", "c:路灯坏了"),
        ("c:小区门口那个张大爷修车的", "o:嗯"),
        ("o:叫什么", "c:叫动力时代"),
        ("c:我是三号楼的业主",),
        ("c:我叫救护车了",),
        ("o:您贵姓？", "c:姓什么重要吗", "o:女士您别急"),
        ("o:您电话多少？", "c:就这个号，别的没有", "o:好的，就这个号，女士"),
        ("o:您的姓名？", "c:匿名举报，行吗", "o:好的，匿名举报。"),
        ("c:我老公姓王，他不在家", "o:嗯"),
        ("c:我叫了好几辆车，不知道哪个，都没来", "o:好的"),
        ("c:撞人的那个司机，男的，姓什么不知道", "o:嗯"),
    ],
    ids=lambda turns: turns[-1],
)
def test_no_name_was_given(turns: tuple[str, ...]) -> None:
    assert name(*turns) is None


def test_a_surname_without_any_sign_of_a_title_is_only_offered() -> None:
    assert name("o:您贵姓", "c:我姓赵") is None
    assert set(offered(NameFinder(), NAME, "o:您贵姓", "c:我姓赵")) == {"赵先生", "赵女士"}


def test_a_full_name_beats_surname_and_title_and_both_speakers_count() -> None:
    field = draft(NameFinder(), "o:您怎么称呼", "c:我叫马骏，骏马的骏", "o:好的马先生").fields[NAME]
    assert field.value == "马骏"
    assert [e.utterance for e in field.evidence] == ["u2", "u3"]


def test_other_family_names_of_the_same_sound_are_offered() -> None:
    turns = ("o:您贵姓", "c:姓鱼", "o:鱼女士")
    values = {name(*turns, confidence=HEARD), *offered(NameFinder(), NAME, *turns, confidence=HEARD)}
    assert {"于女士", "余女士"} <= values


@given(surname=st.sampled_from(sorted(SURNAMES)), title=st.sampled_from(["先生", "女士"]))
def test_every_known_family_name_is_taken_from_an_address_that_repeats_it(surname: str, title: str) -> None:
    assume(surname not in ORDINARY_WORDS)
    value = name("o:您贵姓", f"c:我姓{surname}，电话一三八一二三四五六七八", f"o:好的，{surname}{title}")
    assert value == surname + title


@given(st.lists(st.text(alphabet="我姓叫免贵赵王弓长张的是先生女士，。好马骏 ", max_size=20), max_size=4))
def test_any_dialogue_gives_a_name_or_nothing(words: list[str]) -> None:
    value = name(*(f"{'oc'[i % 2]}:{said}" for i, said in enumerate(words)))
    assert value is None or 2 <= len(str(value)) <= 6


def test_posterior_is_a_distribution() -> None:
    chances = posterior([{"河": 0.9}, {"和": 0.9}])
    assert next(iter(chances)) == "何"
    assert sum(chances.values()) == pytest.approx(1)
    assert posterior([]) == {}
    assert posterior([{"肯": 0.9}]) == {"肯": 0.6}, "there are more family names than any list has"
