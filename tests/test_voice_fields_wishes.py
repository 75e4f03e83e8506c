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
