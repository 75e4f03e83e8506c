"""Whose telephone number it is that somebody says: the words around it tell."""

from __future__ import annotations

import re
from enum import Enum

from voice.fields.phone_groups import NO_PHONE


class Owner(Enum):
    """Whose a number is, as far as it concerns calling back."""

    CALLER = "caller"
    CONTACT = "contact"
    """A relative, who is to be called in the caller's place."""
    FAMILY = "family"
    """A relative; nobody says what for."""
    OTHER = "other"
    """Complained about, asked for, given up, or no telephone number at all."""


_PHONE = r"(?:(?:电话|手机|座机)(?:号码?)?|号码?|联系方式)"
_KIN = (
    r"(?:媳妇|老婆|老公|爱人|对象|老伴|丈夫|妻子|家属|家里?人|儿子|女儿|闺女|姑娘|孙子|孙女|外甥|侄子|侄女|女婿|儿媳"
    r"|[妈爸哥姐弟妹]{1,2}|母亲|父亲|老人|孩子)儿?"
)
_ACQUAINTANCE = r"(?:邻居|同事|朋友|同学|室友)儿?"
_UNIT = (
    r"(?:物业|公司|店长?|老板|中介|房东|经理|单位|商家|供电|热力|燃气|居委会|村委会|社区|街道|派出所|法院|医院|学校|幼儿园|银行|骗子"
    r"|客服|前台|窗口|师傅|司机|老师|校长|医生|大夫|护士|保安|工头|厂家|售后|驿站|快递员?|网格员|书记|主任"
    r"|科室|营业厅|招生办|办公?室|[一-龥][局馆校站]|[一-龥]所(?![以有谓]))"
)
_NAMED = r"(?:[姓叫是][一-龥]{1,4}[，,])?"
"""「包工头姓牛，电话是…」"""
_PRONOUN = rf"(?:那?[他她])(?:[^，。？！我您咱们]{{0,8}}{_PHONE}|的是)"
_OTHER = re.compile(
    rf"(?:以前|原来|旧|上次|上回|之前|过去|[别甭]打|不要[打留记]|别[留记])的?(?:那个|这个|留的|用的)*{_PHONE}?"
    rf"|(?:他们|它|人家|对方|[他她](?=[姓叫])|{_UNIT}){_NAMED}[^，。？！我您咱]{{0,8}}{_PHONE}"
    rf"|{_ACQUAINTANCE}(?:(?:的|用的){_PHONE}?|{_PHONE})"
    rf"|(?:{NO_PHONE})(?:[^，。？！我您]{{0,4}}号码?)?|[打拨](?:的|了|过|给)|拨打|来电显示|热线|接[到过了]一?个?$"
    rf"|发件人?$|(?:淘宝|快递|外卖)[一-龥]{{0,2}}$|(?:骗子|快递员|商家|客服)(?:用|给我留的?)?$|(?<!我)(?<!我还)(?<!我也)有一?个$"
)
_FAMILY = re.compile(rf"{_KIN}(?:(?:的|用的){_PHONE}?|{_PHONE})|{_PRONOUN}")
_CONTACT = re.compile(
    rf"(?<![别甭我])(?:打|找|联系|通知|[记留写填存发问加][下给]?|登记)一?[下给到]?(?:我|咱)?们?家?的?[大小二老孙]?{_KIN}"
    rf"(?:那儿|那里|那边|那个|的|用的)*{_PHONE}?"
)
_MINE = re.compile(
    rf"(?:记|留|写|登记|换|存)[^，。？！]{{0,6}}的|我的?(?:这个|现在的?)?{_PHONE}|我的是|打我|找我|联系我|{_PHONE}(?:是|为)?"
    r"|现在的?[是用]|换成|新的"
)
_OF_THE_LAST = re.compile(r"[那这]个?(?:才)?是[^，。]{0,8}(?:号码?|电话|手机)|.*不对")
"""「那是我以前的号，是…」 speaks of the number before."""
_GIVEN_UP = r"停机|停了|停用|[不没]用了|注销|作废|欠费|空号|打不通|没人[接应]|不接|占线|关机|换了?号"
_ALREADY = r"(?:我|早就?|已经|现在|都|老|总是?|一直|永远|根本|刚|也|[怎咋]么?打[都也])*"
_OTHER_AFTER = re.compile(
    r"[，。,\s]*(?:[^，。]{0,4}不对[，\s]*)?[那这]个?是?[^，。]{0,3}"
    rf"(?:以前|原来|旧|老号|上次|物业|他|她|公用|别人|{_ACQUAINTANCE})"
    rf"|[，,\s]*(?:[那这]个?{_PHONE}?)?{_ALREADY}(?:{_GIVEN_UP})(?![^，。]{{0,3}}[就再]|的话|时)"
)
_FAMILY_AFTER = re.compile(rf"[，。,\s]*[那这]个?是?[^，。]{{0,3}}{_KIN}")
_CONTACT_AFTER = re.compile(r"[^。？！]{0,12}(?:[打找跟和]|联系|通知)[他她](?:的|就|吧|联系|说|[，。]|$)")
_NUISANCE_AFTER = re.compile(
    rf"的?(?:[那这]个)?{_PHONE}?[^，。？！]{{0,6}}打(?:来|过来|进来)|[^。？！]{{0,8}}骚扰"
    rf"|[，,]?的?{_PHONE}?[，,]?(?:天天|老是?|总是?|一直|[每成整一]天|不停|又|半夜)[^，。？！]{{0,6}}给我[打发]"
)
_FROM = re.compile(r"[我咱您][^，。？！]{0,6}$")
"""「我用这个…打过来的」"""
_COMPARED = re.compile(r"[跟和与像][^，。]{1,12}一[模样]")
"""「后五位跟你们热线一样」 speaks of the caller's all the same."""
_REACH = 24
"""Characters before a number that speak of it."""


def owner(before: str, after: str) -> Owner:
    """Whose the number between the words `before` and `after` is: the nearest cue decides."""
    if _OTHER_AFTER.match(after) or (_NUISANCE_AFTER.match(after) and not _FROM.search(before)):
        return Owner.OTHER
    cue = _cue_before(before)
    if cue is Owner.CALLER and _FAMILY_AFTER.match(after):
        cue = Owner.FAMILY
    return Owner.CONTACT if cue is Owner.FAMILY and _CONTACT_AFTER.match(after) else cue


def _cue_before(before: str) -> Owner:
    sentence = _COMPARED.sub("", _OF_THE_LAST.sub("", re.split(r"[。？！?!]", before)[-1][-_REACH:]))
    contacts = [(*m.span(), Owner.CONTACT) for m in _CONTACT.finditer(sentence)]
    others = [(*m.span(), Owner.OTHER) for m in _OTHER.finditer(sentence)]
    family = [(*m.span(), Owner.FAMILY) for m in _FAMILY.finditer(sentence)]
    said = contacts + [
        (start, end, who)
        for start, end, who in others + family
        if not any(a < end and start < b for a, b, _ in contacts)
    ]
    mine = [m.start() for m in _MINE.finditer(sentence)]
    own = [at for at in mine if not any(start < at < end for start, end, _ in said)]  # 店长电话 is not 电话
    start, _, who = max(said, default=(-1, -1, Owner.CALLER), key=lambda cue: cue[0])
    if start < max(own, default=0):
        return Owner.CALLER
    return Owner.CONTACT if who is Owner.FAMILY and _CONTACT.search(before) else who


def is_introduced(before: str) -> bool:
    """The words `before` a number speak of one to be called at."""
    return _MINE.search(before) is not None or _CONTACT.search(before) is not None
