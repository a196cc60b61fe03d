"""方案、措施、风险消除、移交 (1.1): the labour rule, every condition of a removal with its reason, roll-back, receipts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bangfu.accounts.actor import Actor
from bangfu.consolidation import monitored, plan_acts, referral_flow, removal_acts, removal_effects
from bangfu.consolidation.following import newest_flow
from bangfu.consolidation.measure_rules import NOT_MONITORED, faults
from bangfu.consolidation.models import AssistanceMeasure, AssistancePlan, RiskRemoval
from bangfu.consolidation.removal_states import FLOW, State
from bangfu.consolidation.tests.stories import ActorOf, Story, at, findings
from bangfu.kernel import periods
from bangfu.notices.models import PublicNotice
from bangfu.people.models import Household, Person
from bangfu.workflow import acts

pytestmark = pytest.mark.django_db


def home_of(story: Story) -> Household:
    return Household.objects.get(pk=story.case.household_id)


def measure(home: Household, kind: str, item: str, on: date, **more: Any) -> AssistanceMeasure:
    given = {"state": "delivered", "delivered_on": on, "result": "有成效", "responsible": "苏晓彤", "due_on": on} | more
    return AssistanceMeasure.objects.create(household=home, village_id=home.village_id, kind=kind, item=item, **given)


def go(row: Any, slug: str, step: str, by: Actor, on: date, **more: Any) -> None:
    flow = newest_flow(slug, row)
    assert flow
    acts.take(step, flow, by=by, at=at(on), on=on, version=flow.version, **more)


def written(story: Story) -> AssistancePlan:
    plan = AssistancePlan.objects.get(household=home_of(story))
    values = {"needs": "缺稳定收入", "goal": "", "contact_name": "苏晓彤", "contact_phone": ""}
    plan_acts.write_plan(plan, values, by=story.actor_of("村干"), version=plan.version)
    return plan


def test_who_can_work_gets_help_to_earn_before_the_plan_is_approved(story: Story) -> None:
    story.to_monitored()
    plan, home, on = written(story), home_of(story), story.on
    village, town = story.actor_of("村干"), story.actor_of("镇办")
    flow = newest_flow("assistance-plans", plan)
    assert flow and flow.due_on and flow.due_on >= plan.identified_on + timedelta(days=10)
    with pytest.raises(acts.Refused, match="至少一项帮扶措施"):
        go(plan, "assistance-plans", "submit", village, on)
    measure(home, "safety_net", "temporary_relief", on)
    go(plan, "assistance-plans", "submit", village, on)
    with pytest.raises(acts.Refused, match="至少要有 1 项开发式措施"):
        go(plan, "assistance-plans", "approve", town, on)
    measure(home, "public_post", "public_post", on)
    go(plan, "assistance-plans", "approve", town, on)
    plan.refresh_from_db()
    assert (plan.state, plan.approved_on) == ("approved", on)


def test_weak_labour_is_advised_and_not_held_up(story: Story) -> None:
    story.to_monitored()
    plan, home, on = written(story), home_of(story), story.on
    Person.objects.filter(household=home, labour_skill="general_labour").update(labour_skill="weak_labour")
    measure(home, "safety_net", "temporary_relief", on)
    assert "尽可能安排" in monitored.advice(monitored.labour_of(home), {"safety_net"})
    go(plan, "assistance-plans", "submit", story.actor_of("村干"), on)
    go(plan, "assistance-plans", "approve", story.actor_of("镇办"), on)


def test_help_before_the_decision_needs_the_mark(story: Story) -> None:
    given = {"household": home_of(story), "kind": "safety_net", "item": "temporary_relief"}
    assert faults(given) == {"household": NOT_MONITORED}
    acts.raise_flag(
        story.flow,
        "assist_first",
        by=story.actor_of("镇办"),
        at=at(story.on),
        version=story.flow.version,
        reason="房屋倒塌",
    )
    assert faults(given) == {}
    assert "item" in faults(given | {"item": "training"})


def considered(story: Story, on: date, kind: str = "by_help") -> RiskRemoval:
    given = {"kind": kind, "ground": "务工收入稳定", "by": story.actor_of("村干"), "at": at(on)}
    return removal_effects.consider_removal(home_of(story), **given)


def refusals(removal: RiskRemoval, story: Story, step: str, who: str, on: date) -> str:
    with pytest.raises(acts.Refused) as refused:
        go(removal, FLOW, step, story.actor_of(who), on)
    return str(refused.value)


def test_removal_too_early_is_refused_with_the_day_from_which_it_is_possible(story: Story) -> None:
    story.to_monitored()
    identified = story.fresh().identified_on
    assert identified
    removal = considered(story, story.on)
    said = refusals(removal, story, "propose", "村干", story.on)
    assert f"最早 {periods.add_months(identified, 6)}" in said
    assert "已落实的措施" in said and "监测联系人" in said  # every reason at once
    assert newest_flow(FLOW, removal).state == State.CONSIDERED  # type: ignore[union-attr]


def ready(story: Story) -> tuple[RiskRemoval, date]:
    """Half a year later: helped, with a contact; nothing stands against the proposal."""
    story.to_monitored()
    home, on = home_of(story), periods.add_months(story.on, 6)
    measure(home, "employment", "training", on - timedelta(days=90))
    Household.objects.filter(pk=home.pk).update(contact_name="苏晓彤")
    return considered(story, on), on


def test_a_household_without_labour_is_never_removed(story: Story) -> None:
    removal, on = ready(story)
    Person.objects.filter(household=removal.household).update(labour_skill="no_labour")
    assert "长期跟踪" in refusals(removal, story, "propose", "村干", on)


def test_natural_removal_is_of_households_that_are_no_more(story: Story) -> None:
    story.to_monitored()
    removal = considered(story, periods.add_months(story.on, 6), kind="naturally")
    assert "还有 5 人在册" in refusals(removal, story, "propose", "村干", removal.considered_on)


def check(removal: RiskRemoval, story: Story, on: date, **more: Any) -> None:
    flow = newest_flow(FLOW, removal)
    assert flow
    values = findings(is_income_stable=True, is_risk_gone=True, wage_income=60000) | more
    given = {"by": story.actor_of("村干"), "at": at(on), "on": on, "version": flow.version}
    removal_acts.verify(removal, flow, values, **given)


def assess(removal: RiskRemoval, story: Story, on: date) -> None:
    flow = newest_flow(FLOW, removal)
    assert flow
    values = {"attended": 30, "in_favour": 29, "against": 1, "people": "", "minutes": "同意"}
    given = {"by": story.actor_of("村干"), "at": at(on), "on": on, "version": flow.version}
    removal_acts.assess(removal, flow, values, **given)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"wage_income": 30000}, "没有超过 2026 年监测范围 8800 元"),
        ({"has_safe_water": None}, "饮水安全没有核实"),
        ({"has_dropout": True}, "义务教育还有问题"),
        ({"house_grade": "C"}, "住房安全等级"),
        ({"is_income_stable": False}, "收入持续稳定"),
        ({"wage_income": 0, "business_income": 90000}, "有就业或公益岗位帮扶，工资性收入却是 0"),
    ],
)
def test_what_the_check_found_decides_with_a_reason(story: Story, found: dict[str, Any], said: str) -> None:
    removal, on = ready(story)
    go(removal, FLOW, "propose", story.actor_of("村干"), on)
    check(removal, story, on, **found)
    with pytest.raises(acts.Refused, match=said):
        assess(removal, story, on)


def test_a_risk_is_removed_tracked_and_rolled_back(story: Story) -> None:
    removal, on = ready(story)
    village, town, county = (story.actor_of(who) for who in ("村干", "镇办", "县局"))
    go(removal, FLOW, "propose", village, on)
    check(removal, story, on)
    assess(removal, story, on + timedelta(days=1))
    flow = newest_flow(FLOW, removal)
    assert flow
    posted = on + timedelta(days=2)
    given = {"remark": "", "by": village, "at": at(posted), "on": posted, "version": flow.version}
    removal = RiskRemoval.objects.select_related("household").get(pk=removal.pk)
    notice = removal_acts.publish(removal, flow, "post_notice", **given)
    assert notice.kind == PublicNotice.Kind.REMOVAL and "陈志强" not in notice.body
    assert "公示" in refusals(removal, story, "review_by_town", "镇办", posted + timedelta(days=1))
    go(removal, FLOW, "review_by_town", town, notice.to_on + timedelta(days=1))
    decided = notice.to_on + timedelta(days=2)
    go(removal, FLOW, "approve_by_county", county, decided)
    home = home_of(story)
    assert (home.is_risk_removed, home.removal_kind, home.removed_month) == (True, "by_help", decided.replace(day=1))
    assert plan_acts.running(home) is None
    flow = newest_flow(FLOW, removal)
    assert flow
    given = {"at": at(decided + timedelta(days=30)), "version": flow.version, "reason": "核查发现收入算错"}
    with pytest.raises(acts.Refused, match="上一级"):
        acts.undo(flow, by=county, **given)
    acts.undo(flow, by=story.actor_of("市局"), **given)
    home, plan = home_of(story), plan_acts.running(home)
    assert (home.is_risk_removed, home.removal_kind, home.removed_month) == (False, "", None)
    assert plan and plan.identified_on == story.fresh().identified_on, "the plan that was ended goes on"
    go(removal, FLOW, "approve_by_county", county, decided)
    go(removal, FLOW, "reopen", town, decided + timedelta(days=1), reason="收入下降")
    home = home_of(story)
    plan = plan_acts.running(home)
    assert (home.is_risk_removed, home.removed_month) == (False, None)
    assert plan and plan.identified_on == decided + timedelta(days=1)


def test_a_referral_has_its_receipt_its_answer_and_its_clock(story: Story) -> None:
    given = {"reason": "符合低保边缘条件", "unit": None, "case": None}
    with pytest.raises(acts.Refused):
        referral_flow.refer(home_of(story), **given, by=story.actor_of("村干"), at=at(story.on))
    made = referral_flow.refer(home_of(story), **given, by=story.actor_of("镇办"), at=at(story.on))
    flow = newest_flow("referrals", made)
    assert flow and flow.due_on == date(2026, 3, 5)  # three working days
    go(made, "referrals", "receive", story.actor_of("县局"), date(2026, 3, 4))
    with pytest.raises(acts.Refused, match="不是"):
        go(made, "referrals", "answer", story.actor_of("县局"), date(2026, 3, 20), reason="以后再说")
    go(made, "referrals", "answer", story.actor_of("县局"), date(2026, 3, 20), reason="纳入低保")
    made.refresh_from_db()
    assert (made.state, made.outcome, made.answered_on) == ("answered", "subsistence_allowance", date(2026, 3, 20))


def test_nobody_of_another_county_or_of_the_offices_moves_a_removal(story: Story, actor_of: ActorOf) -> None:
    removal, on = ready(story)
    for outsider in ("外县", "省厅", "市局", "联络员", "部门", "审计员"):
        with pytest.raises(acts.Refused):
            go(removal, FLOW, "propose", actor_of(outsider), on)
