"""Cases of the demo: some thirty households of 东华镇 at every step, on days that end today; the same every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import CAST
from bangfu.accounts.models import Grant, User
from bangfu.accounts.roles import Role
from bangfu.consolidation import clue_acts, plan_acts, referral_flow, removal_acts, removal_effects
from bangfu.consolidation.clues import Clue
from bangfu.consolidation.demo.way import Way, at, findings
from bangfu.consolidation.following import newest_flow
from bangfu.consolidation.measures import AssistanceMeasure
from bangfu.consolidation.models import Case, RiskRemoval
from bangfu.consolidation.removal_states import FLOW as REMOVALS
from bangfu.divisions.models import Division
from bangfu.lawbook.kept import keeping
from bangfu.lawbook.models import ParameterOverride
from bangfu.ledger.acts import recorded
from bangfu.notices.models import PublicNotice
from bangfu.people.models import Household, Person
from bangfu.workflow import acts

LINE_YUAN = 8000
NAMES = {part.key: part.username for part in CAST}
LONG = 260  # days: long enough for a removal

Step = Callable[[Way], Any]
#: (steps, days since the clue, households)
Plots = Sequence[tuple[tuple[Step, ...], int, int]]
CHANNELS = ("department_alert", "cadre_screening", "self_report", "hotline")
SAYS = (
    "医保部门推送：住院自付较高",
    "走访发现：户主受伤不能务工",
    "农户申报：孩子上学开支大",
    "来电反映：家里收入断了",
)


def load(today: date, plots: Plots | None = None) -> int:
    """Makes the cases unless there are some; the number made. One transaction: all or nothing."""
    if Case.objects.exists():
        return 0
    with transaction.atomic():
        _register_the_line()
        homes, made, cast = _homes(), 0, _cast()
        with keeping():
            for steps, days, count in plots or PLOTS:
                for home in homes[made : made + count]:
                    made += 1
                    _tell(home, steps, today - timedelta(days=days), made, cast)
    return made


def _register_the_line() -> None:
    """No value of Guangdong was found: the demo says of its own that it is invented."""
    place = Division.objects.get(code=440000000000)
    known = {"code": "monitoring_line_yuan", "division": place}
    if not ParameterOverride.objects.filter(**known).exists():
        ParameterOverride.objects.create(
            **known, value=str(LINE_YUAN), from_on=date(2021, 1, 1), document_no="演示数值，不是文件规定"
        )


def _homes() -> list[Household]:
    """Ordinary, not monitored, with an adult head; those of the cast's own village first."""
    grant = Grant.objects.filter(user__username=NAMES["村干"]).select_related("division").first()
    assert grant and grant.division
    town = grant.division.code // 1000 * 1000
    rows = Household.objects.filter(
        village__gte=town, village__lt=town + 1000, kind="ordinary", monitored_kind="", member_count__gte=2,
        withdrawn_at=None,
    ).exclude(head_name="")  # fmt: skip
    heads = Person.objects.filter(
        relation_to_head="head", born_on__lt=date(2000, 1, 1), left_on=None, withdrawn_at=None
    )
    rows = rows.filter(pk__in=heads.values("household")).select_related("village")
    return sorted(rows.order_by("pk")[:400], key=lambda home: (home.village_id != grant.division_id, home.pk))


def _cast() -> dict[str, Actor]:
    users = {user.username: user for user in User.objects.filter(username__in=NAMES.values())}
    return {name: Actor.of(users[NAMES[name]], date(2026, 1, 1)) for name in ("县局", "镇办", "村干")}


def _in(village: int, cast: Mapping[str, Actor]) -> Callable[[str], Actor]:
    """The clerk of the village is the same person in every village of the invented story."""
    clerk = cast["村干"]
    own = Grant(user=clerk.user, role=Role.VILLAGE, division_id=village)
    return (dict(cast) | {"村干": replace(clerk, grants=(own,))}).__getitem__


def _tell(home: Household, steps: Sequence[Step], began: date, number: int, cast: Mapping[str, Actor]) -> None:
    actor_of = _in(home.village_id, cast)
    turn = number % len(CHANNELS)
    with recorded(actor_of("村干"), "demo"):
        clue = Clue(
            household=home, village_id=home.village_id, channel=CHANNELS[turn], says=SAYS[turn], received_on=began
        )
        clue.receipt_no = f"演示{number:05d}"
        clue.risks = [("illness", "accident", "schooling", "unstable_employment")[turn]]
        clue.save(force_insert=True)
    case = clue_acts.open_case(clue, by=actor_of("村干"), at=at(began))
    way = Way(actor_of, case, began)
    for step in steps:
        step(way)


def checked(way: Way) -> None:
    way.later(1).verify(population=max(1, way.case.household.member_count))


def signed(way: Way) -> None:
    way.sign()


def compared(way: Way) -> None:
    way.later(2).compare()


def flagged(way: Way) -> None:
    way.later(2).compare(vehicles=2)


def reviewed(way: Way) -> None:
    risks = way.case.risks or ["illness"]
    way.later(1).review(risks=risks)


def posted(way: Way) -> None:
    way.later(1).post()


def run_out(way: Way, about: str) -> Way:
    """To the day after the notice; holidays make it longer."""
    notice = PublicNotice.objects.filter(about=about).latest("pk")
    way.on = notice.to_on + timedelta(days=1)
    return way


def reviewed_by_town(way: Way) -> None:
    run_out(way, f"cases:{way.case.pk}").take("review_by_town", "镇办", evidence={"opinion": "情况属实，同意上报"})


def approved(way: Way) -> None:
    way.later(1).take("approve_by_county", "县局")


def announced(way: Way) -> None:
    way.later(1).announce()


def entered(way: Way) -> None:
    way.later(1).take("enter", "镇办")


