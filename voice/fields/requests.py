"""What kind of request the call is: 咨询 求助 投诉 举报 建议 表扬."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from models.call import CallInfo, Channel, Utterance
from models.catalogue import Category
from models.workorder import CHOICES, FILL_AT, Candidate, FieldName, Source, merge
from voice.fields.emergency import detect
from voice.fields.finder import evidence
from voice.fields.scope import is_negated
from voice.fields.sounds import Heard, Sound
from voice.fields.topics import Part, TopicModel

_DECLARED = {
    "投诉": Sound("投诉"),
    "举报": Sound("举报|检举"),
    "建议": Sound("我.{0,4}建议|提.{0,3}建议|有.{0,3}建议|建议.{0,6}[咱你政有市区]"),
    "表扬": Sound(
        "表扬|点(?:个|一个)?赞|送.{0,2}锦旗|夸.{0,3}[夸你他她们]|(?:特别|就是|专门|想|要).{0,6}感谢.{0,3}[一他她那你这]"
    ),
    "咨询": Sound(
        "咨询|我(?:想|要|就|来|跟您|跟你)?.{0,2}打听(?!出|到|不|着)|我.{0,4}问(?!了).{0,2}[一下个句]|想问|想了解|请问|问问|想知道|我问(?![了过他她它那人家谁服物店老经大司客门]|师傅)|麻烦.{0,2}问"
    ),
    "求助": Sound("求助|求求?你们|求.{0,3}帮|帮帮忙|帮.{0,2}忙|救救|救命"),
}
"""The caller says himself what he is calling for."""
_IMPLIED = tuple(
    (kind, Sound(expression), trust)
    for kind, trust, expression in (
        (
            "求助",
            0.62,
            (
                "[让派来叫].{0,4}人.{0,2}[来去看修管]|派.{0,3}人|怎么办|能不能.{0,6}(?:帮|来|派|快|修|解决)|赶紧.{0,4}[来派修]"
                "|快.{0,3}来人|尽快.{0,4}[修来派解]|帮[我俺]|帮帮|先给.{0,2}[我俺]|能不能.{0,4}给|求.{0,2}你们"
            ),
        ),
        (
            "投诉",
            0.54,
            "太臭|臭得|臭味|没人.{0,2}[扫清收打洗查]|乱[停扔堆放倒收叫]|堵得|堵死|堵着|扬尘|扬烟|噪音|噪声|太吵|吵死|糊弄|不给钱|不给退|欠.{0,4}[钱资薪]|没动静|说话不算|坑人|不让.{0,3}[进用走退]|油烟",
        ),
        ("求助", 0.51, "停水|停电|没水|没电|没热水|不热|漏水|跑水|坏了|堵了|不亮|走丢|走失|打不开|没人修|没人来"),
        (
            "投诉",
            0.58,
            (
                "态度.{0,4}[差恶不]|乱收|不作为|推诿|踢皮球|骗[人钱子了]|凭什么|太不像话|根本不管|什么服务|霸王条款|欺负人"
                "|敷衍|扰民|吵得|不退|退费|退钱|退款|没人管"
            ),
        ),
        (
            "举报",
            0.6,
            "违法|违停|违规|无证|非法|违建|私自|偷偷|黑车|假冒|偷[排倒拍]|占用.{0,6}(?:便道|消防|绿地)|私搭乱建|群租",
        ),
        (
            "建议",
            0.56,
            "能不能.{0,8}(?:增设|加装|增加|开通|设.{0,2}个|延长|改成)|希望.{0,8}(?:增设|加装|增加|开通|设立|延长)|最好能",
        ),
        (
            "咨询",
            0.5,
            (
                "怎么[办查申报交]理?|能报吗|需要什么|什么(?:手续|条件|材料|流程|政策)|多少钱|几号开始|几点[上下开关]"
                "|在哪.{0,3}[办交领]|有没有.{0,4}(?:政策|规定|补贴)|可不可以|是不是.{0,6}规定"
            ),
        ),
    )
)
"""What a call is for when nobody says so, by what the caller asks or reports, and how far to trust that."""
_RHETORICAL = Sound(
    "^.{0,3}你们?,?.{0,4}(?:到底|管不管|有没有人管|凭什么|还管|怎么回事)|归.{0,4}管[不吗]|^,?(?:我)?不是.{0,2}问"
)
"""What makes of 「我问问你们」 a reproach, or takes it back."""
_OPERATOR_FILES = Sound(
    "(?:登记|记录|提交|转|派|标注).{0,6}(?:投诉|举报|建议|表扬|求助)|(?:这次|您的|本次|匿名).{0,2}(?:投诉|举报|建议|表扬|求助)"
)
"""The operator says as what the request is filed."""
_OPERATOR_SAYS = Sound("您.{0,4}(?:想|要|是).{0,3}(?:投诉|举报|建议|表扬|咨询)")
_GREETING = Sound("请问您|市民热线|北京一二三四五|请讲$", least=2)
"""How an operator begins, in a recording that does not keep the two apart."""
_FILED = 0.9
_SURELY = 0.6
_IN_DANGER = 0.85
"""Who reports a danger to life calls for help."""
_FIRST, _LATER = 0.95, 0.72
"""What a caller says first that he is calling for is what he is calling for; later it may be a threat or an aside."""
_DATA = files("voice.fields").joinpath("data")
KINDS: tuple[Category, ...] = tuple(("诉求类型", kind) for kind in CHOICES[FieldName.REQUEST_TYPE])
"""As the classifier knows them."""
EXAMPLES = Path(str(_DATA.joinpath("request_examples.txt")))
MODEL = Path(str(_DATA.joinpath("request_types.npz")))
"""Trained by `yida train requests` from the examples that ship with Yida."""
_TOLD = 0.5
"""Below it nothing but greetings has been said."""
_RESEMBLES = 0.65
_OFFERED = 3
_THREAT = Sound("(?:再不|要是不|不然|否则|要不).{0,8}$")


class RequestFinder:
    """Finds `request_type`: what the caller says he calls for, what his words imply, and what they resemble."""

    def __init__(self, model: TopicModel) -> None:
        self._model = model
        self._read = lru_cache(maxsize=64)(self._find)

    @classmethod
    def load(cls, path: Path = MODEL) -> RequestFinder:
        """With the classifier in the file `path`.

        Raises:
            models.errors.DataFileError: the file cannot be taken.
        """
        return cls(TopicModel.load(path))

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        return list(self._read(tuple(utterances)))

    def _find(self, utterances: tuple[Utterance, ...]) -> list[Candidate]:
        declared: list[Candidate] = []
        implied: list[Candidate] = []
        for u in utterances:
            named = _declarations(u.raw)
            by_operator = u.channel is Channel.OPERATOR or (u.channel is Channel.MIXED and u.raw in _GREETING)
            asks = any(kind == "咨询" for kind, _ in named)  # 「我打听一下，…怎么办」
            for kind, h in named:
                if by_operator:
                    if len(named) == 1 and u.raw in _OPERATOR_FILES:
                        implied.append(_candidate(kind, _FILED, u, h))
                    elif len(named) == 1 and u.raw in _OPERATOR_SAYS:  # naming several is a question
                        implied.append(_candidate(kind, 0.5, u, h))
                elif kind in {"咨询", "求助"}:
                    declared.append(_candidate(kind, 0.8 if not declared else 0.6, u, h))
                else:
                    strong = all(c.value in ("咨询", "求助") for c in declared)
                    declared.append(_candidate(kind, _FIRST if strong else _LATER, u, h))
            if not by_operator:
                danger = detect(u.raw)
                implied += (
                    [_candidate("求助", _IN_DANGER, u, Heard(danger.start, danger.end, exact=True))] if danger else []
                )
                implied += [
                    _candidate(kind, trust, u, h)
                    for kind, h, trust in _implications(u.raw)
                    if not (kind == "求助" and asks)
                ]
        return self._resembled(utterances) + implied + declared

    def is_surely(self, utterances: Sequence[Utterance], *kinds: str) -> bool:
        """Whether the call is surely of one of these `kinds`."""
        found = merge(self._read(tuple(utterances)))
        return found is not None and found.confidence >= _SURELY and found.value in kinds

    def _resembled(self, utterances: Sequence[Utterance]) -> list[Candidate]:
        """What kind of request the caller's words are most like; the likeliest is better than none."""
        told = [u for u in utterances if u.raw and u.channel is not Channel.OPERATOR]
        ranking = self._model.rank([Part(u.raw, 1.0) for u in told])
        if ranking.told < _TOLD:
            return []
        opening = next((u for u in told if self._model.telling_share(u.raw) >= _TOLD), told[0])
        found = []
        for place, (category, chance) in enumerate(ranking.ranked[:_OFFERED]):
            strongest = max(told, key=lambda u: self._model.support(u.raw, category))
            telling = dict.fromkeys((opening, strongest))
            likely = max(_RESEMBLES * chance, 0.0 if place else FILL_AT)
            found.append(
                Candidate(
                    field=FieldName.REQUEST_TYPE,
                    value=category[1],
                    confidence=round(likely, 3),
                    evidence=tuple(evidence(u, *self._model.strongest_clause(u.raw, category)) for u in telling),
                    source=Source.INFERRED,
                )
            )
        return found


@lru_cache(maxsize=512)
def _declarations(raw: str) -> tuple[tuple[str, Heard], ...]:
    """The kinds of request that somebody names, in the order of speech."""
    found = [
        (kind, h)
        for kind, said in _DECLARED.items()
        for h in said.find(raw)
        if not is_negated(raw, h.start) and raw[: h.start] not in _THREAT and not _is_reproach(kind, raw[h.end :])
    ]
    return tuple(sorted(found, key=lambda f: f[1].start))


def _is_reproach(kind: str, after: str) -> bool:
    return kind == "咨询" and after in _RHETORICAL


@lru_cache(maxsize=512)
def _implications(raw: str) -> tuple[tuple[str, Heard, float], ...]:
    return tuple(
        (kind, h, trust) for kind, said, trust in _IMPLIED if (h := said.first(raw)) and not is_negated(raw, h.start)
    )


def _candidate(kind: str, confidence: float, u: Utterance, h: Heard) -> Candidate:
    return Candidate(
        field=FieldName.REQUEST_TYPE,
        value=kind,
        confidence=confidence if h.exact else confidence - 0.1,
        evidence=(evidence(u, h.start, h.end),),
        speaker=u.channel,
    )
