"""Tags of a written call, moved into what was recognised of it."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from models.call import HOTLINE_TIME_ZONE, Channel, Utterance
from voice.fields.spans.hearing import heard_as
from voice.fields.spans.model import Kind
from voice.fields.spans.tellings import Tagged, Telling

NOW = datetime(2026, 3, 14, 10, 20, tzinfo=HOTLINE_TIME_ZONE)
CITIZEN, OPERATOR = Channel.CITIZEN, Channel.OPERATOR


def telling(*turns: tuple[Channel, str, list[tuple[Kind, str]]]) -> Telling:
    """Turns with the words that are tagged in them."""
    tags = tuple(
        tuple(Tagged(kind, text.index(words), text.index(words) + len(words)) for kind, words in tagged)
        for _, text, tagged in turns
    )
    return Telling("a", NOW, tuple((channel, text) for channel, text, _ in turns), tags)


def utterances(*said: tuple[Channel, str]) -> list[Utterance]:
    return [
        Utterance(id=f"u{i}", channel=channel, start_s=i, end_s=i + 1, text=text, raw=text, confidence=0.7)
        for i, (channel, text) in enumerate(said)
    ]


def moved(written: Telling, *said: tuple[Channel, str]) -> list[list[tuple[Kind, str]]]:
    """The tagged words in each utterance."""
    heard = heard_as(written, utterances(*said))
    assert heard.heard
    assert heard.turns == said
    return [
        [(tag.kind, text[tag.start : tag.end]) for tag in tags]
        for (_, text), tags in zip(heard.turns, heard.tags, strict=True)
    ]


def test_misheard_words_keep_their_tags() -> None:
    written = telling(
        (CITIZEN, "在芳星园二区，九号楼三单元。", [(Kind.PLACE, "芳星园二区"), (Kind.PLACE, "九号楼三单元")])
    )

    assert moved(written, (CITIZEN, "再方星圆二去九号楼三单元")) == [
        [(Kind.PLACE, "方星圆二去"), (Kind.PLACE, "九号楼三单元")]
    ]


def test_a_number_is_the_same_however_it_is_written() -> None:
    written = telling(
        (
            CITIZEN,
            "十一号楼一一零二，昨儿晚上八点半",
            [(Kind.PLACE, "十一号楼一一零二"), (Kind.TIME, "昨儿晚上八点半")],
        )
    )

    assert moved(written, (CITIZEN, "11号楼1102昨儿晚上8点半")) == [
        [(Kind.PLACE, "11号楼1102"), (Kind.TIME, "昨儿晚上8点半")]
    ]


def test_a_pause_cuts_a_tag_in_two() -> None:
    written = telling((CITIZEN, "叫康乐养老驿站一楼", [(Kind.PLACE, "康乐养老驿站一楼")]))

    assert moved(written, (CITIZEN, "叫康乐"), (OPERATOR, "嗯"), (CITIZEN, "养老一站一楼")) == [
        [(Kind.PLACE, "康乐")],
        [],
        [(Kind.PLACE, "养老一站一楼")],
    ]


def test_each_channel_is_aligned_by_itself() -> None:
    written = telling((CITIZEN, "北门", [(Kind.PLACE, "北门")]), (OPERATOR, "南门北门", []), (CITIZEN, "南门", []))

    assert moved(written, (OPERATOR, "南门北门"), (CITIZEN, "北们"), (CITIZEN, "南门")) == [
        [],
        [(Kind.PLACE, "北们")],
        [],
    ]


def test_what_nobody_heard_has_no_tag() -> None:
    assert moved(telling((CITIZEN, "北门", [(Kind.PLACE, "北门")])), (OPERATOR, "您好")) == [[]]


WORDS = st.text(alphabet="北京门路一二十12，a ", max_size=12)


@given(st.lists(st.tuples(WORDS, st.integers(0, 11), st.integers(1, 12)), max_size=4), st.lists(WORDS, max_size=4))
def test_tags_always_lie_in_what_was_heard(said: list[tuple[str, int, int]], heard: list[str]) -> None:
    turns = [(CITIZEN, text) for text, _, _ in said]
    tags = [
        (Tagged(Kind.PLACE, start, min(start + length, len(text))),) if start < len(text) else ()
        for text, start, length in said
    ]
    found = heard_as(Telling("a", NOW, tuple(turns), tuple(tags)), utterances(*((CITIZEN, text) for text in heard)))

    for (_, text), each in zip(found.turns, found.tags, strict=True):
        assert all(0 <= tag.start < tag.end <= len(text) for tag in each)
