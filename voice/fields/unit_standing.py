"""How a unit stands to the matter by the words around its name: complained about, cleared, or the caller's own."""

from __future__ import annotations

import re

from voice.fields.scope import clause_before, is_asked, is_negated, sentence_before

_ENDS = re.compile("(?:的|了|吧|啊|呀|吗|呢|他们|这家|回的)*(?:[，。？！,.?! ]|$)")
_DECLARES = re.compile(
    "(?:投诉|举报|表扬|批评|感谢|谢谢|夸)(?:一下儿?|一家|一个|咱们?|你们|这个|那个|这家|那家|的对象|的单位|的|就?是|成)*$"
    "|告(?:这家|那家|他们)?$"
)
"""What comes before the name of whom the call is about."""
_ABOUT = re.compile("(?:给|对|向|跟)(?:这个|那个|咱们?|你们)?$")
_TOLD_ABOUT = re.compile(
    "(?:的.{0,4})?(?:提[一个点几条了]{0,2}(?:意见|建议)|点.{0,2}赞|送.{0,2}锦旗|(?:很|特别|非常)?(?:不满|有意见)|的(?:投诉|意见|建议|表扬))"
)
"""Around it, too: 给…提个意见."""
_COMPETENCE = re.compile("(?:归|是)(?:你们|您们?|咱们?).{0,2}管(?:不|吗|吧|的)")
"""Whether the hotline is there for such a unit: 「…归你们管不？」."""
_CALLED_OFF = re.compile("本来|原本|原来|一开始|以前|上次|上回|去年|之前|想着")
_OFFERS = re.compile("(?:^|[，。])(?:那|哦|噢|好的?|嗯|先生|女士|您?)*(?P<is>(?:说的)?就?是|就叫|叫)?$")
_CHECKED = re.compile("(?:的(?:问题|事儿?))?(?:，?(?:[对是][吗吧]|对不对|是不是|没错吧?|吗))?[？?]?$")
_REFUSES = re.compile(
    r"[哎诶啊嗐唉嗯哦，。 ]*(?:不是(?!吗|嘛)|不对|错了|不投诉|没有没有|(?:什么[^，。？]{2,6}[？?，])?没听说)"
)
_AGREES = re.compile(
    "[嗯哦啊哎唉诶，]*(?:对(?![面门过劲了])|是(?!不是|吗)|没错|可不|就是|就(?:告|投诉|找)|还是(?:它|他)|行|好(?![像多几])|嗯)"
)
_CLEARED = re.compile(
    "(?:跟|和|与)(?:人家|这个|那个|那家)?(?P<with>[一-鿿]{2,10}?)(?:他们|那边)?(?:(?:没有?|没什么|没啥)关系|无关)"
    "|(?:^|[，。])(?P<well>[一-鿿]{2,10}?)(?:他们|那边|倒|人家)?(?:没事儿?|没问题|没毛病|挺好|人挺好)(?=[，。的]|$)"
    "|不是?(?:要|想)?投诉(?:人家)?(?P<spared>[一-鿿]{2,10})"
)
_REPORTED = re.compile("说|讲|凭什么|怎么|难道")
_OWN = re.compile("(?:我们?|俺|咱)(?:就|都)?是(?:开|在)?$")
_OWN_AFTER = re.compile(
    "的(?=[，。]|$|员工|经理|负责人|老板|店长|保安|客服)|(?:员工|经理|负责人|老板|店长)(?=[，。]|$)"
)
_OURS = re.compile(".{0,10}?(?<!不)是我们(?:自己)?(?:单位|公司|店|厂)(?=[，。]|$)")
_EMPLOYED = re.compile("工资|工钱|薪|社保|五险|公积金|加班|辞退|开除|劳动|押金|离职|合同|欠|工伤")
_LANDMARK = re.compile("(?:的)?(?:斜?对[面过]|正?对门|旁边|隔壁|附近|边儿?上|挨着)")
_SPELLS = re.compile("的(.)")


def is_declared(text: str, start: int, end: int) -> bool:
    """Whether the call is about `text[start:end]` by the speaker's own words: 投诉…, 给…提个意见, …归你们管不."""
    before, after = clause_before(text, start), text[end:]
    if _CALLED_OFF.search(sentence_before(text, start)):
        return False
    if _COMPETENCE.match(after) or (_ABOUT.search(before) and _TOLD_ABOUT.match(after)):
        return True
    declares = _DECLARES.search(before)
    return declares is not None and _ENDS.match(after) is not None and not is_negated(text, start - len(declares[0]))


def is_offered(text: str, start: int, end: int, *, asked: bool) -> bool:
    """Whether an operator who says `text` asks if `text[start:end]` is meant, and nothing else.

    Args:
        text: what he says.
        start: where the name begins.
        end: where it ends.
        asked: whether a unit was asked for before; else a name alone may be where it is (「朝阳医院，对吗？」).
    """
    offers, checked = _OFFERS.search(text[:start]), _CHECKED.match(text, end)
    if checked is None:
        return False
    if _DECLARES.search(clause_before(text, start)) or (offers and offers["is"]):
        return True
    return asked and offers is not None and checked[0] != ""


def agrees(reply: str) -> bool:
    """Whether `reply` begins with a yes."""
    return _AGREES.match(reply) is not None and not refuses(reply)


def refuses(reply: str) -> bool:
    """Whether `reply` begins with a no."""
    return _REFUSES.match(reply) is not None


def cleared(text: str) -> tuple[str, ...]:
    """What somebody who says `text` has no complaint about."""
    return tuple(
        m[m.lastgroup]
        for m in _CLEARED.finditer(text)
        if m.lastgroup and not _REPORTED.search(clause_before(text, m.start()) + m[0]) and not is_asked(text, m.end())
    )


def speaks_of_employment(text: str) -> bool:
    """Whether somebody who says `text` may well complain about whom he works for."""
    return _EMPLOYED.search(text) is not None


def is_own(text: str, start: int, end: int) -> bool:
    """Whether the speaker says that `text[start:end]` is where he works."""
    says_so = _OWN.search(text[:start]) is not None and _OWN_AFTER.match(text, end) is not None
    return says_so or _OURS.match(text, end) is not None


def is_landmark(text: str, end: int) -> bool:
    """Whether the name that ends at `end` only tells where something is."""
    return _LANDMARK.match(text, end) is not None


def is_spelled(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` only explains a character: 丰收的丰."""
    spelled = _SPELLS.match(text, end)
    return spelled is not None and spelled[1] in text[start:end]
