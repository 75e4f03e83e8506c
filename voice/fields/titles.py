"""先生 or 女士: how the operator addresses the caller, and what the caller says about himself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.call import Channel, Utterance
from voice.fields.sounds import Sound

TITLES = {
    "先生": "先生", "女士": "女士", "小姐": "女士", "阿姨": "女士", "大姐": "女士", "大妈": "女士", "大娘": "女士",
    "奶奶": "女士", "太太": "女士", "大爷": "先生", "大叔": "先生", "叔叔": "先生", "大哥": "先生", "爷爷": "先生",
}  # fmt: skip
TITLE = re.compile("|".join(TITLES))
TITLE_SOUNDS = {title: Sound(title, least=2) for title in ("先生", "女士")}
"""After a family name these are told by sound too: 「和女市您放心」."""
_HAN = "㐀-鿿"
_BEFORE_ADDRESS = re.compile(
    rf"(?:^|[^{_HAN}]|好的?|可以的?|行的?|是的?|那|请问|嗯|哎|对|啊|您好|感谢|谢谢|了解|明白了?|知道了?|没问题|放心|别急|别着急|理解|稍等|抱歉|不好意思|收到|客气|辛苦|再见|记好|记下|没错|哦|喂|了|[登标]?记(?:为|成|的?是)?)$"
)
"""What may come before the name of somebody who is addressed …"""
_LONGEST_BEFORE = 4
"""… in at most so many characters."""
_SAYS_SO = r"(?:^|[，,。])(?:我是)?个?{}的(?:同志)?(?=$|[，,。])"
_WOMAN = re.compile(
    r"我(?:老公|丈夫|先生|怀孕|婆婆|一个女)|我是.{0,4}(?:妈妈|母亲|奶奶|姥姥|女儿|儿媳|女的|[他她]妈)"
)
_MAN = re.compile(
    r"我(?:老婆|媳妇|太太|丈母娘|岳母|岳父|一个大?男)|我是.{0,4}(?:爸爸|父亲|爷爷|姥爷|儿子|女婿|男的|[他她]爸)"
)
_OWN = {title: re.compile(_SAYS_SO.format(sex)) for title, sex in (("女士", "女"), ("先生", "男"))}
"""Right where he gives his name; elsewhere 「男的」 is somebody else."""
_ADDRESSED, _SAID, _IMPLIED, _GUESSED = 0.97, 0.9, 0.75, 0.4


def may_be_addressed(raw: str, at: int) -> bool:
    """Whether the name or title that begins at `raw[at]` may be how somebody is addressed."""
    return _BEFORE_ADDRESS.search(raw, max(0, at - _LONGEST_BEFORE), at) is not None


def title_of(utterances: Sequence[Utterance], named: Sequence[tuple[Utterance, str]]) -> tuple[str, float]:
    """The caller's title and how sure it is.

    Args:
        utterances: of the call.
        named: those that have the caller's name, each with the title that goes with it there, if any.
    """
    titles = [title for _, title in named if title]
    titles += [
        t for u, _ in named if u.channel is not Channel.OPERATOR for t, own in _OWN.items() if own.search(u.raw)
    ]
    if titles:
        return titles[-1], _ADDRESSED
    addressed = [
        TITLES[m.group()]
        for u in utterances
        if u.channel is not Channel.CITIZEN
        for m in TITLE.finditer(u.raw)
        if may_be_addressed(u.raw, m.start())
    ]
    if addressed:
        return addressed[-1], _SAID
    said = " ".join(u.raw for u in utterances if u.channel is not Channel.OPERATOR)
    woman, man = bool(_WOMAN.search(said)), bool(_MAN.search(said))
    if woman is man:
        return "先生", _GUESSED
    return ("女士", _IMPLIED) if woman else ("先生", _IMPLIED)
