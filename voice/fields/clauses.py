"""What citizens say, clause by clause, and how it reads when it is written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from models.call import Utterance
from voice.fields.sounds import CLAUSE
from voice.text import write

AGREES = re.compile("[嗯哦啊哎唉]*(?:对|是|好|行|没错|可以|就是|当然|要|嗯)(?!不)")
"""How somebody agrees with what was just said."""
_PROCEDURE = re.compile(
    r"^(?:喂|您好|你好|过[年节]好|谢谢|再见|好的?|行|对|嗯|是的?|可以|没有了?|没了|不用了?|辛苦|麻烦|快点?|尽快)+[您你了啊呀吧呢哈姑娘]*$"
    r"|我(?:姓|叫|免贵)|免贵|我?(?:的|个)电话|手机号?是|座机|号码|电话是|打这个|我等着|等[您你]们?|不留|留个|回电|回话|回一个|换一个|不用回"
    r"|^(?:地址|电话|号码|名字|姓名|时间|楼号|门牌号?).{0,2}(?:不对|错了)|匿名|保密|别说是我|说是我|让人知道|听得见|听见吗|你听听|您说$|您知道吧$|请问$|我想想|来着$|^..的.$"
    r"|(?:同志|姑娘|师傅)啊?$"
    r"|(?:[0-9零一二三四五六七八九幺两洞拐][,，\- ]?){5,}|我跟[你您]说$"
    r"|打听个?事儿?$|哎不对|^不是$|^不对$|(?:明白|清楚|知道|记下)了$"
    r"|^我?们?(?:还|再|就)?(?:要|想)?(?:投诉|举报|反映|咨询|问问?你?们?|打听)(?:一下|一?[个件]事儿?啊?|点儿?事儿?|一?个问题|的事)?$"
    r"|你们.{0,2}管不管|归(?:你们|这儿|咱们)管|你们[有]?什么用|什么用$|凭什么$|骗谁|叫什么话|什么道理$|受不了|[急气]死|^太?(?:吓人|气人|不像话|过分)了?$|^怎么办[呀啊呢]?$"
    r"|.字[头旁底]|[上下左右]面.{0,4}的.$|单立人|双人旁|[木弓立言古口]子?.{0,2}[李张章许胡吴]$|^.{2,4}的.$|先挂了|挂了啊?$|开着车呢|赶着|有人接$|(?:上午|下午|白天|晚上).{0,4}在家"
    r"|求.{0,2}你们|帮帮忙|说不上来|不知道|不清楚|记不[清住得]|给我打|打个?电话|找你们|告他们|要结果|受得了|就这样|^不[是对].{0,4}$"
)
"""Clauses that only keep the call going."""
_LEADING = re.compile(
    r"^(?:[，, 嗯啊]|哦|呃|哎|唉|喂|诶|欸|那个|这个(?=[，我他])|就是说?|反正|然后|其实|那什么|同志|师傅|姑娘|小姐"
    r"|您好|你好|我跟[你您]说|[你您]说说?|[你您]听听|[你您]看看?|[你您]知道吗?|是这样|对(?=[^面门])|好(?=[，,])|行(?=[，,])"
    r"|我?(?:想|要)?(?:举报|投诉|反映)(?![了过])(?:一下|一个|个事|个)?|我?(?:想|要|就想)?(?:问问?|打听|咨询)一?下?[个点]?(?=.{3})"
    r"|我?说(?:说|一下)"
    r"|请问一?下?|还有那个|就?想知道|那(?=要是|我|你|他|如果|花|还))+"
)
_TRAILING = re.compile(r"(?:[啊呀呢嘛哪哈哎呗啦哦嗯吧]|对吧|是吧|你说|您说|来着|就行)+$")
_FILLERS = re.compile(r"嗯|呃|那个(?=[，,])|(?<=[^什怎这那多])么(?=[，,])")
_WRITTEN = {
    "咱们": "",
    "我们": "",
    "我家": "家中",
    "家里": "家中",
    "俺们": "",
    "俺": "其",
    "我自己": "其自己",
    "我找": "找",
    "我住": "住",
    "我去": "去",
    "我回": "回",
    "我看": "看",
    "我想": "想",
    "我老伴儿": "其老伴",
    "我老伴": "其老伴",
    "我媳妇": "其妻子",
    "我老婆": "其妻子",
    "我老公": "其丈夫",
    "我妈": "其母亲",
    "我爸": "其父亲",
    "我儿子": "其儿子",
    "我闺女": "其女儿",
    "我女儿": "其女儿",
    "我孩子": "其孩子",
    "我孙子": "其孙子",
    "你们": "",
    "我": "其",
    "估计": "疑",
    "大概": "约",
    "好几": "数",
    "没人": "无人",
    "没到": "未到",
    "没修": "未修",
    "没给": "未给",
    "没来": "未来",
    "没解决": "未解决",
    "没结果": "无结果",
    "没物业": "无物业",
    "没电梯": "无电梯",
    "没证": "无证",
    "堵了": "堵塞",
    "赔我": "赔偿其",
    "马上": "立即",
    "立刻": "立即",
    "赶紧": "尽快",
    "赶快": "尽快",
    "快点": "尽快",
    "快让人": "尽快派人",
    "快派人": "尽快派人",
    "看看": "查看",
    "查查": "核查",
    "修修": "维修",
    "闻见": "闻到",
    "不搭理": "不理",
    "啥": "什么",
    "今儿个": "今天",
    "今儿": "今天",
    "昨儿": "昨天",
    "这儿": "这里",
    "那儿": "那里",
    "事儿": "事",
    "味儿": "味",
}
_SUFFIX = re.compile("(?<![女幼婴孤少生])儿(?![子童媳科女孙])")
"""Spoken, not written: 门儿, 没法儿."""
_KIN = frozenset("母父妻丈儿女孩孙老")
_COUPLE = re.compile(r"俩(?P<counted>(?=[㐀-鿿])(?![都的在还也一就没不跟和]))?")
"""俩月 are two months, 我们俩都 both of us."""
_SPOKEN = re.compile("|".join(sorted(map(re.escape, _WRITTEN), key=len, reverse=True)))
_DEMAND = re.compile(
    r"要求|希望|请求|诉求|最好|必须|[得要](?:给|把|让|有人|赔|退|修|查|处理|解决)|赶紧|赶快|尽快|尽早|早点|马上(?!就|要)|快(?:点|来|让|派|给|些)|派.{0,2}人|[让请叫](?:他们|她们|物业|人)"
    r"|能不能(?!报|办|用|上|领|算)|能否|帮(?:忙|帮)|催|给(?:个|我)?(?:准|说法|个说法|交代)|退(?:钱|费|款|给我|还)|赔(?:我|偿|钱|损失)?|清(?:走|理|除|退)|停(?:工|下)|罚|查(?:一|查|处|封)|管管|管一管"
    r"|装(?:个|上)|换(?:个|一)|拆(?:了|除|掉)|恢复|修(?:好|一)|突击|维修$|整改|取缔"
)
_NOT_A_DEMAND = re.compile(
    r"不(?:退|赔|修|给|让|管|来|查|能退|肯|同意)|没(?:人|有|给|修|退|法)|退不|赔不|说(?!法)|拒|怎么办|吗$|么$|已经|记[上下]|了$|过$|着$|为什么|凭什么|怎么|受不了|快(?:三|半|一|两)"
)
_ASKS_DEMAND = re.compile(
    r"(?:诉求|要求|希望|想法|建议|打算|意见)(?:是|呢|有)?[^，。]{0,10}[？?]$|(?:想|希望|要|建议)(?:让|我们)?(?:怎么|如何)|还有(?:什么|别的)(?:要求|诉求)?"
)
_OPERATOR_TALK = re.compile(
    r"您|请|吗|呢|什么|哪|几[个点号层位]|多少|怎么|谁|是否|好的|明白|理解|登记|记录|记下|备注|标注|转[给到办]|派单|联系|回复|答复|反馈|核实|抱歉|稍等|再见|谢谢|感谢|不客气"
    r"|我们?(?:这边|马上|给|会|按|把)|工作日|注意|祝|对吧|是吧|诉求|热线|[先女]生|女士|阿姨|大[爷妈姐]|[0-9零一二三四五六七八九幺两]{5,}"
)
"""What operators say to lead the conversation."""
_NO_ANSWER = re.compile(
    "[吗呢？?]|什么|哪|几[个点号层位]|多少|怎么称呼|谁|登记一?下|稍等|再见|谢谢|感谢|您好|不客气|贵姓|电话|姓名|还有别的|祝|想[问了]"
)
_RESTATED = re.compile(
    r"您(?:的(?:诉求|要求|意思|想法)(?:就?是)?|就?是(?=要求|希望|想让|想请)|(?=希望|要求))(?:要求|希望|想让|想请|想)*(?P<what>.{2,}?)(?:对吗|对吧|是吗|是吧|吗|吧)?$"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """`utterance.raw[start:end]`"""

    utterance: Utterance
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.utterance.raw[self.start : self.end]


def clauses(utterance: Utterance) -> Iterator[Clause]:
    """The clauses of an utterance, in order."""
    for m in CLAUSE.finditer(utterance.raw):
        yield Clause(utterance, *m.span())


@lru_cache(maxsize=4096)
def is_procedure(text: str) -> bool:
    """Whether a clause only serves the conversation: greetings, names, numbers, agreement."""
    return _PROCEDURE.search(text) is not None


def takes_back(text: str) -> bool:
    """Whether a clause corrects the one before it."""
    return text.startswith(("不是", "不对", "哎不对", "哦不"))


@lru_cache(maxsize=4096)
def is_demand(text: str) -> bool:
    """Whether a citizen asks for something with this clause."""
    return _DEMAND.search(text) is not None and not _NOT_A_DEMAND.search(text) and not is_procedure(text)


def demand_of(text: str) -> str:
    """What the citizen demands, as an operator's clause puts it (您是要求…对吗); empty when it does not."""
    m = _RESTATED.match(text)
    return tidy(m["what"]) if m else ""


@lru_cache(maxsize=4096)
def tidy(text: str) -> str:
    """A clause as one would write it: without fillers, in the third person, with written numbers."""
    text = _LEADING.sub("", _SUFFIX.sub("", _FILLERS.sub("", text)))
    text = _TRAILING.sub("", text)
    text = _COUPLE.sub(lambda m: "两人" if m["counted"] is None else "两个", text)
    text = _SPOKEN.sub(lambda m: _WRITTEN[m.group()], text)
    return write(text.removeprefix("其") if text[1:2] not in _KIN else text).text.strip("，。？！,.?! ")


@lru_cache(maxsize=1024)
def asks_demand(text: str) -> bool:
    """Whether an operator asks what the citizen wants done: what he answers is that."""
    return _ASKS_DEMAND.search(text) is not None


@lru_cache(maxsize=4096)
def is_answer(text: str) -> bool:
    """Whether an operator's clause tells a rule or gives advice."""
    return len(text) > _SHORT and _NO_ANSWER.search(text) is None


@lru_cache(maxsize=4096)
def is_statement(text: str) -> bool:
    """Whether an operator's clause says something about the matter, rather than leads the conversation."""
    return len(text) > _SHORT and _OPERATOR_TALK.search(text) is None


_SHORT = 3
