"""Spoken numbers as an operator writes them, and what must stay words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.text.edits import apply
from voice.text.numbers import name_pattern, number_edits


def written(text: str) -> str:
    return apply(text, number_edits(text)).text


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        # telephone numbers, in one breath or in groups, cell, landline, service numbers
        ("幺三八零零幺三八零零零", "13800138000"),
        ("幺三八零零，幺三八，零零零", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("零幺零六五八八幺二三四", "010-65881234"),
        ("零幺零，六五八八幺二三四", "010-65881234"),
        ("四零零八幺零五五五五", "4008105555"),
        ("电话零零零零七七八八", "电话00007788"),
        ("一单元五零三室，尾号八一一记一下，幺三七开头", "1单元503室，尾号811记一下，137开头"),
        ("打幺幺九或者一二三四五", "打119或者12345"),
        ("尾号七三六", "尾号736"),
        # houses
        ("三十二号院二号楼一单元五零一", "32号院2号楼1单元501"),
        ("七号楼，一层，三门一零二", "7号楼，1层，3门102"),
        ("甲八号院十二号楼", "甲8号院12号楼"),
        ("三单元十五", "3单元15"),
        ("四零八楼一门五零三", "408楼1门503"),
        # dates and clock times
        ("二零二三年十一月十五号晚上八点半", "2023年11月15号晚上8点半"),
        ("从早上六点到十一点四十", "从早上6点到11点40"),
        ("八点零五和三点五分", "8点05和3点5分"),
        ("下午一点多", "下午1点多"),
        # money, shares, measures, temperatures
        ("三百五十块八毛", "350.8元"),
        ("三块五，贵", "3.5元，贵"),
        ("交了一万六", "交了16000"),
        ("九千二百块钱", "9200块钱"),
        ("两块钱，五千元", "2块钱，5000元"),
        ("三千五百万元", "3500万元"),
        ("百分之三点五", "3.5%"),
        ("降了百分之二十", "降了20%"),
        ("零下五度，屋里十六度", "零下5度，屋里16度"),
        ("二十五点五度", "25.5度"),
        ("三点五公里", "3.5公里"),
        ("一百二十平米", "120平米"),
        # counts
        ("等了二十四小时", "等了24小时"),
        ("八十多个人，都七十多了", "80多个人，都70多了"),
        ("住了五个人", "住了5个人"),
        ("要1万6", "要16000"),
        ("八十到八十九岁，一到三个月", "80到89岁，1到3个月"),
        ("周一到周五，从一到十", "周一到周五，从1到10"),
    ],
)
def test_written_as_digits(spoken: str, expected: str) -> None:
    assert written(spoken) == expected


@pytest.mark.parametrize(
    "spoken",
    [
        *[
            "一下",
            "一起",
            "十分满意",
            "一会儿",
            "万一",
            "千万别",
            "一点儿",
            "一块儿",
            "一样",
            "一直",
            "统一",
            "唯一",
            "有一点问题",
            "一门心思",
        ],
        *[
            "三里屯",
            "十里堡",
            "八里庄",
            "四季青",
            "十八里店",
            "五道口",
            "五棵松",
            "三间房",
            "六里桥",
            "八一路",
            "三元桥",
            "东四十条",
            "百子湾",
        ],
        *[
            "百十来户",
            "二十几号",
            "十来个人",
            "七八间",
            "五六个",
            "两三天",
            "十几年",
            "几十块",
            "一天推一天",
            "一天比一天",
        ],
        "星期三",
        "周五",
        "礼拜六",
        "初三",
        "正月十五",
        "八月十五",
        "双十一",
        "大年三十",
        "第一次",
        "第二年",
        "两室一厅",
        "三居室",
        "一对一",
        "五花八门",
        "三天两头",
        "一五一十",
        "乱七八糟",
        "三分之一",
        "百分百",
        "这一栋",
        "另一部",
        "每一层",
        "一家公司",
        "两部电梯",
        "一排树",
        "一层水",
        "五一放假",
        "十一假期",
    ],
)
def test_left_as_spoken(spoken: str) -> None:
    assert written(spoken) == spoken


def test_names_are_protected_but_house_numbers_are_not_names() -> None:
    pattern = name_pattern(["九间棚村", "三号院", "回龙观", "二道河村"])
    text = "九间棚村三号院回龙观"
    spans = [m.span() for m in pattern.finditer(text)]
    assert [text[a:b] for a, b in spans] == ["九间棚村"]
    assert apply(text, number_edits(text, spans)).text == "九间棚村3号院回龙观"
    assert name_pattern([]).search("三里屯") is None


SPEECH = st.text(alphabet="零幺一二两三四五六七八九十百千万亿几多点年月号日楼单元层块毛钱百分之第度个天，。 139.我一")


@given(SPEECH | st.text())
def test_edits_are_in_order_inside_the_text_and_change_something(text: str) -> None:
    edits = number_edits(text)
    at = 0
    for e in edits:
        assert at <= e.start < e.end <= len(text)
        assert text[e.start : e.end] != e.text
        at = e.end


@given(SPEECH, st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=3))
def test_protected_spans_are_untouched(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [(min(p), max(p)) for p in pairs if min(p) < max(p) <= len(text)]
    for e in number_edits(text, spans):
        assert all(e.end <= start or end <= e.start for start, end in spans)


@given(st.integers(0, 10**8 - 1))
def test_eight_digit_landlines_keep_every_digit(number: int) -> None:
    digits = f"{number:08d}"
    spoken = "".join("零幺二三四五六七八九"[int(d)] for d in digits)
    assert written("电话" + spoken).replace("-", "") == "电话" + digits
