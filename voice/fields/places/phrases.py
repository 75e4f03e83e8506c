"""Clauses that do nothing but describe a place: 村东头老戏台后面那排第二家, 青年路与朝阳北路路口.

Where an address is due, no list of names or kinds of place has to know what they name: it is enough that a clause
ends like a place and holds no word that a description of a place cannot have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from voice.fields.places.view import BREAK, CLOSE, DIGIT, OPEN

_CLAUSE = re.compile(rf"[^，。、,.！!？?；;： \n\{BREAK}]+")
_SENTENCE_END = re.compile(r"[。！!？?；;\n]")
_LEADING = re.compile(
    "(?:嗯|啊|哎|呃|哦|诶|对|好的?|明白|知道|反正|就是说?|应该|好像|可能|大概|具体|地址|位置|地点|位于|地处|那个|这个|那|这|就|也|是|在|从|由|到|的|里面"
    "|[^，]{1,4}(?:位于|就在)|我说的是?|我想想|我们?家?(?:就|是|在)+|您(?:说|反映|指)的(?:是|就是)?|是说)+"
)
_TO_IT = re.compile("(?:[^，]{0,4}叫做?|就?有|过了|一?个|就|的|那个|这个|那|这)+")
"""What leads up to the place in a clause that a person wrote: 有个铁皮房子."""
_TRAILING = re.compile(
    "(?:对[吗吧么]|是[吗吧么]|那?[吗吧呢啊呀嘛哈]|那边|这边|那块儿?|这块儿?|一带|的|那?就是了?|[那这][部个台辆棵根])+$"
)
_NEVER = re.compile(
    "(?<!第)[一两]个|上来|[我你您他她它咱谁哪怎吗呢没不了么啥请问]|什么|多少|几|时候|左右|开始|左右|以后|之后|以前|一共|一直|经常|天天|每天|今天|昨天|明天|前天"
    "|(?<![对斜])过(?![街道去])|(?<![委工协])会(?![议展馆场堂])|(?<![挨靠临])着|有(?!轨|线)|把(?!角)|[给被让叫想找说要得都还又已很太]|能(?!源)|投诉|举报|反映|咨询|建议|登记|电话|号码|尾号|工号"
    "|[加安改拆组]装|拆除|改造|维修|修理|更换|办理|申请|查询|缴纳|补贴|报销|入学|就医|提取|供暖|停[水电]|处理|解决|协调|核实|同意|影响|希望|需要"
    "|破损|损坏|塌陷|停运|脱落|积水|漏水|堵塞|扰民|噪[声音]|油烟|异味|占道|违停|违建"
    "|[修走带让堵赶]路|[进出开敲关上]门|(?<!卖)部门(?![口前])|网站|[上逛]街|[住租买]房|政府$|[居村]委会$|平台|单位|政策|规定|公司$|物业$|社区$|街道$|[^新]村$|[^小]镇$|乡$"
)
"""Words that no description of a place has, and words that only end like one."""
_NOT_WRITTEN = re.compile(
    "什么|多少|破损|损坏|塌陷|脱落|积水|漏水|堵塞|扰民|噪[声音]|油烟|异味|占道|违停|违建|[加安改拆组]装|拆除|改造|维修|修理|更换|办理|申请|没有|不是|举报|投诉|反映|咨询|建议|登记|处理|解决|协调|核实|(?:政府|[居村]委会|平台|单位|公司|物业|社区|街道|[^新]村|[^小]镇|乡)$|^(?:城里|城区|县城|市区|镇上|村里|区里)$"
    f"|^[{DIGIT}十百千万]+(?:[个间户亩套块万千元人天年月日周次回趟条辆只位张份度成倍]|小时|分钟|平米?|平方)(?![号楼院门])"
)
"""What clauses that a person wrote hold beside a place, or end in when they only name an area; quantities."""
SHORT_KINDS = (
    "[站店厂场馆楼园口门路街桥厕所棚亭池河渠沟坡坑院村庄屋房库城寺庙塔台湖山坝井道"
    "段巷里苑府厅堂室层号宅铺摊岗湾岭屯营滩关宫墙棟栋座]"
)
"""Characters that kinds of places end in."""
_KINDS = (
    "小镇|[A-Za-z小校园景厂片库一二三四五六七八九十东西南北中]区|大厦|中心|胡同|广场|空地|工地|菜地|绿地|林地|农田|地块|宿舍|食堂|超市|学校|小学|中学|大学|医院|银行|酒店|驿站|花坛|喷泉|滑梯|器材|电梯|长廊"
    "|台阶|隧道|盲道|坡道|匝道|红绿灯|信号灯|路灯|站牌|桩|垃圾[桶箱站]|井盖|电线杆|围[墙挡栏]|市集|早市|夜市|商圈|底商|公交首末站|标段|号线|条"
)
"""What names and kinds of places end in; the short ones too often end other words where recognition errs."""
_WHERE = (
    "[东西南北前后左右里外上下内旁门口]+(?:手|侧|边|面|头|部|方|角|沿|段|岸|身|底)|旁边?|对[面过]|斜对[面过]|附近|周边|沿线|尽头|拐[角弯]处?|把角|交[汇叉]处?|之间|中间|中段"
    "|边上|门[前后外内]|口上|底下|地下|[楼桥树墙路站园院村店场]?[上下里内外旁前后]|处|那儿|那里|这儿|这里|方向|往[东西南北].{0,5}|[村路院楼街桥园校][东西南北]|[左右]转|第.{1,3}[家排栋户座间]|.[排家]"
)
_SURELY_PLACE = re.compile(rf"(?:{_KINDS}|{_WHERE})儿?$")
_PLACE = re.compile(
    rf"(?:{_KINDS}|{SHORT_KINDS}|{_WHERE}|[楼元院座栋层门][{DIGIT}]{{2,4}}|墙根|[^社地市城郊山]区|[{DIGIT}十百千]+[多来]?米)[儿子]?$"
)
_HOUSE = re.compile(rf"[，、 ]*[甲乙丙]?[{DIGIT}十百]+(?:号[楼院]|栋|座|期|单元)|[，、 ]*[A-Za-z][0-9]?[口座]")
_CHECKS_MORE = re.compile("(?:是|属于|算)[^，]{2,}[吗吧]")
"""A question about what was read back."""
_ASKS = re.compile("[吗呢]$|什么|几|多少|哪|没有$")
_LONGEST, _SHORTEST = 28, 2


def place_phrases(
    text: str, start: int, *, written: bool, placeless: frozenset[int] | None = None, read_back: bool = False
) -> Iterator[tuple[int, int]]:
    """The clauses of `text` from `start` to the end of the sentence that describe a place and nothing else.

    Args:
        text: the view of an utterance.
        start: where an address may begin.
        written: a person wrote the text: all its words are as they were said.
        placeless: the characters of words that no place has; None: not known, the words have to tell by themselves.
        read_back: an operator reads it back: after the names of areas he says what he keys in, and nothing else.
    """
    end = m.start() if (m := _SENTENCE_END.search(text, start)) else len(text)
    keyed = False
    for clause in _CLAUSE.finditer(text, start, end):
        first, last = clause.span()
        named = _HOUSE.match(text, last, end) is not None
        after_area = BREAK in text[max(0, first - 2) : first] or OPEN in clause.group()
        if keyed and not after_area and _CHECKS_MORE.fullmatch(clause.group()):
            break
        keyed = read_back and (keyed or after_area)
        if m := _LEADING.match(text, first, last):
            first = m.end()
        if placeless is not None and (m := _TO_IT.match(text, first, last)):
            first = m.end()
        last -= len(clause.group()) - len(_TRAILING.sub("", clause.group()))
        if first >= last:
            continue
        words = text[first:last].replace(OPEN, "").replace(CLOSE, "")
        if placeless is None:
            describes = _describes(words, written=written)
        else:
            deed = min((i for i in placeless if first <= i < last), default=last)
            describes = (
                _may_describe(words, named or (keyed and after_area))
                if deed == last
                else after_area and keyed and _ends_in_place(text[first:deed], clause.group())
            )
            keyed = keyed and deed == last
            last = deed
        keyed = keyed and describes
        if describes:
            yield first, last


def _ends_in_place(words: str, clause: str) -> bool:
    """Whether `words`, after which an operator says what is wrong there, are a place: 北门垃圾站 清运不及时."""
    return not _ASKS.search(clause) and _may_describe(words.replace(OPEN, "").replace(CLOSE, ""), False)


def _may_describe(words: str, expected: bool) -> bool:
    """Whether `words`, none of which is placeless, are a place; `expected`: they are said where one is."""
    if _NOT_WRITTEN.search(words) or not _SHORTEST <= len(words) <= _LONGEST:
        return False
    return expected or _PLACE.search(words) is not None


def _describes(words: str, *, written: bool) -> bool:
    """Whether `words`, of whose parts of speech nothing is known, are a place."""
    if _NEVER.search(words) or not _SHORTEST <= len(words) <= _LONGEST:
        return False
    return (_PLACE if written else _SURELY_PLACE).search(words) is not None
