"""Names of units that answer a question: where the operator asks for one, a bare word may be it (「远方。」)."""

from __future__ import annotations

import re
from itertools import islice

from voice.fields.sounds import CLAUSE
from voice.fields.units import UnitIndex

_ASKED = re.compile(
    "(?:哪|什么|哪一)[家所个](?!小区|社区|村|区|街|路|楼|门|口|站|方|位|地|部门|环节|时|月|季|年)|叫(?:个|做)?什么|名[字称]|全称|字号"
)
_OF_OTHERS = re.compile(
    "您(?:本人)?(?:叫|贵?姓)|贵姓|老板|店长|经理|负责人|师傅|老师|护士|大夫|医生|司机|摊主|员工|客服|谁|孩子叫|上班|工作|门口|附近|旁边|对面|哪里|位置|地址|地方|小区(?!的?物业)|哪[儿条栋层天年月]|方向|转给|部门"
)
"""What makes of it a question after a person or a place."""
_OPENING = re.compile(
    "(?:[嗯呃哦啊哎唉噢]|那个|这个|就是说|就|应该|好像|可能|大概|我记得|记得)*(?:它|这家|那家|店名儿?|名字|全称)?(?:是叫|就叫|叫做?|是)?"
)
_CLOSING = re.compile("(?:[啊呀呢吧嘛]|的)+$")
_CLAUSES = 3
"""Of an answer: later ones tell something else."""
_SHORTEST, _LONGEST = 2, 14
_NO_NAME = re.compile(
    "不|没|忘|哪|什么|谁|知道|清楚|[您我他它这]|那边|个[体人]|邻居|大[妈爷]|老板|业主|私人|房东"
    "|[门楼路街口院号村层侧边站桥里外上下头内]$|小区$|[0-9零一二三四五六七八九十]+[号楼层]"
)
"""Nobody's name, or where something is."""


def asks_for_unit(question: str, units: UnitIndex) -> bool:
    """Whether the last sentence of `question` asks what unit it is."""
    asked = _last_sentence(question)
    return _ASKED.search(asked) is not None and _OF_OTHERS.search(asked) is None and units.speaks_of_unit(asked)


def offers_kinds(question: str) -> bool:
    """Whether the last sentence of `question` only asks which of two kinds it is: 「卖场还是厂家？」."""
    return "还是" in _last_sentence(question)


def answer(text: str, units: UnitIndex, *, after_kind: bool = False) -> tuple[int, int] | None:
    """Where the name stands that `text` answers to such a question; `after_kind`: only 「厂家，焰王厨电」."""
    kind_told = False
    for clause in islice(CLAUSE.finditer(text), _CLAUSES):
        opening = _OPENING.match(clause[0])
        start = clause.start() + (opening.end() if opening else 0)
        end = clause.start() + len(_CLOSING.sub("", clause[0]))
        name = text[start:end]
        if not name or units.is_generic(name):
            kind_told = kind_told or bool(name)
            continue
        fits = (
            _SHORTEST <= len(name) <= _LONGEST
            and not _NO_NAME.search(name)
            and units.could_be_named(text, start, end)
        )
        return (start, end) if fits and (kind_told or not after_kind) else None
    return None


def _last_sentence(text: str) -> str:
    return re.split("[。！]", text.rstrip("。！ "))[-1]
