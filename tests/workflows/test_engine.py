"""The engine on the toy workflow: evidence, guards, clocks over holidays, flags, undo of effects, rotation, two threads."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.accounts.models import Grant, User
from bangfu.accounts.roles import Role
from bangfu.lawbook.models import Holiday, ParameterOverride
from bangfu.workflow import acts, clocks, registry
from bangfu.workflow.checks import complaints
from bangfu.workflow.clocks import Standing
from bangfu.workflow.declaration import Asked, Clock, Evidence, Kind, State, Step, Workflow
from bangfu.workflow.models import Delegation, Flow, StepRecord
from bangfu.workflow.openings import open_steps, openings
from bangfu.workflow.rotation import delegate, end_delegation, hand_over, relocate
from bangfu.workflow.sheet import sheet, stages
from bangfu.workflow.waiting import waiting
from tests.ledgers.samples import ELSEWHERE, HERE
from tests.toy.models import WaterPoint
from tests.toy.workflow import REPAIR
from tests.workflows.samples import actor, moment, put, started

pytestmark = pytest.mark.django_db
MONDAY = date(2024, 4, 22)  # before the Labour Day holidays of 2024: 1–5 May off, 28 April and 11 May worked
GIVEN = {"people": "31", "held_on": "2024.4.23", "opinion": "同意"}


@pytest.fixture
def flow(cast: Any) -> Flow:
    return started(REPAIR, MONDAY)


def take(code: str, flow: Flow, who: User, today: date, **more: Any) -> StepRecord:
    return acts.take(code, flow, by=actor(who, today), at=moment(today), version=flow.version, **more)


def noticed(flow: Flow, cast: Any) -> Flow:
    """Posted on Wednesday 24 April 2024."""
    take("assess", flow, cast["村干"], date(2024, 4, 23), evidence=GIVEN)
    take("post_notice", flow, cast["村干"], date(2024, 4, 24))
    return flow


def test_a_flow_goes_from_hand_to_hand_to_its_end(flow: Flow, cast: Any) -> None:
    assert (flow.due_on, flow.due_step) == (date(2024, 4, 25), "assess")
    point = WaterPoint.objects.get(pk=flow.subject_id)
    WaterPoint.objects.update(keeper="", is_sound=False)
    record = take("assess", flow, cast["村干"], date(2024, 4, 23), evidence=GIVEN)
    assert record.evidence == {"people": "31", "held_on": "2024-04-23", "opinion": "同意"}
    with pytest.raises(acts.Refused, match="还没有管护人") as refused:
        take("post_notice", flow, cast["村干"], date(2024, 4, 24))
    assert refused.value.refusals[0].source == "指引 2.2"
    WaterPoint.objects.update(keeper="罗水生")
    take("post_notice", flow, cast["村干"], date(2024, 4, 24))
    # five days end on 29 April; from the 30th on the town may decide
    with pytest.raises(acts.Refused, match="认定公示天数是 5 天，自 2024-04-24 算起，到 2024-04-29 为止"):
        take("approve", flow, cast["镇办"], date(2024, 4, 29))
    take("approve", flow, cast["镇办"], date(2024, 4, 30))
    assert take("finish", flow, cast["县局"], date(2024, 5, 6)).acted_as == Role.COUNTY
    assert (flow.state, flow.ended_on, flow.due_on) == ("repaired", date(2024, 5, 6), None)
    point.refresh_from_db()
    assert point.is_sound
    assert [r.label for r in flow.records.order_by("pk")] == ["发起", "村民评议", "张贴公示", "镇审核", "验收销号"]
    with pytest.raises(acts.Refused, match="上一级"):
        acts.undo(flow, by=actor(cast["县局"]), at=timezone.now(), version=flow.version, reason="没修好")
    acts.undo(flow, by=actor(cast["市局"]), at=timezone.now(), version=flow.version, reason="没修好")
    point.refresh_from_db()
    assert (flow.state, flow.ended_on, point.is_sound) == ("approved", None, False)
    assert flow.entered_on == date(2024, 4, 30), "the clock goes on from where it was"


def test_what_is_missing_is_said_at_once(flow: Flow, cast: Any) -> None:
    with pytest.raises(acts.Refused) as refused:
        take("assess", flow, cast["村干"], date(2024, 4, 23), evidence={"people": "三十", "held_on": "2024-02-30"})
    words = [refusal.words for refusal in refused.value.refusals]
    assert any("到会人数" in line and "数字" in line for line in words)
    assert any("开会日期" in line and "2月没有 30 日" in line for line in words)
    assert "还缺“评议意见”" in words
    assert flow.records.count() == 1
    with pytest.raises(LookupError):
        take("assess", flow, cast["村干"], date(2024, 4, 23), evidence={"colour": "红"})
    put(flow, "noticing")
    WaterPoint.objects.update(cost_yuan=None)
    with pytest.raises(acts.Refused, match="要先办理“张贴公示”.*还没有年运行费用"):
        take("approve", flow, cast["镇办"], date(2024, 5, 30))


def test_a_day_may_be_told_later_but_not_before_the_last_step_nor_ahead(flow: Flow, cast: Any) -> None:
    now = date(2024, 4, 26)
    for day, words in ((MONDAY - timedelta(days=1), "早于上一步"), (now + timedelta(days=1), "还没有到")):
        with pytest.raises(acts.Refused, match=words):
            take("assess", flow, cast["村干"], now, on=day, evidence=GIVEN)
    record = take("assess", flow, cast["村干"], now, on=date(2024, 4, 23), evidence=GIVEN)
    assert (record.on, timezone.localdate(record.at)) == (date(2024, 4, 23), now)
    assert flow.due_on == date(2024, 4, 28), "five days from the 23rd, on a Sunday that is worked"


def test_clocks_know_holidays_places_and_new_arrangements(cast: Any) -> None:
    flow = started(REPAIR, date(2024, 4, 29))
    assert flow.due_on == date(2024, 5, 6), "three days end inside the holidays: the next working day"
    ParameterOverride.objects.create(
        code="household_check_days", division_id=441881000000, value="5", unit="workday",
        from_on=date(2024, 1, 1), document_no="英农〔2024〕1号",
    )  # fmt: skip
    Holiday.objects.create(day=date(2024, 5, 8), is_workday=False, name="加放一天", document_no="测试")
    elsewhere = started(REPAIR, date(2024, 4, 29), ELSEWHERE)
    assert elsewhere.due_on == date(2024, 5, 6), "another county keeps the guideline's value"
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert clocks.renew(Flow.objects.all()) == 1
    assert len(queries) <= 8
    flow.refresh_from_db()
    # 30 April, 6, 7, 9 and 10 May
    assert (flow.due_on, flow.version) == (date(2024, 5, 10), 1)
    assert clocks.renew(Flow.objects.all()) == 0


def test_a_month_in_which_the_holidays_are_not_arranged_is_said(flow: Flow) -> None:
    late = started(REPAIR, timezone.localdate())
    term = clocks.term(Clock("identification_days"), late, [])
    far = clocks.term(Clock("identification_days"), flow, [])
    assert term and far and far.is_firm


def test_colours_come_by_set_and_agree_with_one_by_one(cast: Any) -> None:
    flows = [started(REPAIR, MONDAY + timedelta(days=7 * week)) for week in range(4)]
    put(flows[3], "dropped")
    put(started(REPAIR, MONDAY), "approved")
    Flow.objects.filter(state="approved").update(due_on=None)
    today = flows[1].due_on
    assert today
    by_set = {flow.pk: flow.standing for flow in clocks.overdue(Flow.objects.all(), today)}  # type: ignore[attr-defined]
    assert by_set[flows[0].pk] == Standing.OVERDUE
    assert by_set[flows[1].pk] == Standing.DUE_SOON
    for flow in Flow.objects.all():
        assert clocks.standing_of(flow, today) == by_set[flow.pk]
    for standing in Standing:
        found = set(Flow.objects.filter(clocks.in_standing(standing, today)).values_list("pk", flat=True))
        assert found == {pk for pk, of in by_set.items() if of == standing}


def test_a_flag_opens_the_green_channel_and_says_why(flow: Flow, cast: Any) -> None:
    town, at = actor(cast["镇办"]), timezone.now()
    assert [step.code for step in open_steps(flow, town, MONDAY)] == ["drop"]
    closed = {opening.step.code: opening.refusals for opening in openings(flow, town, MONDAY)}
    assert "先修后补" in closed["repair_first"][0].words
    for by, reason in ((actor(cast["村干"]), "断水"), (town, "")):
        with pytest.raises(acts.Refused):
            acts.raise_flag(flow, "urgent", by=by, at=at, version=flow.version, reason=reason)
    acts.raise_flag(flow, "urgent", by=town, at=at, version=flow.version, reason="断水三天")
    assert "repair_first" in [step.code for step in open_steps(flow, town, timezone.localdate())]
    take("repair_first", flow, cast["镇办"], timezone.localdate())
    assert (flow.state, flow.records.filter(deed="flagged").get().reason) == ("approved", "断水三天")


def test_sent_back_it_begins_anew_with_the_reason_in_the_story(flow: Flow, cast: Any) -> None:
    noticed(flow, cast)
    take("send_back", flow, cast["镇办"], date(2024, 4, 25), reason="会议记录缺签名")
    assert (flow.state, flow.entered_on, flow.due_step) == ("asked", date(2024, 4, 25), "assess")
    assert flow.due_on == date(2024, 4, 28)
    take("assess", flow, cast["村干"], date(2024, 4, 26), evidence=GIVEN)
    take("post_notice", flow, cast["村干"], date(2024, 4, 28))
    with pytest.raises(acts.Refused, match="自 2024-04-28 算起"):
        take("approve", flow, cast["镇办"], date(2024, 4, 30))


def test_what_may_not_be_done_yet_is_on_no_list_until_its_day(flow: Flow, cast: Any) -> None:
    noticed(flow, cast)
    town, last = actor(cast["镇办"], MONDAY), date(2024, 4, 29)
    assert flow.opens_on == date(2024, 4, 30)
    Flow.objects.filter(pk=flow.pk).update(due_on=date(2024, 4, 25))
    flow.refresh_from_db()
    assert list(waiting(town, last)) == []
    assert len(list(waiting(town, date(2024, 4, 30)))) == 1
    for day, standing in ((last, Standing.NORMAL), (date(2024, 4, 30), Standing.OVERDUE)):
        assert clocks.standing_of(flow, day) == standing
        assert clocks.overdue(Flow.objects.all(), day).get().standing == standing  # type: ignore[attr-defined]
        assert Flow.objects.filter(clocks.in_standing(Standing.OVERDUE, day)).exists() == (standing == Standing.OVERDUE)
    assert sheet(flow, town, last).opens_on == date(2024, 4, 30)
    Flow.objects.update(opens_on=None)  # as rows from before the column have it: the night's task sets it
    assert clocks.renew(Flow.objects.all()) == 1
    flow.refresh_from_db()
    assert flow.opens_on == date(2024, 4, 30)


def test_an_effect_without_a_way_back_cannot_be_undone(flow: Flow, cast: Any) -> None:
    put(flow, "approved")
    step = REPAIR.step("finish")
    assert step
    final = replace(REPAIR, steps=tuple(replace(s, on_undo=None) if s is step else s for s in REPAIR.steps))
    take("finish", flow, cast["镇办"], timezone.localdate())
    registry._workflows[REPAIR.slug] = final
    try:
        with pytest.raises(acts.Refused, match="已经生效"):
            acts.undo(flow, by=actor(cast["县局"]), at=timezone.now(), version=flow.version, reason="点错了")
    finally:
        registry._workflows[REPAIR.slug] = REPAIR


def test_a_subject_has_one_open_flow_and_a_repeated_start_is_one(flow: Flow, cast: Any) -> None:
    point, once = WaterPoint.objects.get(pk=flow.subject_id), uuid.uuid4()
    given: dict[str, Any] = {"division": HERE, "at": timezone.now()}
    with pytest.raises(acts.Refused, match="已有一件在办（2024-04-22 开始，现在是“已申请”）"):
        acts.start(REPAIR, point, by=None, **given)
    take("drop", flow, cast["村干"], MONDAY, reason="重复申请")
    for name in ("县局", "外县", "队长"):
        with pytest.raises(acts.Refused, match="角色"):
            acts.start(REPAIR, point, by=actor(cast[name]), **given)
    first = acts.start(REPAIR, point, by=actor(cast["村干"]), client_uuid=once, **given)
    assert acts.start(REPAIR, point, by=actor(cast["村干"]), client_uuid=once, **given) == first
    with pytest.raises(acts.Refused, match="另有一件|另一件"):
        acts.undo(flow, by=actor(cast["镇办"]), at=timezone.now(), version=flow.version, reason="还要修")


def test_records_cannot_be_changed_or_deleted(flow: Flow) -> None:
    for act in (lambda: flow.records.update(reason="改"), lambda: flow.records.all().delete()):
        with pytest.raises(Error), transaction.atomic():
            act()


def colleague(cast: Any, role: Role, division: int, name: str = "接手人") -> User:
    user = User.objects.create(username=f"u{uuid.uuid4().hex[:8]}", name=name)
    Grant.objects.create(
        user=user, role=role, division_id=division, from_on=date(2021, 1, 1), confirmed_at=timezone.now()
    )
    return user


def test_a_delegate_acts_for_another_from_one_day_to_another(flow: Flow, cast: Any) -> None:
    village, town, today = actor(cast["村干"]), actor(cast["镇办"]), timezone.localdate()
    assert "assess" not in [step.code for step in open_steps(flow, town, today)]
    days: dict[str, Any] = {
        "from_on": today,
        "to_on": today + timedelta(days=3),
        "reason": "住院",
        "at": timezone.now(),
    }
    held = delegate(cast["镇办"], by=village, **days)
    delegate(cast["外县"], by=village, **days)
    record = take("assess", flow, cast["镇办"], today, evidence=GIVEN)
    assert (record.acted_as, record.on_behalf_of, record.who) == ("village", cast["村干"], "黄雪梅（代罗水生）")
    assert [line.what.partition("：")[2] for line in waiting(town, today)] == ["张贴公示"]
    assert not open_steps(flow, actor(cast["外县"]), today), "what is delegated opens no rows"
    assert list(waiting(actor(cast["外县"]), today)) == []
    with pytest.raises(acts.Refused):
        end_delegation(held, by=actor(cast["县局"]), at=timezone.now())
    end_delegation(held, by=village, at=timezone.now())
    assert "post_notice" not in [step.code for step in open_steps(flow, town, today)]
    assert not Delegation.objects.in_force(today + timedelta(days=4))
    for wrong in ({"reason": " "}, {"to_on": today - timedelta(days=1)}):
        with pytest.raises(acts.Refused):
            delegate(cast["镇办"], by=village, **(days | wrong))
    for whom in ("村干", "审计员"):
        with pytest.raises(acts.Refused):
            delegate(cast[whom], by=village, **days)


def test_all_that_waits_for_one_goes_to_the_successor(flow: Flow, cast: Any) -> None:
    other, today = started(REPAIR, MONDAY), timezone.localdate()
    stranger = colleague(cast, Role.VILLAGE, ELSEWHERE)
    successor = colleague(cast, Role.VILLAGE, HERE)
    given: dict[str, Any] = {"by": actor(cast["镇办"]), "at": timezone.now()}
    with pytest.raises(acts.Refused, match="另选一位"):
        acts.assign(flow, stranger, version=flow.version, **given)
    old = colleague(cast, Role.VILLAGE, HERE, "老支书")
    for each in (flow, other):
        acts.assign(each, old, version=each.version, **given)
    assert list(waiting(actor(cast["村干"]), today)) == [], "what is assigned stands on one list"
    assert len(list(waiting(actor(old), today))) == 2
    for by in ("外县", "省厅"):
        hand_over(old, successor, by=actor(cast[by]), at=timezone.now(), reason="不该成功")
        assert Flow.objects.filter(assignee=old).count() == 2
    assert hand_over(old, stranger, reason="轮换", **given).left == 2
    assert hand_over(old, successor, reason="换届", **given).moved == 2
    assert len(list(waiting(actor(successor), today))) == 2
    assert flow.records.filter(deed="handed_over").get().reason == "老支书 交给 接手人。换届"
    relocate("toy.WaterPoint", [flow.subject_id], ELSEWHERE)
    flow.refresh_from_db()
    assert (flow.division_id, flow.county) == (ELSEWHERE, 441882000000)


def test_many_are_told_as_a_digest(cast: Any) -> None:
    for _ in range(6):
        started(REPAIR, MONDAY)
    village = actor(cast["村干"])
    with CaptureQueriesContext(connection) as queries:
        lines = list(waiting(village, timezone.localdate()))
    assert [line.what for line in lines] == ["6 件供水点改造等着：村民评议"]
    assert (lines[0].why, lines[0].standing) == ("其中 6 件已超期", Standing.OVERDUE)
    assert len(queries) <= 5


def test_a_declaration_with_faults_is_told_which_slot(cast: Any) -> None:
    assess = REPAIR.steps[0]
    wrong = Workflow(
        slug="Wrong", title="错的", article="9.9", subject="toy.Nothing", started_by=(Role.AUDITOR,),
        states=(State("asked", "已申请"), State("lost", "没人管"), State("done", "办完", is_final=True)),
        steps=(
            replace(assess, to="nowhere", within=Clock("no_such_days"), by=()),
            Step(
                "skip", "跳过", at="asked", to="lost", by=(Role.TOWN,), kind=Kind.END,
                within=Clock("development_measures_min", since="later"),
            ),
            Step(
                "ask", "问", at="asked", to="done", by=(Role.TOWN,), only_with="blue",
                evidence=(Evidence("a", "甲", Asked.RECORD), Evidence("a", "乙", Asked.FILE)),
            ),
        ),
    )  # fmt: skip
    told = "\n".join(f"{error.msg} ({error.hint})" for error in complaints(wrong))
    for words in (
        "slug 'Wrong'", "no model 'toy.Nothing'", "article '9.9'", "step assess: no state nowhere", "no_such_days",
        "step assess: by: no role", "kind END, but 'lost' is not final", "state lost: no way out", "counts items",
        "since 'later' is no step", "only_with 'blue' is no flag", "evidence: a twice", "RECORD needs it",
        "papers=", "started_by: auditor",
    ):  # fmt: skip
        assert words in told, words


@pytest.mark.django_db(transaction=True)
def test_two_threads_at_once_make_one_step(cast: Any) -> None:
    flow = started(REPAIR, MONDAY)
    people = [actor(cast["村干"]), actor(cast["队长"])]

    def go(number: int) -> str:
        try:
            acts.take(
                "assess", Flow.objects.get(pk=flow.pk), by=people[number], at=timezone.now(), version=1, evidence=GIVEN
            )
        except acts.Overtaken as error:
            return str(error)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        told: Callable[[], Any] = lambda: sorted(pool.map(go, range(2)))  # noqa: E731
        first, second = told()
    assert first == "" and "办理“村民评议”" in second
    assert Flow.objects.get(pk=flow.pk).records.count() == 2


def test_the_way_shown_ends_with_the_wished_for_end_and_marks_where_it_is(flow: Flow, cast: Any) -> None:
    noticed(flow, cast)
    records = list(flow.records.order_by("pk"))
    shown = [(stage.title, stage.state) for stage in stages(flow, records)]
    assert shown == [("已申请", "done"), ("已评议", "done"), ("公示中", "now"), ("已批准", "todo"), ("已修好", "todo")]
    put(flow, "dropped")
    assert stages(flow, records)[-1].title == "不修"
