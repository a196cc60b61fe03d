"""Who works on a project (1.2), and who keeps what stands (2.2): priority first, faults by the board's code, no flood."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bangfu.accounts.actor import Actor
from bangfu.exchange import runs
from bangfu.exchange.models import StagedRow
from bangfu.kernel import dates
from bangfu.ledger import acts as ledger_acts
from bangfu.ledger import registry
from bangfu.people.models import Household, Person
from bangfu.people.tests.factories import family
from bangfu.projects import fault_pages
from bangfu.projects.demo.load import load
from bangfu.projects.models import AwardPayment, AwardScheme, Facility, FacilityFault, LabourUse, Plan, Project
from bangfu.projects.project_page import labour_of
from bangfu.projects.states import State
from bangfu.services.tests.test_jobs_and_skills import bring_in
from bangfu.workflow.models import Flow

pytestmark = pytest.mark.django_db
TODAY = dates.today


def test_people_of_priority_households_are_offered_first_and_wages_are_summed(
    declare: Any, client_of: Any, cast: Any
) -> None:
    home, members = family()
    Household.objects.filter(pk=home.pk).update(monitored_kind="marginal")
    Person.objects.filter(pk__in=[members["head"].pk, members["wife"].pk]).update(labour_skill="general_labour")
    way = declare()
    Project.objects.filter(pk=way.project.pk).update(state=State.STARTED, started_on=TODAY() - timedelta(days=30))
    town = client_of("镇办")
    address = f"/projects/{way.project.pk}/candidates/"
    found = town.get(address).context["found"]
    assert [row.group for row in found][:2] == ["监测户", "监测户"] and found[0].is_near
    start = TODAY() - timedelta(days=20)
    sent: dict[str, Any] = {"person": [str(members["head"].pk), str(members["wife"].pk)], "from_on": start.isoformat(),
                            "to_on": (start + timedelta(days=9)).isoformat(), "days": "11", "daily_yuan": "150"}  # fmt: skip
    assert "只有 10 天" in town.post(address, sent).content.decode()
    old = Person.objects.filter(pk=members["wife"].pk)
    born = old.get().born_on
    old.update(born_on=date(1950, 1, 1))
    assert "不在用工名单的年龄（16 至 65 岁）之内" in town.post(address, sent | {"days": "9.5"}).content.decode()
    old.update(born_on=born)
    assert town.post(address, sent | {"days": "9.5"}).status_code == 302
    assert town.post(address, sent | {"days": "9.5"}).status_code == 302
    sums = labour_of(way.project, way.project.labour.all())
    assert (sums["people"], sums["priority"], sums["days"], sums["wages"]) == (2, 2, Decimal(19), Decimal("2850.00"))
    assert LabourUse.objects.filter(paid_on=None).count() == 2 and sums["unpaid"] == sums["wages"]
    page = town.get(f"/l/projects/{way.project.pk}/").content.decode()
    assert "2,850" in page and "其中重点户 2 人" in page
    _comes_in_by_workbook(way, home.household_no, members["son"].name, start, cast["镇办"])


def _comes_in_by_workbook(way: Any, home: str, son: str, start: date, user: Any) -> None:
    """Two good rows beside four that say what is wrong; then the good ones alone."""
    head, number = "项目编号,户编号,姓名,开始日期,结束日期,工日,日工资,发放日期,发放单位\n", way.project.project_no
    end = start + timedelta(days=4)
    good = [
        f"{number},{home},{son},{start},{end},5,160,,东华建筑",
        f"{number},,张三,{start},{end},4.5,160,{end},东华建筑",
    ]
    bad = [f"{number},{home},没有这个人,{start},{end},5,160,,", f"{number},,李四,{start},{end},6,160,,",
           f"{number},,王五,{start},{end},5,160,{start - timedelta(days=1)},", f"{number},,赵六,{end},{start},1,160,,"]  # fmt: skip
    run = bring_in(user, "labour-uses", head + "\n".join([*good, *bad]))
    told = " ".join(str(row.faults) for row in StagedRow.objects.filter(run=run, faults__isnull=False).order_by("pk"))
    for words in ("这一户里没有叫这个姓名的家庭成员", "只有 5 天，请核对工日", "发放日期早于开始日期"):
        assert words in told, told
    assert (runs.totals(run)["wrong"], runs.totals(run)["add"]) == (4, 2)
    runs.confirm(bring_in(user, "labour-uses", head + "\n".join(good)), Actor.of(user, TODAY()))
    sums = labour_of(way.project, way.project.labour.all())
    assert (sums["people"], sums["priority"], sums["wages"], sums["unpaid"]) == (4, 3, 2850 + 800 + 720, 2850 + 800)
    again = bring_in(user, "labour-uses", head + "\n".join(good))
    assert runs.totals(again)["same"] == 2


def test_an_award_is_never_more_than_the_rule_or_the_cap_by_form_by_workbook_and_at_once(
    client_of: Any, cast: Any
) -> None:
    home, _ = family()
    given = {"rule": "每亩奖 500 元", "unit": "亩", "rate_yuan": 500, "cap_yuan": 1200, "from_on": date(2025, 1, 1)}
    scheme = AwardScheme.objects.create(division_id=441881137000, title="种养奖补", to_on=date(2025, 11, 30), **given)
    AwardScheme.objects.create(division_id=441881137202, title="邻村奖补", **given)
    town = client_of("镇办")
    sent = {"household": str(home.pk), "scheme": str(scheme.pk), "checked_on": "2025-05-01", "quantity": "2"}
    away = sent | {"scheme": str(AwardScheme.objects.get(title="邻村奖补").pk), "amount_yuan": "1"}
    for wrong, words in (
        (sent | {"amount_yuan": "1000.01"}, "按办法最多 1000"),
        (away, "不在“邻村奖补”适用的地方"),
        (sent | {"checked_on": "2025-12-01", "amount_yuan": "1"}, "从 2025-01-01 到 2025-11-30有效"),
    ):
        assert words in town.post("/l/award-payments/new/", wrong).content.decode()
    assert town.post("/l/award-payments/new/", sent | {"amount_yuan": "1000"}).status_code == 302
    again = sent | {"amount_yuan": "500", "checked_on": "2025-05-02"}
    assert "2025 年这项奖补合计 1500.00 元，超过每户每年上限" in town.post("/l/award-payments/new/", again).content.decode()
    head = "农户,奖补办法,验收日期,数量,奖补金额\n"
    rows = ["种养奖补,2025-05-01,2,1000", "种养奖补,2025-05-03,2,150", "种养奖补,2025-05-04,2,100", "邻村奖补,2025-05-04,2,100",
            "种养奖补,2025-12-04,2,100"]  # fmt: skip
    run = bring_in(cast["镇办"], "award-payments", head + "\n".join(f"{home.household_no},{row}" for row in rows))
    told = " ".join(str(row.faults) for row in StagedRow.objects.filter(run=run, faults__isnull=False))
    assert told.count("合计 1250.00 元，超过每户每年上限 1200.00") >= 2 and "适用的地方" in told and "不在其中" in told
    assert (runs.totals(run)["wrong"], runs.totals(run)["add"]) == (4, 0)
    ledger = registry.get("award-payments")  # a second one who was asked before the first had saved
    values = {"household": home, "scheme": scheme, "checked_on": date(2025, 6, 1), "quantity": 1, "amount_yuan": Decimal(300)}
    with pytest.raises(ledger_acts.Refused, match="合计 1300.00 元"):
        ledger_acts.create(ledger, values, by=Actor.of(cast["镇办"], TODAY()))
    assert AwardPayment.objects.count() == 1


def test_anybody_reports_a_fault_by_the_code_of_the_board_and_a_flood_is_stopped(
    client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Facility.objects.create(
        village_id=441881137201, name="文化室", kind="public_space", caretaker_phone="13800001234"
    )
    made.refresh_from_db()
    anybody = Client()
    assert anybody.post("/facilities/", {"code": made.board_code.upper()}).headers["Location"] == made.public_url
    assert anybody.get("/facilities/00000000-0000/").status_code == 404
    page = anybody.get(made.public_url).content.decode()
    assert "文化室" in page and "13800001234" not in page
    sent = {"content": "灯不亮", "phone": "13912345678", "website": ""}
    assert anybody.post(made.public_url, sent).status_code == 302
    fault = FacilityFault.objects.get()
    assert (
        fault.source == "public" and fault.due_on == TODAY() + timedelta(days=15) and fault.village_id == 441881137201
    )
    assert "灯不亮" not in anybody.get(made.public_url).content.decode()
    assert anybody.post(made.public_url, sent | {"website": "spam"}).status_code == 302
    monkeypatch.setitem(fault_pages.MOST, "facility", 1)
    assert anybody.post(made.public_url, sent).status_code == 429
    assert FacilityFault.objects.count() == 1
    page = client_of("村干").get(f"/l/facilities/{made.pk}/").content.decode()
    assert "管护人、公示牌" in page and "灯不亮" in page and made.board_code in page
    assert "灯不亮" not in client_of("外县").get("/l/facility-faults/").content.decode()


def test_the_demo_stands_at_every_step_and_its_pages_open(client_of: Any) -> None:
    family()
    assert load(TODAY()) == Project.objects.count() >= 45
    states = set(Project.objects.values_list("state", flat=True))
    assert states >= {State.DRAFT, State.VILLAGE_NOTICE, State.IN_POOL, State.STARTED, State.ACCEPTED, State.ARCHIVED}
    flows = dict(Flow.objects.filter(slug="projects").values_list("subject_id", "state"))
    assert flows == dict(Project.objects.values_list("pk", "state"))
    county = client_of("县局")
    plan = Plan.objects.get(kind="town_plan", town=441881137000)
    assert "已开工" in county.get(f"/l/town-plans/{plan.pk}/").content.decode()
    for project in (
        Project.objects.filter(division__gte=441881000000, division__lt=441882000000)
        .distinct("state")
        .order_by("state")
    ):
        page = county.get(f"/l/projects/{project.pk}/")
        assert page.status_code == 200 and project.project_no in page.content.decode()
    assert county.get("/projects/year/").status_code == 200
