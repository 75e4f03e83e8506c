"""Call back, confidentiality, repeated calls: by meaning, with the scope of negation."""

from __future__ import annotations

import pytest
from dialogue import found
from hypothesis import given
from hypothesis import strategies as st

from models.workorder import FieldName
from voice.fields.wishes import WishFinder

CALLBACK, CONFIDENTIAL, REPEAT = FieldName.WANTS_CALLBACK, FieldName.CONFIDENTIAL, FieldName.REPEAT_CALL


@pytest.mark.parametrize(
    ("field", "expected", "turns"),
    [
        (CALLBACK, True, ("o:需要给您回复吗", "c:需要")),
        (CALLBACK, False, ("o:需要给您回复吗", "c:不用了")),
        (CALLBACK, False, ("o:处理完我们会跟您联系的。", "c:不用，修好我自己看得见")),
        (CALLBACK, True, ("c:处理完了跟我说一声，打我手机",)),
        (CALLBACK, False, ("c:不用给我打电话，解决就行",)),
        (CALLBACK, True, ("c:到底什么时候能修好你们得给我个准信",)),
        (CALLBACK, None, ("c:我给物业打电话，没人接",)),
        (CALLBACK, True, ("o:我们会在三个工作日内与您联系", "c:行")),
        (CALLBACK, None, ("o:您可以联系物业", "c:行")),
        (CALLBACK, False, ("o:办理结果用电话告诉您可以吗", "c:不用，我自己去看")),
        (CALLBACK, False, ("c:有结果给我打电话", "o:好的", "c:算了，不用回电话了")),
        (CALLBACK, True, ("c:回不回都行，要不还是给我回个电话吧",)),
        (CALLBACK, True, ("o:会有人打这个电话找您", "c:行")),
        (CALLBACK, True, ("o:需要给您回个电话吗？", "c:嗯，回吧")),
        (CALLBACK, True, ("c:修好没修好，都告儿我一声",)),
        (CALLBACK, True, ("c:短信电话都行，反正给我个信儿",)),
        (CALLBACK, True, ("c:你们可别跟物业似的不回话，必须给我回一个",)),
        (CALLBACK, True, ("c:我不接陌生电话，打之前发个短信，再打给我", "o:好的")),
        (CALLBACK, True, ("o:抢修的师傅出发前会打这个电话", "c:打吧，打这个就行")),
        (CALLBACK, False, ("c:给我发个短信就成，电话我接不着", "o:好的，短信通知您")),
        (CALLBACK, False, ("c:打这个就行，不过不用专门回我",)),
        (CALLBACK, None, ("c:客服让我等电话，等了一个礼拜", "o:知道了")),
        (CALLBACK, None, ("c:物业通知我明天停水", "o:知道了")),
        (CALLBACK, None, ("c:十五度啊同志我们俩都七十多了", "o:知道了")),
        (CALLBACK, None, ("c:物业说给我回电话，到现在没回",)),
        (CALLBACK, True, ("c:希望他们给我回个电话",)),
        (CALLBACK, True, ("c:必须让物业经理给我回个电话",)),
        (CALLBACK, True, ("c:我等着", "o:您会收到一条评价短信，处理完工作人员会联系您")),
        (CONFIDENTIAL, True, ("c:你们千万甭把我电话给他们",)),
        (CONFIDENTIAL, True, ("c:我也不想得罪人，名字就别往上写了",)),
        (CONFIDENTIAL, None, ("c:名字就不留了，就是提个建议", "o:好的，匿名建议")),
        (REPEAT, True, ("c:这事我跟你们反映第三回了",)),
        (REPEAT, True, ("o:您之前来过电吗？", "c:来过，上个月")),
        (REPEAT, True, ("c:都打八百遍了", "o:我看到您之前有三个工单")),
        (REPEAT, None, ("c:你们帮我催一下派出所",)),
        (CONFIDENTIAL, True, ("c:你们可别把我名字告诉他们",)),
        (CONFIDENTIAL, True, ("c:千万别跟他们说是我打的啊",)),
        (CONFIDENTIAL, True, ("o:您的信息需要保密吗", "c:要的要的")),
        (CONFIDENTIAL, False, ("o:您的信息需要保密吗", "c:不用，我不怕")),
        (CONFIDENTIAL, True, ("o:是否匿名", "c:匿名吧")),
        (CONFIDENTIAL, False, ("o:是否匿名", "c:不用匿名，实名就行")),
        (CONFIDENTIAL, None, ("c:路灯不亮",)),
        (REPEAT, True, ("c:这事我上个月就跟你们反映过了",)),
        (REPEAT, True, ("c:我上礼拜就给你们打过一回了",)),
        (REPEAT, True, ("c:我这是第三次打这个电话了",)),
        (REPEAT, None, ("c:我给物业打了三次电话了",)),
        (REPEAT, None, ("c:我找社区反映过好几次了",)),
        (REPEAT, False, ("o:您之前反映过这个问题吗", "c:没有")),
        (REPEAT, True, ("o:您是第一次反映吗", "c:不是，打过两次了")),
        (REPEAT, False, ("o:您是第一次反映吗", "c:对，第一次")),
        (REPEAT, None, ("o:您跟物业反映过吗", "c:反映过")),
        (REPEAT, None, ("o:给供电公司打过电话吗？", "c:打了，说是小区自己的线路")),
        (REPEAT, True, ("c:想查一下我之前那个单子办到哪了",)),
        # the last word counts
        (CALLBACK, True, ("o:需要回电吗？", "c:不用", "o:好的", "c:要不就打一个吧")),
        (CALLBACK, False, ("o:到时候给您回个电话？", "c:可以。哦还是算了，别打了")),
        (CALLBACK, False, ("o:会跟您联系", "c:好", "o:好的，给您备注不用回访")),
        (CALLBACK, False, ("o:给您去电话核实？", "c:免了免了")),
        # agreeing to a question that has no 吗, or has it after a comma
        (CALLBACK, True, ("o:处理情况电话答复您，行吗？", "c:都行")),
        (CALLBACK, True, ("o:回访打这个号方便吗", "c:没问题")),
        (CALLBACK, True, ("o:后续我让他们联系您？", "c:成")),
        (CALLBACK, False, ("o:后续我让他们联系您？", "c:甭打了，我听不清")),
        # what others promise or do
        (CALLBACK, None, ("c:店长答应修好以后给我来电话，没影儿",)),
        (CALLBACK, None, ("c:推销的天天给我打电话",)),
        (CALLBACK, None, ("c:保安打我一巴掌",)),
        (CALLBACK, None, ("c:你直接告诉我去哪办就行",)),
        (CALLBACK, None, ("o:是物业通知您的？", "c:对，贴的条")),
        (CALLBACK, None, ("c:两口子吵架，我劝他们别打了",)),
        # unnamed on purpose
        (CONFIDENTIAL, True, ("o:怎么称呼您", "c:不写名字了", "o:好的，那给您按匿名登记")),
        (
            CONFIDENTIAL,
            True,
            (
                "o:您贵姓",
                "c:姓名不报了，我还在他手底下干活",
            ),
        ),
        (CONFIDENTIAL, True, ("c:我是谁您就甭打听了",)),
        (CONFIDENTIAL, True, ("c:你们查归查，可别扯上我",)),
        (CONFIDENTIAL, True, ("c:去的时候就说是日常巡查，别说有居民投诉",)),
        (CONFIDENTIAL, True, ("c:他要是知道是我捅出去的，饭碗就没了",)),
        (CONFIDENTIAL, True, ("c:别写我名字",)),
        (CONFIDENTIAL, None, ("c:名字不留了，小事一桩", "o:好的")),
        # refused or taken back
        (CONFIDENTIAL, False, ("c:先说匿名吧，算了，留个真名", "o:好的")),
        (CONFIDENTIAL, False, ("o:要不要匿名", "c:他知道是我也没事")),
        (CONFIDENTIAL, False, ("o:需要保密吗", "c:要，算了，不用了")),
        (CONFIDENTIAL, False, ("o:您的信息能对外公开吗", "c:可以")),
        # not the caller's wish
        (CONFIDENTIAL, None, ("o:您放心，来电人信息我们都会保密，贵姓", "c:姓高")),
        (CONFIDENTIAL, None, ("o:可以匿名举报，您留个姓吗", "c:姓洪")),
        (CONFIDENTIAL, None, ("c:邻居家不想让人知道装修",)),
        (CONFIDENTIAL, None, ("c:有人匿名在群里骂街",)),
        # called before
        (REPEAT, True, ("c:喂，这已经是第四回了",)),
        (REPEAT, True, ("c:头两个月我打过，管了一阵又不行了",)),
        (REPEAT, True, ("c:你们回访说处理好了，根本没动",)),
        (REPEAT, True, ("c:我那单派给街道了没有",)),
        (REPEAT, True, ("o:您反映的还是漏水？", "c:可不")),
        (REPEAT, True, ("o:这个问题是第一次反映吗", "c:哪儿啊，都第三次了")),
        # not by this caller, not about this, not to the hotline
        (REPEAT, None, ("c:隔壁上周给你们打过，没管",)),
        (REPEAT, True, ("c:我和邻居上周都给你们打过",)),
        (REPEAT, False, ("c:我去年打过，不过那是噪音的事儿，这回是别的事",)),
        (REPEAT, False, ("o:您本人之前打过吗", "c:我没有，我头一回")),
        (REPEAT, None, ("c:水管又爆了，这是第三回了",)),
        (REPEAT, None, ("c:我上周打过疫苗，胳膊肿了",)),
        (REPEAT, None, ("c:我那单元门坏了",)),
        (REPEAT, None, ("o:您之前跟物业反映过吗", "c:反映了三次")),
        (REPEAT, None, ("o:您还是要求解决漏水的问题，对吧", "c:对")),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else "",
)
def test_wishes(field: FieldName, expected: bool | None, turns: tuple[str, ...]) -> None:
    assert found(WishFinder(), field, *turns) is expected


def test_homophones() -> None:
    assert found(WishFinder(), CALLBACK, "c:您不用给我回店话把人清走就行") is False
    assert found(WishFinder(), CONFIDENTIAL, "c:千万别跟他们说是我答的") is True


@given(st.lists(st.text(alphabet="不用给我回电话需要保密匿名打过吗你们上次，。好", max_size=20), max_size=5))
def test_any_dialogue(words: list[str]) -> None:
    turns = [f"{'oc'[i % 2]}:{said}" for i, said in enumerate(words)]
    assert all(found(WishFinder(), name, *turns) in {True, False, None} for name in (CALLBACK, CONFIDENTIAL, REPEAT))