def refused(way: Way) -> None:
    way.later(1).take("reject_by_village", "村干", reason="收入和支出稳定，没有返贫风险")


def told(way: Way) -> None:
    way.later(1).take("tell_household", "村干", evidence={"how": "当面告知户主"})


def appealed(way: Way) -> None:
    way.later(2).take("appeal", "村干", evidence={"ground": "家里新近有人失业"})


def withdrawn(way: Way) -> None:
    way.take("withdraw", "村干", reason="农户自愿撤回")


def assisted_first(way: Way) -> None:
    town = way.actor_of("镇办")
    acts.raise_flag(
        way.flow, "assist_first", by=town, at=at(way.on), version=way.flow.version, reason="房屋受灾，先安置"
    )
    _measure(way, "safety_net", "temporary_relief", "发放临时救助 3000 元")


def planned(way: Way) -> None:
    """The plan written, with help to earn and a safety net, and approved."""
    plan, village, town = plan_acts.running(way.case.household), way.actor_of("村干"), way.actor_of("镇办")
    assert plan
    values = {
        "needs": "缺稳定收入，医药开支大",
        "goal": "人均纯收入稳定超过监测范围",
        "contact_name": "苏晓彤",
        "contact_phone": "",
    }
    plan_acts.write_plan(plan, values, by=village, version=plan.version)
    _measure(way, "public_post", "public_post", "安排保洁公益岗位")
    _measure(way, "health", "insurance_subsidy", "资助参加居民医保")
    Person.objects.filter(household=way.case.household, labour_skill="").update(labour_skill="general_labour")
    for step, who in (("submit", village), ("approve", town)):
        flow = newest_flow("assistance-plans", plan)
        assert flow
        acts.take(step, flow, by=who, at=at(way.on), on=way.on, version=flow.version)


def _measure(way: Way, kind: str, item: str, result: str) -> None:
    home = way.case.household
    with recorded(way.actor_of("村干"), "create"):
        AssistanceMeasure.objects.create(
            household=home, village_id=home.village_id, kind=kind, item=item, responsible="苏晓彤", due_on=way.on,
            state="delivered", delivered_on=way.on, result=result,
        )  # fmt: skip


def referred(way: Way) -> None:
    reason, home = "人均收入接近低保标准", way.fresh().household
    referral_flow.refer(home, reason=reason, unit=None, case=way.case, by=way.actor_of("镇办"), at=at(way.on))


def considered(way: Way) -> None:
    _removal(way)


def removing(way: Way) -> None:
    """Half a year on: proposed, checked, assessed, posted."""
    removal = _removal(way.later(190))
    village = way.actor_of("村干")
    _take(removal, "propose", village, way.on)
    values = findings(
        population=max(1, way.case.household.member_count), is_income_stable=True, is_risk_gone=True, wage_income=90000
    )
    removal_acts.verify(removal, values=values, **_given(removal, village, way.on))
    votes = {"attended": 30, "in_favour": 29, "against": 0, "people": "", "minutes": "收入稳定，同意消除"}
    removal_acts.assess(removal, values=votes, **_given(removal, village, way.later(1).on))
    removal_acts.publish(removal, step="post_notice", remark="", **_given(removal, village, way.later(1).on))


def tracked(way: Way) -> None:
    removal = way.case.household.removals.select_related("household").get()
    _take(removal, "review_by_town", way.actor_of("镇办"), run_out(way, f"risk-removals:{removal.pk}").on)
    _take(removal, "approve_by_county", way.actor_of("县局"), way.later(1).on)
    removal_acts.publish(removal, step="announce", remark="", **_given(removal, way.actor_of("镇办"), way.later(1).on))


def _removal(way: Way) -> RiskRemoval:
    home = way.case.household
    Household.objects.filter(pk=home.pk).update(contact_name="苏晓彤")
    ground = "务工收入稳定，医药开支已报销"
    removal_effects.consider_removal(home, kind="by_help", ground=ground, by=way.actor_of("村干"), at=at(way.on))
    return RiskRemoval.objects.select_related("household").get(household=home)


def _given(removal: RiskRemoval, by: Actor, on: date) -> dict[str, Any]:
    flow = newest_flow(REMOVALS, removal)
    assert flow
    return {"flow": flow, "by": by, "at": at(on), "on": on, "version": flow.version}


def _take(removal: RiskRemoval, step: str, by: Actor, on: date) -> None:
    acts.take(step, **_given(removal, by, on))


def _plots() -> Iterator[tuple[tuple[Step, ...], int, int]]:
    to_notice = (checked, signed, compared, reviewed, posted)
    decided = (*to_notice, reviewed_by_town, approved)
    monitored = (*decided, announced, entered)
    yield (), 1, 3
    yield (), 9, 2  # the check is overdue
    yield (checked,), 3, 2
    yield (checked, signed), 4, 3
    yield (checked, signed, compared), 6, 2
    yield (checked, signed, flagged), 6, 1
    yield (checked, signed, compared, reviewed), 7, 2
    yield to_notice, 8, 3
    yield (*to_notice, reviewed_by_town), 15, 1
    yield decided, 17, 1
    yield (*decided, announced), 18, 1
    yield (assisted_first, checked, signed), 3, 1
    yield (checked, refused), 4, 1
    yield (checked, refused, told), 9, 1
    yield (checked, refused, told, appealed), 12, 1
    yield (withdrawn,), 6, 1
    yield monitored, 25, 1
    yield (*monitored, planned), 40, 2
    yield (*monitored, planned, referred), 45, 1
    yield (*monitored, planned, considered), 60, 1
    yield (*monitored, planned, removing), 218, 1
    yield (*monitored, planned, removing, tracked), LONG, 1


PLOTS = tuple(_plots())
