"""A project from the village's wish to the archive (2.2): notices first, each level asks its own, nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from bangfu.accounts.models import Unit
from bangfu.assets.forming import splitting
from bangfu.bookkeeping.posting import Refused
from bangfu.divisions.models import Division
from bangfu.funds import spending
from bangfu.funds.models import BudgetLine
from bangfu.funds.tests.town import COUNTY, PROVINCE, allot, budget, document, doing, paying
from bangfu.kernel import dates
from bangfu.notices.models import Objection, PublicNotice
from bangfu.projects import acts, hooks, priority
from bangfu.projects.models import (
    Adjustment,
    Contract,
    Defect,
    DepartmentOpinion,
    Goal,
    Progress,
    Project,
)  # fmt: skip
from bangfu.projects.states import State
from bangfu.projects.tests.conftest import FIRST_DAY, NEXT_VILLAGE, ActorOf, Way
from bangfu.workflow import acts as flow_acts
from bangfu.workflow.models import Flow

pytestmark = pytest.mark.django_db
Declare = Callable[..., Way]
PIPES = {"name": "供水管网", "asset_class": "public", "cost_yuan": Decimal("876543.21")}


@pytest.fixture
def told() -> Iterator[list[Project]]:
    """What others hear of an acceptance."""
    heard: list[Project] = []

    def hear(project: Project, record: Any) -> None:
        heard.append(project)

    hooks.after_accepted.append(hear)
    yield heard
    hooks.after_accepted.remove(hear)


def refused(way: Way, step: str, who: str, **given: Any) -> str:
    with pytest.raises((flow_acts.Refused, flow_acts.Overtaken)) as error:
        way.take(step, who, **given)
    return str(error.value)


def test_a_workshop_goes_from_a_village_to_the_archive_with_a_notice_before_each_level(
    declare: Declare, told: list[Project], client_of: Any
) -> None:
    way = declare()
    assert way.project.project_no.startswith("441881-2026-") and way.project.kind == "employment"
    assert way.project.is_operating and way.project.articles == ["3.1"]
    way.take("post_village_notice", "村干", meeting_on="2026-03-01")
    notice = PublicNotice.objects.get(about=f"projects:{way.project.pk}")
    assert (notice.kind, notice.village_id) == ("project_village", way.project.division_id)
    assert "90.00万元" in notice.body and "42户160人" in notice.body
    assert "到 2026-03-09 为止" in refused(way.wait(7), "submit_to_town", "村干")
    Objection.objects.create(
        village_id=notice.village_id, public_notice=notice, content="地点不合适", received_on=way.on
    )
    assert "还有 1 件异议没有答复" in refused(way.wait(1), "submit_to_town", "村干")
    Objection.objects.update(answered_on=way.on, outcome="rejected", answer="已说明")
    way.take("submit_to_town", "村干")
    assert "还没有绩效目标" in refused(way, "pass_town", "镇办", opinion="同意")
    way.to_county()
    assert "还没有部门论证意见" in refused(way, "admit", "县局")
    _asked_of_the_department(way, client_of)
    way.take("admit", "县局").wait(13).take("plan", "县局", document_no="英帮扶〔2026〕1号")
    assert "还没有安排资金" in refused(way, "fund", "县局", document_no="英财农〔2026〕2号")
    line = _budgeted(way)
    assert "才安排" in refused(way.wait(-1), "fund", "县局", document_no="英财农〔2026〕2号")
    way.wait(1).take("fund", "县局", document_no="英财农〔2026〕2号").take("procure", "镇办")
    assert "还没有登记合同" in refused(way, "begin_work", "镇办")
    contract = way.row(Contract, "镇办", contract_no="HT-1", contractor="演示公司", method="inquiry",
                       amount_yuan=Decimal(880000), signed_on=way.on)  # fmt: skip
    assert f"合同 {way.on} 才签订" in refused(way.wait(-1), "begin_work", "村干")
    way.wait(1)
    budget = BudgetLine.objects.filter(pk=line.pk)
    budget.update(budgeted_yuan=870000)
    assert "超过已安排的资金 870,000.00 元" in refused(way, "begin_work", "村干")
    budget.update(budgeted_yuan=900000)
    way.take("begin_work", "村干")
    way.row(Progress, "村干", percent=60, reported_on=way.on)
    assert "最近一次登记的进度是 60%" in refused(way, "complete", "村干")
    way.wait(30).row(Progress, "村干", percent=100, reported_on=way.on)
    way.take("complete", "村干")
    defect = way.row(Defect, "镇办", content="盖板缺两块", found_on=way.on, due_on=way.on + timedelta(days=9))
    assert "没有整改：盖板缺两块" in refused(way, "accept", "镇办", people="黄雪梅", opinion="合格")
    Defect.objects.filter(pk=defect.pk).update(mended_on=way.on)
    way.take("accept", "镇办", people="黄雪梅、罗水生", opinion="合格")
    assert [project.pk for project in told] == [way.project.pk]
    spending.pay(line, paying(876000, "记-1", contract=contract, paid_on=way.on), doing())
    assert "已支付 876,000.00 元，多于审定结算的 875,999.99 元" in refused(
        way, "audit", "县局", settled_yuan="875999.99", document_no="英审〔2026〕9号"
    )
    way.take("audit", "县局", settled_yuan="876543.21", document_no="英审〔2026〕9号")
    assert way.project.settled_yuan == Decimal("876543.21")
    with pytest.raises(Refused, match="再付 543.22 元就超过结算了"):
        spending.pay(line, paying("543.22", "记-2", contract=contract, paid_on=way.on), doing())
    spending.pay(line, paying("543.21", "记-2", contract=contract, paid_on=way.on), doing())
    assert "还没有登记资产" in refused(way, "form_asset", "镇办")
    splitting.form_assets(way.project, [{**PIPES, "division_id": way.project.division_id}], doing())
    assert "已经登记了资产" in refused(way, "form_no_asset", "镇办", reason="项目管理费")
    way.take("form_asset", "镇办")
    _evaluated(way, client_of)
    way.on = dates.today()
    assert "还有 23,456.79 元安排没有支付" in refused(way, "archive", "镇办")
    back = {"amount_yuan": Decimal("23456.79"), "document_no": "收回 1 号", "happened_on": way.on}
    spending.take_back(line, back, doing())
    way.take("archive", "镇办")
    project = way.project
    assert project.state == State.ARCHIVED and project.closed_on == way.on and way.flow.ended_on
    assert project.declared_on == FIRST_DAY and project.accepted_on and project.started_on
    kinds = set(PublicNotice.objects.filter(about=f"projects:{project.pk}").values_list("kind", "village"))
    assert {("project_town", 441881137000), ("project_plan", 441881000000)} <= kinds and len(kinds) == 5


def _asked_of_the_department(way: Way, client_of: Any) -> None:
    """Its own officer answers, nobody else; the county sees when it is late."""
    county, department = client_of("县局"), client_of("部门")
    unit = Unit.objects.get(name="英德市教育局（演示）")
    asked = {"project": way.project.pk, "department": "教育局", "unit": unit.pk, "asked_on": way.on.isoformat()}
    said = {"is_agreed": "true", "given_on": way.on.isoformat()}
    assert "不代填" in county.post("/l/department-opinions/new/", asked | said).content.decode()
    assert county.post("/l/department-opinions/new/", asked).status_code == 302
    row = DepartmentOpinion.objects.get()
    assert row.due_on == way.on + timedelta(days=14)  # ten working days
    assert "还没有意见：教育局" in refused(way, "admit", "县局")
    address = f"/projects/opinions/{row.pk}/"
    assert [client_of(who).get(address).status_code for who in ("县局", "外县", "镇办")] == [404] * 3
    todos = [department.get("/").content.decode(), county.get("/").content.decode()]
    assert "答复论证意见：帮扶车间" in todos[0] and "教育局还没有答复" in todos[1]
    assert "超过答复期限" in county.get(f"/l/department-opinions/{row.pk}/").content.decode()
    page = department.get(address)
    assert "妇女出不去" in page.content.decode()
    given = {"is_agreed": "no", "opinion": "", "version": row.version}
    assert department.post(address, given).status_code == 422
    assert department.post(address, given | {"opinion": "离学校太近"}).status_code == 302
    assert "不同意：教育局" in refused(way, "admit", "县局")
    assert department.post(address, given | {"is_agreed": "yes"}).status_code == 422  # overtaken
    again = given | {"is_agreed": "yes", "version": DepartmentOpinion.objects.get().version}
    assert department.post(address, again).status_code == 302
    assert DepartmentOpinion.objects.get().given_by == "谢国平"


def _budgeted(way: Way) -> BudgetLine:
    paper = document(900000)
    allot(PROVINCE, COUNTY, 900000, document=paper)
    return budget(way.project, 900000, happened_on=way.on)


def _evaluated(way: Way, client_of: Any) -> None:
    """By the county alone, goal by goal; what differs from the computed asks why."""
    assert "还没有填完成值的绩效目标：受益户数" in refused(way, "evaluate", "县局", grade="优")
    Goal.objects.update(actual=21)
    way.row(Goal, "镇办", name="岗位", unit="个", target=Decimal(20), actual=Decimal(30))
    assert "还没有县级评价的绩效目标：受益户数、岗位" in refused(way, "evaluate", "县局", grade="中")
    address, county = f"/projects/{way.project.pk}/evaluate/", client_of("县局")
    assert client_of("外县").get(address).status_code == 404 and client_of("镇办").get(address).status_code == 403
    found = county.get(address).context["found"]
    assert [(each.degree, each.conclusion) for each in found.goals] == [(50, "missed"), (150, "reached")]
    assert (found.score, found.grade) == (75, "fair")
    first, second = (each.goal.pk for each in found.goals)
    sent: dict[str, Any] = {"version": way.flow.version, f"goal{first}": "partly", f"goal{second}": "reached",
                            "grade": "good", "opinion": "", f"note{first}": "", f"note{second}": ""}  # fmt: skip
    wrong = county.post(address, sent)
    assert wrong.status_code == 422 and {f"note{first}", "opinion"} == set(wrong.context["form"].errors)
    sent |= {f"note{first}": "另有 12 户外出务工", "opinion": "带动明显"}
    assert [county.post(address, sent).status_code for _ in range(2)] == [302, 302]
    way.project.refresh_from_db()
    assert way.project.grade == "good" and Goal.objects.get(pk=first).conclusion == "partly"
    sheet = county.get("/funds/sheets/fund-use/").content.decode()
    assert "良" in sheet


def test_what_was_sent_back_or_undone_is_as_before_and_hangs_no_notice(declare: Declare, actor_of: ActorOf) -> None:
    way = declare().to_town()
    way.take("send_back", "镇办", reason="预算偏高")
    assert not PublicNotice.objects.filter(taken_down_on=None, to_on__gte=way.on).exists()
    way.take("declare_again", "村干").to_town().to_county()
    way.row(DepartmentOpinion, "县局", department="财政局", asked_on=way.on, is_agreed=True, given_on=way.on)
    way.take("admit", "县局").wait(13).take("plan", "县局", document_no="1号")
    year = way.project.year
    way.take("roll_over", "县局", reason="当年资金没有安排")
    assert (way.project.state, way.project.year, way.project.rolled_over) == ("rolled_over", year + 1, 1)
    assert way.project.planned_on is None and way.project.in_pool_on
    way.take("plan", "县局", document_no="2号")
    way.take("drop", "县局", reason="群众改了主意")
    assert way.project.closed_on == way.on and way.project.planned_on == way.on


def test_wishes_of_villages_become_one_project_of_the_town(declare: Declare, actor_of: ActorOf) -> None:
    first = declare(name="车间甲").to_town()
    second = declare(NEXT_VILLAGE, name="车间乙", need="老人要就近做工", planned_yuan=Decimal("100000.01"))
    second.take("post_village_notice", "队长", meeting_on="2026-03-01").wait(8).take("submit_to_town", "镇办")
    other = declare(name="道路", sort="road").to_town()
    given: dict[str, Any] = {"by": actor_of("镇办"), "at": timezone.now()}
    with pytest.raises(acts.Refused, match="同一子类型"):
        acts.merge([first.project, other.project], "合并", **given)
    whole = acts.merge([first.project, second.project], "东华镇帮扶车间", **given)
    assert whole.planned_yuan == Decimal("1000000.01") and whole.households == 84
    assert whole.state == State.TOWN_REVIEW and whole.division_id == 441881137000
    assert set(whole.places.values_list("division", flat=True)) == {first.project.division_id, NEXT_VILLAGE}
    assert "妇女出不去" in whole.need and "老人要就近做工" in whole.need
    states = Project.objects.filter(merged_into=whole).values_list("state", "closed_on")
    assert list(states) == [("merged", dates.today())] * 2
    with pytest.raises(acts.Refused, match="不在镇审核"):
        acts.merge(list(Project.objects.filter(merged_into=whole)), "再合并", **given)


def _at(way: Way) -> Any:
    return timezone.make_aware(datetime.combine(way.on, time(11)))


def test_a_project_in_the_pool_changes_only_by_an_approved_adjustment(
    declare: Declare, actor_of: ActorOf, client_of: Any
) -> None:
    way = declare().to_town().to_county()
    way.row(DepartmentOpinion, "县局", department="财政局", asked_on=way.on, is_agreed=True, given_on=way.on)
    way.take("admit", "县局")
    assert "不能直接改" in _edit(client_of("镇办"), way.project)
    made = acts.ask_adjustment(
        way.project, {"reason": "材料涨价", "new_yuan": Decimal(950000)}, by=actor_of("镇办"), at=_at(way)
    )
    with pytest.raises(acts.Refused, match="已有一件调整"):
        acts.ask_adjustment(way.project, {"reason": "再调", "new_name": "新名"}, by=actor_of("镇办"), at=_at(way))
    flow = Flow.objects.get(slug="project-adjustments", subject_id=made.pk)
    flow_acts.take("approve", flow, by=actor_of("县局"), at=_at(way), version=flow.version)
    way.project.refresh_from_db()
    assert way.project.planned_yuan == Decimal(950000)
    assert Adjustment.objects.get().before == {"planned_yuan": "900000.00"}
    line = BudgetLine.objects.create(  # meanwhile more was set aside than the plan before had
        project=way.project, division_id=way.project.division_id, holder_id=COUNTY, source="central", year=2026,
        document_no="3 号", first_on=way.on, budgeted_yuan=920000,
    )  # fmt: skip
    back = {"by": actor_of("市局"), "at": _at(way), "reason": "批错了"}
    flow.refresh_from_db()
    with pytest.raises(flow_acts.Refused, match="已安排资金 920,000.00 元，计划投资不能调到 900,000.00 元"):
        flow_acts.undo(flow, version=flow.version, **back)
    BudgetLine.objects.filter(pk=line.pk).update(budgeted_yuan=900000)
    flow_acts.undo(flow, version=flow.version, **back)
    way.project.refresh_from_db()
    assert way.project.planned_yuan == Decimal(900000)


def _edit(client: Any, project: Project) -> str:
    page = client.get(f"/l/projects/{project.pk}/edit/")
    form = page.context["form"]
    sent = {name: value for name, value in form.initial.items() if value is not None} | {"planned_yuan": "1"}
    return str(client.post(f"/l/projects/{project.pk}/edit/", sent).content.decode())


def test_the_order_is_explained_line_by_line_and_moved_only_with_a_reason(
    declare: Declare, actor_of: ActorOf, client_of: Any
) -> None:
    road = declare(
        name="巷道", sort="road", people=1000, has_consent=True, has_land=True, priority_households=21
    ).to_town()
    hotel = declare(name="民宿", sort="tourism", people=20).to_town()
    ranked = priority.ordered([hotel.project, road.project], dates.today())
    assert [row.project.name for row in ranked] == ["巷道", "民宿"]
    lines = {line.label: line for line in ranked[0].score.lines}
    assert lines["受益人数"].points == 20 and lines["惠及重点户"].points == Decimal("5.0")
    assert "还缺方案" in lines["前期准备"].why and all(line.source for line in lines.values())
    county = client_of("县局")
    seen = {"place": "1", "version": str(Project.objects.get(pk=hotel.project.pk).version)}
    county.post(f"/projects/order/{hotel.project.pk}/", seen | {"reason": ""})
    page = county.get("/projects/order/").content.decode()
    assert page.index("巷道") < page.index("民宿")
    county.post(f"/projects/order/{hotel.project.pk}/", seen | {"reason": "县里重点线路"})
    late = client_of("镇办").post(f"/projects/order/{hotel.project.pk}/", seen | {"place": "2", "reason": "镇"}, follow=True)
    assert "刚刚被他人改动" in late.content.decode()
    page = county.get("/projects/order/").content.decode()
    assert page.index("民宿") < page.index("巷道") and "县里重点线路" in page and "按得分第 2 位" in page


def test_whoever_is_outside_sees_and_moves_nothing(declare: Declare, client_of: Any) -> None:
    way = declare().to_town()
    outsider, pk = client_of("外县"), way.project.pk
    for address in (f"/l/projects/{pk}/", f"/projects/{pk}/adjust/", f"/projects/{pk}/candidates/"):
        assert outsider.get(address).status_code == 404, address
    assert outsider.post(f"/projects/order/{pk}/", {"place": "1", "reason": "x"}).status_code == 404
    for address in ("/projects/order/", "/projects/year/", "/projects/merge/"):
        page = outsider.get(address)
        assert page.status_code == 403 or "帮扶车间" not in page.content.decode(), address


def test_pages_ask_few_queries(declare: Declare, client_of: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        declare(name=f"车间{number}").to_town()
    county = client_of("县局")
    for address in ("/projects/order/", "/projects/year/"):
        county.get(address)
        with django_assert_max_num_queries(12):
            county.get(address)


def test_a_declaration_asks_few_things_and_is_kept_once(client_of: Any) -> None:
    village = client_of("村干")
    form = village.get("/projects/declare/").context["form"]
    assert len(form.visible()) <= 8
    sent = {"division": "441881137201", "name": "文化广场", "sort": "public_space", "need": "没有活动的地方",
            "planned_yuan": "450000", "households": "180", "people": "700", "client_uuid": str(form.initial["client_uuid"])}  # fmt: skip
    assert [village.post("/projects/declare/", sent).status_code for _ in range(2)] == [302, 302]
    assert Project.objects.count() == 1 and Flow.objects.filter(slug="projects").count() == 1
    again = village.post("/projects/declare/", sent | {"client_uuid": ""})
    assert again.status_code == 422 and "已经有“文化广场”" in again.content.decode()
    assert Project.objects.get().sort == "public_space" and Division.objects.get(code=441881137201).pk


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_step_one_takes_it(declare: Declare, actor_of: ActorOf) -> None:
    way = declare().to_town()
    way.row(Goal, "镇办", name="受益户数", unit="户", target=Decimal(42), kind="benefit")
    flow, done, lost = way.flow, [], []
    gate = threading.Barrier(2)

    def run() -> None:
        gate.wait()
        try:
            given: dict[str, Any] = {"by": actor_of("镇办"), "at": _at(way), "version": flow.version}
            done.append(
                flow_acts.take("pass_town", Flow.objects.get(pk=flow.pk), evidence={"opinion": "同意"}, **given)
            )
        except flow_acts.Overtaken as error:
            lost.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == len(lost) == 1 and "已由黄雪梅" in lost[0]
    assert PublicNotice.objects.filter(kind="project_town").count() == 1
