"""Writes the demo's demands by the acts that officers use: a county table of villages, open, and one of teams, delivered."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import COUNTY, TOWN_NAME
from bangfu.accounts.models import User
from bangfu.accounts.roles import Role
from bangfu.demands import acts, answering, papers
from bangfu.demands.demand import Demand
from bangfu.divisions.models import Division
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.kernel.periods import Cycle

_VILLAGES = (
    "序号", "镇（街道）", "行政村", "总户数（户）", "总人口（人）", "脱贫户数（户）", "监测对象户数（户）", "监测对象人数（人）",
    "低保人数（人）", "外出务工人数（人）", "户厕数（座）", "本期入户走访次数", "抗旱水泵（台）", "是否通快递", "文化广场管护人",
)  # fmt: skip
_TEAMS = ("序号", "镇（街道）", "驻镇工作队", "队长姓名", "驻镇干部人数", "宿舍间数（间）")


@transaction.atomic
def load(on: date) -> None:
    """Needs the cast, its town and its people."""
    officer, clerk = (_actor(name, on) for name in ("xianju", "cungan"))
    low, high = codes.bounds(COUNTY)
    town = Division.objects.get(code__gte=low, code__lte=high, level=Level.TOWN, name=TOWN_NAME)
    _open(officer, clerk, town, on)
    _delivered(officer, town, on)


def _actor(username: str, on: date) -> Actor:
    return Actor.of(User.objects.get(username=username), on)


def _register(officer: Actor, heads: tuple[str, ...], place: Division, on: date, **values: object) -> Demand:
    period = Cycle.YEAR.of(on)
    told = {"asker_level": "city", "period_first": period.first, "period_last": period.last} | values
    content = papers.typed(str(values["title"]), heads)
    name = f"{values['title']}.xlsx"
    county = next(g.division for g in officer.grants if g.division and g.role == Role.COUNTY)
    found = papers.looked_through(content, name)
    demand = acts.register(told, [place], [], content, name, found, office=county, by=officer)
    acts.map_heads(demand, list(demand.heads.all()), by=officer)
    acts.open_demand(demand, by=officer, at=timezone.now())
    return demand


def _open(officer: Actor, clerk: Actor, town: Division, on: date) -> None:
    """The clerk has answered one cell of three; the other villages of the town none."""
    demand = _register(
        officer, _VILLAGES, town, on, title="村级防旱和公共服务情况表", asker="清远市水利局（演示）", row_kind="village",
        basis="关于摸清村级防旱能力的通知（演示）", document_no="清水〔2026〕7号", due_on=on + timedelta(days=4),
    )  # fmt: skip
    first = answering.mine(clerk).filter(demand=demand).order_by("pk").first()
    if first:
        answering.answer([first], {first.pk: "2"}, {}, by=clerk, at=timezone.now())


def _delivered(officer: Actor, town: Division, on: date) -> None:
    """Teams of the county; what is asked of the town is answered, and the table handed over."""
    demand = _register(
        officer, _TEAMS, town, on, title="驻镇工作队基本情况表", asker="中共清远市委组织部（演示）", row_kind="team",
        basis="关于报送驻镇工作队情况的函（演示）", document_no="清组函〔2026〕31号", due_on=on + timedelta(days=9),
    )  # fmt: skip
    helper = _actor("zhenban", on)
    questions = list(answering.mine(helper).filter(demand=demand))
    answering.answer(questions, {question.pk: "6" for question in questions}, {}, by=helper, at=timezone.now())
    demand.refresh_from_db()
    acts.deliver(demand, by=officer, at=timezone.now())
