"""监测对象识别 (1.1): from clue to decision, in the order and the time of the guideline."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bangfu.consolidation import case_acts, case_records
from bangfu.consolidation.case_states import State
from bangfu.consolidation.cases import Case, Refused, open_case
from bangfu.consolidation.clues import Clue
from bangfu.consolidation.following import newest_flow
from bangfu.consolidation.models import AssistancePlan, Consent, DataComparison, HouseholdCheck
from bangfu.consolidation.tests.stories import FIRST_DAY, ActorOf, Story, at, findings
from bangfu.ledger import history
from bangfu.ledger import registry as ledgers
from bangfu.ledger.acts import recorded
from bangfu.notices.models import Objection, PublicNotice
from bangfu.notices.redactor import PrivateData
from bangfu.people.models import Household
from bangfu.workflow import acts
from bangfu.workflow.models import Flow

pytestmark = pytest.mark.django_db


def words(error: pytest.ExceptionInfo[acts.Refused]) -> str:
    return str(error.value)


def test_a_case_goes_from_clue_to_monitored_and_the_register_and_the_plan_follow(story: Story) -> None:
    assert story.flow.due_on == FIRST_DAY + timedelta(days=3)
    story.to_monitored()
    case, home = story.fresh(), Household.objects.get(pk=story.case.household_id)
    assert (case.state, case.closed_on) == (State.MONITORED, story.on)
    assert case.identified_on == FIRST_DAY + timedelta(days=13)
    assert (home.monitored_kind, home.risks, home.is_risk_removed) == ("marginal", ["illness"], False)
    assert home.identified_month == date(2026, 3, 1)
    plan = AssistancePlan.objects.get(household=home)
    assert (plan.state, plan.identified_on, plan.case_id) == ("drafting", case.identified_on, case.pk)
    assert [record.step for record in story.flow.records.order_by("pk")] == [
        "", "verify", "consent", "compare", "assess", "post_notice", "review_by_town", "approve_by_county", "announce",
        "enter",
    ]  # fmt: skip


def test_one_open_case_a_household_and_none_for_who_is_monitored(story: Story, actor_of: ActorOf) -> None:
    again = open_case(story.case.household, [], by=actor_of("镇办"), at=at(FIRST_DAY))
    assert again == story.case
    story.to_monitored()
    with pytest.raises(Refused, match="已是监测对象"):
        open_case(story.case.household, [], by=actor_of("镇办"), at=at(story.on))


def test_the_check_needs_two_people_and_leaves_nothing_when_it_is_refused(story: Story) -> None:
    with pytest.raises(acts.Refused, match="核实人数不够"):
        story.day(1).verify(checkers="罗水生")
    assert not HouseholdCheck.objects.exists()
    assert story.fresh().state == State.OPENED


def test_the_reckoning_covers_twelve_full_months_before_and_shows_the_exact_sum(story: Story) -> None:
    story.day(1).verify()
    check = HouseholdCheck.objects.get()
    assert (check.first_month, check.last_month) == (date(2025, 3, 1), date(2026, 2, 1))
    assert (check.net_income, check.per_capita_net, check.per_capita_after_spending) == (30000, 6000, 4200)
    assert check.line_yuan == 8800
    home = Household.objects.get(pk=story.case.household_id)
    assert (home.house_grade, home.has_safe_water) == ("A", True)


def test_nothing_is_compared_without_consent(story: Story) -> None:
    story.day(1).verify()
    with pytest.raises(acts.Overtaken):
        story.compare()
    story.sign()
    consent = story.case.consents.get()
    assert consent.covered.count("、") == 4
    case_acts.revoke_consent(consent, by=story.actor_of("村干"), at=story.on, reason="不愿意")
    with pytest.raises(acts.Refused, match="撤回授权"):
        story.compare()
    assert not DataComparison.objects.exists()


def test_a_flag_asks_for_an_explanation_and_never_refuses(story: Story) -> None:
    story.day(1).verify().sign().day(3).compare(vehicles=2, dwellings=1)
    flagged = list(DataComparison.objects.filter(is_flagged=True))
    assert [row.item for row in flagged] == ["vehicles"]
    assert "1 辆" not in flagged[0].limit and "粤" in flagged[0].limit or flagged[0].limit
    with pytest.raises(acts.Refused, match="还没有说明：机动车"):
        story.review()
    case_acts.explain(story.case, {flagged[0].pk: "跑货运谋生的旧车"}, by=story.actor_of("村干"), on=story.on)
    story.case.reviews.all().delete()
    assert story.review().fresh().state == State.ASSESSED


def test_a_case_is_not_decided_before_its_notice_has_run(story: Story) -> None:
    story.to_notice()
    notice = PublicNotice.objects.get()
    assert notice.to_on >= notice.from_on + timedelta(days=5)
    with pytest.raises(acts.Refused) as refused:
        story.day(6).take("review_by_town", "镇办")
    assert str(notice.to_on) in words(refused) and "5 天" in words(refused)
    with pytest.raises(acts.Overtaken):
        story.take("approve_by_county", "县局")
    story.on = notice.to_on + timedelta(days=1)
    story.take("review_by_town", "镇办")
    assert story.fresh().state == State.TOWN_REVIEWED


def test_an_objection_stops_the_town_until_it_is_answered(story: Story) -> None:
    story.to_notice()
    notice = PublicNotice.objects.get()
    Objection.objects.create(public_notice=notice, village=notice.village, received_on=story.on, content="他家有楼房")
    with pytest.raises(acts.Refused, match="1 条异议没有答复"):
        story.day(12).take("review_by_town", "镇办")
    story.day(8).take("uphold_objection", "镇办", reason="经核实，异议属实")
    notice.refresh_from_db()
    assert story.fresh().state == State.OBJECTION_UPHELD and notice.taken_down_on == story.on


def test_the_household_is_told_why_and_may_appeal(story: Story) -> None:
    story.day(1).verify().take("reject_by_village", "村干", reason="收入和支出稳定，没有返贫风险")
    assert story.flow.due_on and story.flow.due_on > story.on
    story.day(2).take("tell_household", "村干", evidence={"how": "当面告知户主"})
    with pytest.raises(acts.Refused, match="申请复核的期限"):
        story.day(3).take("close", "村干")
    story.take("appeal", "村干", evidence={"ground": "妻子新近失业"})
    story.day(4).take("allow_appeal", "镇办", reason="情况有变化，重新核实")
    assert story.fresh().state == State.OPENED
    assert case_records.check_of(story.case) is None  # the old finding no longer counts
    story.day(5).verify().sign()
    assert story.fresh().state == State.CONSENTED


def test_a_vote_against_closes_the_way_to_the_notice(story: Story) -> None:
    story.day(1).verify().sign().day(3).compare().day(4).review(in_favour=10)
    with pytest.raises(acts.Refused, match="评议没有同意"):
        story.post()
    assert not PublicNotice.objects.exists()


def test_a_notice_with_a_private_word_posts_nothing_and_moves_nothing(story: Story) -> None:
    story.day(1).verify().sign().day(3).compare().day(4).review()
    for remark in ("户主患尿毒症", "联系 13800138000", "女儿陈欣怡在读"):
        with pytest.raises(PrivateData):
            story.post(remark)
    assert story.fresh().state == State.ASSESSED and not PublicNotice.objects.exists()
    body = story.post().case and PublicNotice.objects.get().body
    assert "陈*强" in body and "家庭刚性支出较大" in body and "因病" not in body


def test_no_notice_is_entered_for_a_day_gone_by(story: Story) -> None:
    story.day(1).verify().sign().day(3).compare().day(4).review()
    given = story.given("村干") | {"at": at(story.on + timedelta(days=9))}
    with pytest.raises(acts.Refused, match="不能往前补"):
        case_acts.publish(story.fresh(), story.flow, "post_notice", remark="", **given)
    assert not PublicNotice.objects.exists()


def test_the_kind_must_fit_the_household(story: Story) -> None:
    story.day(1).verify().sign().day(3).compare().day(4).review(monitored_kind="unstable_lifted").day(5).post()
    story.day(12).take("review_by_town", "镇办")
    with pytest.raises(acts.Refused, match="应为“边缘易致贫户”"):
        story.day(13).take("approve_by_county", "县局")


def test_a_decision_revoked_leaves_the_register_as_it_was(story: Story) -> None:
    story.to_notice().day(12).take("review_by_town", "镇办")
    story.day(13).take("approve_by_county", "县局")
    assert Household.objects.get(pk=story.case.household_id).monitored_kind == "marginal"
    story.take("revoke", "县局", reason="认定有误")
    home = Household.objects.get(pk=story.case.household_id)
    assert (home.monitored_kind, home.identified_month, home.risks) == ("", None, [])
    assert AssistancePlan.objects.get().state == "ended"
    assert story.fresh().state == State.REVOKED


def undo(story: Story, who: str, reason: str = "") -> None:
    flow = story.flow
    acts.undo(flow, by=story.actor_of(who), at=at(story.on), version=flow.version, reason=reason)


def test_a_revocation_is_taken_back_with_register_plan_and_announcement(story: Story) -> None:
    story.to_notice().day(12).take("review_by_town", "镇办")
    story.day(13).take("approve_by_county", "县局")
    decided, given = story.on, story.given("镇办") | {"at": at(story.on)}
    case_acts.publish(story.fresh(), story.flow, "announce", remark="", **given)
    before = Household.objects.values("monitored_kind", "identified_month", "risks", "is_safety_net")
    was = before.get(pk=story.case.household_id)
    story.day(14).take("revoke", "县局", reason="认定有误")
    undo(story, "县局", "认定没有错，看错了户")
    assert (story.fresh().state, story.fresh().closed_on) == (State.ANNOUNCED, None)
    assert story.fresh().identified_on == decided
    assert before.get(pk=story.case.household_id) == was
    assert AssistancePlan.objects.get().state == "drafting"
    assert PublicNotice.objects.get(kind=PublicNotice.Kind.IDENTIFIED).taken_down_on is None
    story.day(15).take("revoke", "县局", reason="认定有误")
    assert PublicNotice.objects.get(kind=PublicNotice.Kind.IDENTIFIED).taken_down_on == story.on


def test_the_county_takes_its_decision_back_for_some_days_and_the_city_also_later(story: Story) -> None:
    Household.objects.filter(pk=story.case.household_id).update(risk_note="原来登记的")
    story.to_notice().day(12).take("review_by_town", "镇办")
    story.day(14).take("approve_by_county", "县局")  # a Monday
    with pytest.raises(acts.Refused, match="上一级"):
        undo(story, "镇办", "点错了")
    with pytest.raises(acts.Refused, match="原因"):
        undo(story.day(17), "县局")
    undo(story, "县局", "审定时漏看了一项")
    home = Household.objects.get(pk=story.case.household_id)
    assert (home.monitored_kind, home.identified_month, home.risks, home.risk_note) == ("", None, [], "原来登记的")
    assert (story.fresh().state, story.fresh().identified_on) == (State.TOWN_REVIEWED, None)
    assert AssistancePlan.objects.get().state == "ended"
    story.day(17).take("approve_by_county", "县局")
    with pytest.raises(acts.Refused, match=r"上一级撤销；本级自己撤销的期限是 2026-03-24"):
        undo(story.day(23), "县局", "晚了")
    undo(story, "市局", "县里请求撤销")
    record = story.flow.records.order_by("-pk").first()
    assert record and (record.acted_as, record.reason, record.label) == ("city", "县里请求撤销", "撤销上一步")
    assert Household.objects.get(pk=story.case.household_id).monitored_kind == ""
    ended = newest_flow("assistance-plans", AssistancePlan.objects.latest("pk"))
    assert ended and ended.records.order_by("-pk")[0].by == story.actor_of("市局").user, "told as who undid it"


def test_a_household_that_moves_to_another_county_takes_everything_along(story: Story) -> None:
    there, home = 441882101202, Household.objects.get(pk=story.case.household_id)
    clue = Clue.objects.create(
        household=home, village=home.village, channel="hotline", says="住院", received_on=FIRST_DAY,
        assignee=story.actor_of("村干").user, state="assigned",
    )  # fmt: skip
    story.day(1).verify().sign()
    Flow.objects.update(assignee=story.actor_of("县局").user)
    old, new = story.actor_of("县局"), story.actor_of("外县")
    identifying = story.flow.workflow
    assert Flow.objects.visible_to(old, identifying).count() == 1 and not Flow.objects.visible_to(new, identifying)
    with recorded(story.actor_of("省厅"), "change"):
        Household.objects.filter(pk=home.pk).update(village=there)
    for ledger in map(ledgers.of, (Case, Clue, HouseholdCheck, Consent)):
        assert ledger and ledger.visible_to(new).exists() and not ledger.visible_to(old).exists(), ledger
    assert not Flow.objects.visible_to(old, identifying) and Flow.objects.visible_to(new, identifying).count() == 1
    flow, clue = story.flow, Clue.objects.get(pk=clue.pk)
    assert (flow.division_id, flow.assignee, flow.state) == (there, None, State.CONSENTED)
    assert (clue.state, clue.assignee) == ("received", None)
    told = flow.records.order_by("-pk")[0]
    assert (told.label, told.reason) == ("随户迁移", f"随户迁到{flow.division.full_name}")
    with pytest.raises(acts.Refused, match="角色不能"):
        story.day(3).take("skip_comparison", "县局", reason="低保、特困等对象近期已经核对")
    story.take("skip_comparison", "外县", reason="低保、特困等对象近期已经核对")
    assert story.fresh().state == State.COMPARED
    newest = history.events(ledgers.of(Case), story.fresh())[0]  # type: ignore[arg-type]
    assert newest.changes


def test_a_rejection_is_undone_by_the_level_above(story: Story) -> None:
    story.day(1).verify().take("reject_by_village", "村干", reason="收入和支出稳定，没有返贫风险")
    undo(story.day(20), "镇办", "看病的钱没有算进去")
    assert story.fresh().state == State.VERIFIED
    story.sign().compare().review().post()
    story.on = PublicNotice.objects.get().to_on + timedelta(days=1)
    story.take("review_by_town", "镇办")
    story.take("reject_by_county", "县局", reason="户口或居住情况不符合")
    for outsider in ("镇办", "外县"):
        with pytest.raises(acts.Refused, match="上一级"):
            undo(story, outsider, "不同意")
    story.on += timedelta(days=30)
    undo(story, "市局", "户口已经核实")
    assert story.fresh().state == State.TOWN_REVIEWED
    story.take("approve_by_county", "县局")


def test_two_officers_at_once_the_second_is_told_what_the_first_did(story: Story, actor_of: ActorOf) -> None:
    story.to_notice().day(12)
    version = story.flow.version
    stale = story.flow
    story.take("review_by_town", "镇办")
    with pytest.raises(acts.Overtaken, match="黄雪梅"):
        acts.take("uphold_objection", stale, by=actor_of("镇办"), at=at(story.on), version=version, reason="属实")
    assert story.fresh().state == State.TOWN_REVIEWED


def test_each_step_belongs_to_its_level(story: Story) -> None:
    story.day(1)
    with pytest.raises(acts.Refused, match="角色不能"):
        case_acts.verify(story.fresh(), story.flow, findings(), **story.given("县局"))
    story.verify().sign()
    with pytest.raises(acts.Refused, match="角色不能"):
        story.take("skip_comparison", "村干", reason="低保、特困等对象近期已经核对")
    for outsider in ("外县", "省厅", "市局", "联络员", "部门"):
        with pytest.raises(acts.Refused):
            story.take("skip_comparison", outsider, reason="低保、特困等对象近期已经核对")
    assert not Case.objects.exclude(state=State.CONSENTED).exists()
