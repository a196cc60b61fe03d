"""Figures of a place or unit, counted from the rows of ledgers: those that ledgers declare for themselves, and a few more
that askers want. Nobody types a total."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Aggregate, BigIntegerField, Count, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import Cast

from bangfu.demands.asking import Ask, Subject
from bangfu.demands.sources import Fact, Values
from bangfu.kernel.codes import SPANS, Level
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import shown
from bangfu.people import codes as people
from bangfu.people.person import PRESENT


def _any(ask: Ask) -> Q:
    return Q()


def _in_period(ask: Ask) -> Q:
    return Q(held_on__gte=ask.first, held_on__lte=ask.last)


def _now(ask: Ask) -> Q:
    return Q(from_on__lte=ask.on) & (Q(to_on=None) | Q(to_on__gte=ask.on))


def _of_year(ask: Ask) -> Q:
    return Q(given_on__gte=ask.first, given_on__lte=ask.last)


@dataclass(frozen=True)
class Figure:
    """Rows of a ledger that meet a condition, or the sum of a column over them."""

    name: str
    slug: str
    label: str
    aliases: tuple[str, ...] = ()
    where: Q = Q()
    total: str = ""
    when: Callable[[Ask], Q] = _any

    def aggregate(self, ask: Ask) -> Aggregate:
        condition = (self.where & self.when(ask)) or None
        return Sum(self.total, filter=condition) if self.total else Count("pk", filter=condition)


#: registers in which a place without any row is not counted yet: nothing, and not nought
REGISTERS = frozenset({"households", "persons", "household-incomes", "household-toilets"})
_MONITORED = ~Q(monitored_kind="")
FIGURES: tuple[Figure, ...] = (
    Figure("households", "households", "总户数", ("户数", "农户数", "农户总数", "常住户数", "家庭户数", "户籍户数")),
    Figure("population", "households", "总人口", ("人口数", "人口总数", "户籍人口", "户籍人口数", "农业人口", "总人数", "人数"),
           total="member_count"),
    Figure("lifted", "households", "脱贫户数", ("脱贫户", "脱贫户总数", "脱贫人口户数"), where=Q(kind=people.LIFTED)),
    Figure("lifted_people", "households", "脱贫人口数", ("脱贫人口", "脱贫人数"), where=Q(kind=people.LIFTED), total="member_count"),
    Figure("monitored", "households", "监测对象户数", ("监测户数", "监测户", "防返贫监测户数", "监测对象"), where=_MONITORED),
    Figure("monitored_people", "households", "监测对象人数", ("监测人口", "监测人数", "监测对象人口数"), where=_MONITORED,
           total="member_count"),
    Figure("open_monitored", "households", "风险未消除户数", ("未消除风险户数", "风险未消除监测户数", "未消除风险监测户数"),
           where=_MONITORED & ~Q(is_risk_removed=True)),
    Figure("removed_monitored", "households", "风险已消除户数", ("消除风险户数", "已消除风险户数"),
           where=_MONITORED & Q(is_risk_removed=True)),
    Figure("unsafe_houses", "households", "危房户数", ("危房户", "住房不安全户数"), where=Q(is_house_unsafe=True)),
    Figure("without_water", "households", "饮水不安全户数", ("未解决饮水安全户数", "饮水安全未解决户数"),
           where=Q(has_safe_water=False)),
    Figure("sanitary", "households", "有卫生厕所户数", ("卫生厕所户数",), where=Q(has_sanitary_toilet=True)),
    Figure("allowance", "persons", "低保人数", ("享受低保人数", "低保人口", "低保对象人数"),
           where=PRESENT & Q(has_subsistence_allowance=True)),
    Figure("extreme", "persons", "特困供养人数", ("特困人数", "特困人员", "特困供养人员数", "五保人数"),
           where=PRESENT & Q(has_extreme_poverty_support=True)),
    Figure("disabled", "persons", "残疾人数", ("残疾人口", "残疾人", "持证残疾人数"),
           where=PRESENT & Q(disability_category__isnull=False)),
    Figure("workers", "persons", "外出务工人数", ("务工人数", "外出务工", "外出务工人口", "务工就业人数"),
           where=PRESENT & Q(work_months__gt=0)),
    Figure("posts", "persons", "公益岗位人数", ("公益性岗位人数", "公岗人数"), where=PRESENT & ~Q(public_post_kind="")),
    Figure("pupils", "persons", "在校生人数", ("在校学生数", "在校生数", "学生人数"), where=PRESENT & ~Q(school_status="")),
    Figure("women", "persons", "女性人数", ("妇女人数", "女性人口"), where=PRESENT & Q(sex=2)),
    Figure("toilets", "household-toilets", "户厕数", ("户用厕所数", "改厕户数", "农村户厕数", "厕所数", "登记户厕数")),
    Figure("bad_toilets", "household-toilets", "待整改户厕数", ("问题厕所数", "需整改厕所数", "问题户厕数", "待整改厕所数")),
    Figure("activities", "activities", "本期活动次数", ("开展活动次数", "活动次数", "活动场次", "本年活动次数"), when=_in_period),
    Figure("visits", "activities", "本期入户走访次数", ("走访次数", "入户次数", "入户走访次数", "走访户次"),
           where=Q(kind="household_visit"), when=_in_period),
    Figure("studies", "activities", "本期调研次数", ("调研次数", "到镇调研次数"), where=Q(kind="field_study"), when=_in_period),
    Figure("measures", "assistance-measures", "帮扶措施数", ("帮扶措施条数", "措施数", "落实帮扶措施数")),
    Figure("clues", "clues", "线索数", ("风险线索数", "监测线索数")),
    Figure("cases", "cases", "监测识别件数", ("识别件数", "纳入监测件数")),
    Figure("teams", "work-teams", "驻镇工作队数", ("工作队数",), when=_now),
    Figure("cadres", "cadres", "驻镇干部人数", ("驻镇干部数", "队员人数", "工作队人数", "帮扶干部人数"), when=_now),
    Figure("unit_pairings", "village-pairings", "结对单位数", ("帮扶单位数", "结对帮扶单位数"), when=_now),
    Figure("donations", "donations", "本期捐赠金额（元）", ("捐赠金额", "社会捐赠金额", "捐款金额"), total="amount_yuan", when=_of_year),
)  # fmt: skip


@cache
def figures(slugs: tuple[str, ...] = ()) -> dict[str, Figure]:
    """By name: those above, and every count and sum that a ledger shows of itself."""
    found = {figure.name: figure for figure in FIGURES if registry.get(figure.slug)}
    toilets = registry.get("household-toilets")
    if toilets:
        mended = next((stat.where for stat in toilets.stats if stat.title == "问题厕所"), None)
        found["bad_toilets"] = Figure(**vars(found["bad_toilets"]) | {"where": mended or Q()})
    for ledger in registry.all_ledgers():
        found |= {figure.name: figure for figure in _declared(ledger)}
    return {name: figure for name, figure in found.items() if not slugs or figure.slug in slugs}


def _declared(ledger: Ledger) -> list[Figure]:
    """Rates are left out: an asker's sheet works them out of the numbers."""
    made = [Figure(f"{ledger.slug}_rows", ledger.slug, f"{ledger.title}条数")]
    for number, stat in enumerate(ledger.stats):
        name = f"{ledger.slug}_{number}"
        if stat.by:
            made += [
                Figure(f"{name}_{value}", ledger.slug, f"{ledger.title}：{label}", where=Q(**{stat.by: value}))
                for value, label in shown(ledger, stat.by).choices.items()
            ]
        elif stat.over is None:
            unit = f"（{stat.unit}）" if stat.unit else ""
            made.append(
                Figure(
                    name, ledger.slug, f"{ledger.title}：{stat.title}{unit}", where=stat.where or Q(), total=stat.total
                )
            )
    return made


