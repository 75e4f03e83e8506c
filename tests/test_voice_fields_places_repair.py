"""Misheard words of addresses in their right characters, each where it stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.gazetteer import load_gazetteer
from voice.fields.places.repair import repaired, with_stations


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("六浩楼二单颜", "六号楼二单元"),
        ("巴号院", "八号院"),
        ("菜是场南门", "菜市场南门"),
        ("就一单元", "就一单元"),
        ("没有这回事", "没有这回事"),
    ],
)
def test_words_of_addresses(heard: str, meant: str) -> None:
    assert repaired(heard) == meant


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("西之门地铁站A口", "西直门地铁站A口"),
        ("在刘里桥站下的车", "在六里桥站下的车"),
        ("旁边是加油站", "旁边是加油站"),
        ("网站打不开", "网站打不开"),
    ],
)
def test_names_of_stations(heard: str, meant: str) -> None:
    assert with_stations(heard, load_gazetteer().landmarks) == meant


@given(st.text(alphabet="六浩楼二单颜地铁站西之门菜是场号院，a1", max_size=30))
def test_everything_stays_where_it_is(text: str) -> None:
    assert len(repaired(text)) == len(text) == len(with_stations(text, ("西直门", "六里桥")))
