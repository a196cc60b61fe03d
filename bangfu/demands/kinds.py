"""The row kinds with what is known of each: which rows there are, and the sources of their values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from django.db.models import Q

from bangfu.demands.asking import Ask, Subject
from bangfu.demands.counts import OfPlaces, OfRows
from bangfu.demands.demand import ASKERS
from bangfu.demands.rowkinds import OF_VILLAGES, ROW_KINDS
from bangfu.demands.sources import Fact, Fields, Places, Source
from bangfu.divisions.models import Division
from bangfu.kernel.codes import Level
from bangfu.kernel.text import clean
from bangfu.ledger import registry
from bangfu.people.person import PRESENT
from bangfu.units.days import on
from bangfu.units.posts import Post

Rows = Callable[[Ask], list[Subject]]


@dataclass(frozen=True)
class RowKind:
    code: str
    rows: Rows
    sources: tuple[Source, ...]

    @property
    def of_villages(self) -> bool:
        """Rows stand in villages, so villages are asked."""
        return self.code in OF_VILLAGES

    def source(self, key: str) -> Source | None:
        return next((source for source in self.sources if source.key == key), None)


def _divisions(level: Level) -> Rows:
    def rows(ask: Ask) -> list[Subject]:
        reach = ask.actor.scope(ask.act, ASKERS).intersect(ask.places)
        found = Division.objects.filter(reach.q("code"), level=level, valid_to=None).order_by("code")
        return [Subject(code, code, None, name) for code, name in found.values_list("code", "full_name")]

    return rows


def _records(slug: str, where: Callable[[Ask], Q], name: str, unit: str = "") -> Rows:
    """Rows of a ledger; `unit`: the column with the unit that answers for the row."""

    def rows(ask: Ask) -> list[Subject]:
        ledger = registry.get(slug)
        if ledger is None:
            raise LookupError(f"demands: no ledger {slug!r}")
        found = ledger.visible_to(ask.actor, ask.act).filter(ask.places.q(ledger.scope), where(ask), withdrawn_at=None)
        if unit and ask.units:
            found = found.filter(**{f"{unit}__in": ask.units})
        columns = ["pk", ledger.scope, *([unit] if unit else []), name]
        lines = found.order_by(ledger.scope, "pk").values_list(*columns)
        return [Subject(line[0], line[1], line[2] if unit else None, str(line[-1])) for line in lines]

    return rows


def _units(ask: Ask) -> list[Subject]:
    """The units in the groups of the towns, each once, at the first town it helps there."""
    ledger = registry.get("group-members")
    if ledger is None:
        raise LookupError("demands: no ledger of group members")
    members = ledger.visible_to(ask.actor, ask.act).filter(
        ask.places.q("town"), on(ask.on), on(ask.on, "group__"), withdrawn_at=None
    )
    if ask.units:
        members = members.filter(unit__in=ask.units)
    first: dict[int, Subject] = {}
    for unit, town, name in members.order_by("town", "pk").values_list("unit", "town", "unit__name"):
        first.setdefault(unit, Subject(unit, town, unit, name))
    return list(first.values())


def _everybody(ask: Ask) -> Q:
    return Q()


def _monitored(ask: Ask) -> Q:
    return ~Q(monitored_kind="")


def _present(ask: Ask) -> Q:
    return PRESENT


def _in_term(ask: Ask) -> Q:
    return Q(on(ask.on))


def _captain(ask: Ask) -> Q:
    return Q(on(ask.on), post=Post.CAPTAIN)


def _this_year(ask: Ask) -> Q:
    return Q(year=ask.last.year)


_HEAD_ALIASES = {
    "identity_no": ("身份证号码", "身份证号", "公民身份号码", "证件号"),
    "phone": ("联系电话", "电话", "手机"),
}
_HOUSEHOLD: tuple[Source, ...] = (
    Places(),
    Fields("own", "households", aliases={
        "head_name": ("户主", "姓名", "户主名称", "农户姓名"), "member_count": ("人口数", "家庭人口", "人口", "家庭成员数"),
        "phone": ("电话", "手机号码", "户主联系电话"), "household_no": ("户编码", "农户编号"),
        "monitored_kind": ("监测类别", "监测对象类型"), "identified_month": ("识别时间", "纳入监测时间"),
        "removed_month": ("消除时间", "风险消除时间"),
    }),
    Fields("head", "persons", link="head_of", prefix="户主", aliases=_HEAD_ALIASES),
    Fields("income", "household-incomes", link="household", where=_this_year, aliases={
        "per_capita_net": ("人均收入", "家庭人均纯收入"), "net_income": ("家庭纯收入", "年纯收入"),
        "wage_income": ("务工收入",),
    }),
    Fields("toilet", "household-toilets", link="household", prefix="户厕"),
    OfRows({"activities": "household", "assistance-measures": "household", "clues": "household", "persons": "household"}),
)  # fmt: skip
_TEAM_OF = Fields("team", "work-teams", link="cadres", prefix="工作队")

KINDS: dict[str, RowKind] = {
    kind.code: kind
    for kind in (
        RowKind("village", _divisions(Level.VILLAGE), (Places(), OfPlaces(Level.VILLAGE))),
        RowKind("town", _divisions(Level.TOWN), (Places(), OfPlaces(Level.TOWN))),
        RowKind("household", _records("households", _everybody, "head_name"), _HOUSEHOLD),
        RowKind("monitored", _records("households", _monitored, "head_name"), _HOUSEHOLD),
        RowKind(
            "person",
            _records("persons", _present, "name"),
            (
                Places(),
                Fields("own", "persons", aliases={"identity_no": ("证件号",), "phone": ("电话", "手机号码")}),
                Fields("household", "households", link="members"),
            ),
        ),
        RowKind(
            "team",
            _records("work-teams", _in_term, "name"),
            (
                Places(),
                Fields("own", "work-teams", aliases={"name": ("工作队名称", "驻镇工作队", "工作队", "驻镇工作队名称")}),
                Fields("captain", "cadres", link="team", prefix="队长", where=_captain),
                OfRows({"cadres": "team"}),
            ),
        ),
        RowKind(
            "cadre",
            _records("cadres", _in_term, "name", unit="sending_unit"),
            (Places(), Fields("own", "cadres"), _TEAM_OF, Fields("unit", "units", link="cadres", prefix="派出单位")),
        ),
        RowKind(
            "unit",
            _units,
            (Places(), Fields("own", "units"), OfRows({"cadres": "sending_unit", "activities": "units__unit"})),
        ),
    )
}
assert tuple(KINDS) == tuple(code for code, _, _ in ROW_KINDS), "a row kind without its sources"


@cache
def facts(kind: str) -> dict[str, Fact]:
    """Code → fact, labels different: of two alike the second says where it is kept."""
    found: dict[str, Fact] = {}
    labels: set[str] = set()
    for source in KINDS[kind].sources:
        for fact in source.facts():
            label = fact.label if fact.label not in labels else f"{fact.label}（{fact.where}）"
            labels.add(label)
            found[fact.code] = Fact(fact.code, label, fact.where, fact.aliases, fact.is_masked)
    return found


@cache
def by_label(kind: str) -> dict[str, Fact]:
    """By the label as it comes back from a form."""
    return {clean(fact.label): fact for fact in facts(kind).values()}


def masked(kind: str, codes: Sequence[str]) -> list[str]:
    """Labels of the facts among these that are shown masked."""
    return [fact.label for code in codes if (fact := facts(kind).get(code)) and fact.is_masked]