@dataclass(frozen=True)
class OfPlaces:
    """Figures of villages or towns."""

    level: Level
    key: str = "count"

    def facts(self) -> list[Fact]:
        return [
            Fact(f"{self.key}.{name}", figure.label, _ledger(figure.slug).title, figure.aliases)
            for name, figure in figures().items()
            if self.level < Level.VILLAGE or _ledger(figure.slug).scope in ("village", "division", "place")
        ]

    def read(self, rows: Sequence[Subject], names: Sequence[str], ask: Ask) -> Values:
        """One query a ledger. Rows of places below count for the place above."""
        chosen = [figures()[name] for name in names]
        width = SPANS[self.level]
        low, high = min(row.division for row in rows), max(row.division for row in rows) + width - 1
        told: dict[int, list[Any]] = {row.pk: [None] * len(names) for row in rows}
        for slug in dict.fromkeys(figure.slug for figure in chosen):
            ledger, mine = _ledger(slug), [at for at, figure in enumerate(chosen) if figure.slug == slug]
            place = f"{ledger.scope}_id"
            found = ledger.visible_to(ask.actor, ask.act).filter(
                **{f"{place}__gte": low, f"{place}__lte": high}, withdrawn_at=None
            )
            if not ledger.may(ask.actor, ask.act):
                continue
            aggregates = {f"figure{at}": chosen[at].aggregate(ask) for at in mine}
            counted = _by_place(found, place, width).annotate(**aggregates)
            if slug not in REGISTERS:
                for cells in told.values():
                    _put(cells, mine, [0] * len(mine))
            for line in counted:
                if line["at"] in told:
                    _put(told[line["at"]], mine, [_number(line[f"figure{at}"]) for at in mine])
        return told


