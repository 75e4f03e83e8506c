"""Words that no description of a place has, by their part of speech: what is done, who does it, when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from voice.fields.places.phrases import SHORT_KINDS
from voice.fields.tagger import Token

_DEEDS = frozenset({"v", "vd", "d", "r", "c", "TIME", "t", "ad"})
"""Verbs, adverbs, pronouns, conjunctions and times."""
_PREDICATES = frozenset({"a", "an", "ad"})
"""What ends a clause about the matter: 声音大, 路面湿滑."""
_THING_AT_END = re.compile(f"{SHORT_KINDS}$")
_PASSIVE = re.compile("被|把|让|给")
_VERBS = frozenset({"v", "vd", "ad"})
_PARTICLE = re.compile("[吗呢么吧啊呀嘛哈了过]")
_ON_THE_WAY = re.compile(
    "[往进出到走过去来靠挨对通朝向从由沿临夹隔拐转上下邻贴冲紧]+[着了]?|[进出过上下]往?[里外]?[来去走]|路过|经过|位于|紧[挨靠邻临]着?|毗邻|交叉|相交|交汇"
    "|[由往向朝从]?[东西南北]{1,2}[转拐侧边]?|[左右][转拐]"
    "|[那这](?:个|儿|里|边|块儿?|一?[排片带栋条家])?|和|与|跟|同|及|以及|或|即|正|正对|斜对|原"
)
"""Words of these kinds that lead to a place, or join two."""
_HOUSE = re.compile("[甲乙丙零一二三四五六七八九幺十百0-9]+号")
"""Taken for a day."""
_NAMES_A_THING = 2
"""Characters from which a verb before a noun is a part of its name: 健身广场, 收费处."""
_DOES_NOT = re.compile("[没不无有]|[加安改拆组]装|拆除|改造|维修|修理|更换|办理|申请")
_ACTS = frozenset("漏坏塌倒断停堵响亮臭吵死跑卖说问冒裂掉淹黑修挖拆占砸盖建装种烧摆堆放扔撞")
"""Deeds of one character that people call about: no parts of names."""
_BECOMES = frozenset("为成到在给过了着")
_THING = frozenset({"n", "s", "LOC", "ORG", "nz", "nw", "f"})
_FRAGMENTS = _THING | {"a"}
_NO_PLACE = re.compile(
    "几.*|多少.*|哪.*|(?:[不没]|别(?!墅)).*|.{0,2}话|.*(?:电话|号码|尾号|工号|先生|女士|同志|诉求|问题|事情|情况|时候|时间|个人|信息|车牌号?|门牌号?|编号|楼号|单元号|工单|居民|业主|.*警官|市民|老人|孩子|家长|人家|房本|政策)"
)
"""Words that are nouns or numbers and yet never part of a place."""


def placeless(tokens: Sequence[Token], text: str) -> Iterator[tuple[int, int]]:
    """The words of `text` that no description of a place has, as spans."""
    for i, token in enumerate(tokens):
        if _is_placeless(text, token, tokens[i - 1] if i else None, tokens[i + 1 : i + 3]):
            yield token.start, token.end


def _is_placeless(text: str, token: Token, before: Token | None, rest: Sequence[Token]) -> bool:
    """Whether no place has the word `token` of `text`.

    Args:
        text: the whole.
        token: one word of it.
        before: the word before it.
        rest: the words after it, two at most.
    """
    word = text[token.start : token.end]
    if _NO_PLACE.fullmatch(word) or (_PASSIVE.fullmatch(word) and not text.startswith("把角", token.start)):
        return True
    if token.tag in _PREDICATES and (not rest or rest[0].tag == "w") and not _THING_AT_END.search(word):
        return True
    if _PARTICLE.fullmatch(word):
        return before is None or not _ON_THE_WAY.fullmatch(text, before.start, before.end)
    if token.tag not in _DEEDS or _ON_THE_WAY.fullmatch(word) or _HOUSE.fullmatch(word):
        return False
    return not _names(text, token, before, rest)


def _names(text: str, token: Token, before: Token | None, rest: Sequence[Token]) -> bool:
    """Whether the verb `token` is but a part of a name: 健身广场, or one that the tagger has split (箭 扣)."""
    word, after = text[token.start : token.end], rest[0] if rest else None
    if token.tag not in _VERBS or _DOES_NOT.match(word) or word[-1] in _BECOMES:
        return False
    if len(word) > _NAMES_A_THING and _THING_AT_END.search(word):
        return True  # 知春路辅路
    if len(word) >= _NAMES_A_THING:
        return after is not None and after.tag in _THING
    if re.fullmatch(SHORT_KINDS, word):
        return True
    if len(rest) > 1 and rest[0].tag in _THING and rest[1].tag in {"f", "s"}:
        return True  # 变 电箱 旁
    if before is not None and before.tag in _THING and (after is None or after.tag in {"w", "m", "f"}):
        return word not in _ACTS  # 万象 汇
    if after is not None and after.tag in _THING and _THING_AT_END.search(text, after.start, after.end):
        return word not in _ACTS  # 采 石场
    return any(t is not None and t.tag in _FRAGMENTS and t.end - t.start == 1 for t in (before, after))