def _by_place(found: Any, place: str, width: int) -> Any:
    if width == 1:
        return found.order_by().values(at=F(place))
    whole = ExpressionWrapper(Cast(F(place) / width, BigIntegerField()) * width, output_field=BigIntegerField())
    return found.order_by().values(at=whole)


@dataclass(frozen=True)
class OfRows:
    """How many rows of other ledgers belong to the row: slug → the way from there to it."""

    links: Mapping[str, str]
    key: str = "count"

    def facts(self) -> list[Fact]:
        return [
            Fact(f"{self.key}.{name}", figure.label, _ledger(figure.slug).title, figure.aliases)
            for name, figure in figures(tuple(self.links)).items()
        ]

    def read(self, rows: Sequence[Subject], names: Sequence[str], ask: Ask) -> Values:
        chosen = [figures()[name] for name in names]
        told: dict[int, list[Any]] = {row.pk: [None] * len(names) for row in rows}
        for slug in dict.fromkeys(figure.slug for figure in chosen):
            ledger, mine = _ledger(slug), [at for at, figure in enumerate(chosen) if figure.slug == slug]
            if not ledger.may(ask.actor, ask.act):
                continue
            link = self.links[slug]
            found = ledger.visible_to(ask.actor, ask.act).filter(**{f"{link}__in": list(told)}, withdrawn_at=None)
            aggregates = {f"figure{at}": chosen[at].aggregate(ask) for at in mine}
            for cells in told.values():
                _put(cells, mine, [0] * len(mine))
            for line in found.order_by().values(at=F(link)).annotate(**aggregates):
                _put(told[line["at"]], mine, [_number(line[f"figure{at}"]) for at in mine])
        return told


def _put(cells: list[Any], places: Sequence[int], values: Sequence[Any]) -> None:
    for place, value in zip(places, values, strict=True):
        cells[place] = value


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value or 0


def _ledger(slug: str) -> Ledger:
    found = registry.get(slug)
    if found is None:
        raise LookupError(f"demands: no ledger {slug!r}")
    return found
