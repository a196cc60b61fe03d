"""通报队员情况 (5.3): what the captain tells each sending unit of its cadres, drawn from records; only remarks are typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Act, Role
from bangfu.accounts.together import lists
from bangfu.activities import acts, naming
from bangfu.activities.activity import VISIT, Activity, ActivityCadre, ActivityUnit
from bangfu.divisions.scope import Scope
from bangfu.exchange.documents import WORD_BRIEFLY, Part, word
from bangfu.ledger import attachments, registry
from bangfu.ledger.declaration import Ledger
from bangfu.units.absence import Absence
from bangfu.units.cadre import Cadre
from bangfu.units.days import during
from bangfu.units.team import Team
from bangfu.workflow.models import Deed, StepRecord

KIND = "member_report"
MOST = 300
RESULT = 500
WRITERS = (Role.CAPTAIN,)


@dataclass(frozen=True)
class Row:
    on: date
    text: str
    url: str


@dataclass(frozen=True)
class OfCadre:
    """`tallies`: kind of work → the rows behind its number."""

    cadre: Cadre
    tallies: tuple[tuple[str, tuple[Row, ...]], ...]

    @property
    def told(self) -> str:
        counted = [
            f"{label} {len(rows)} {unit}" for (label, rows), unit in zip(self.tallies, _UNITS, strict=True) if rows
        ]
        return "、".join(counted) or "本期没有登记的记录"


_LABELS = ("活动", "走访", "流程办理", "后续事项办结", "请假外出")
_UNITS = ("次", "户次", "步", "件", "次")


def may_send(team: Team, actor: Actor) -> bool:
    return acts.ledger().may(actor, Act.EDIT) and team.town_id in actor.scope(Act.EDIT, WRITERS)


def units_of(team: Team, first: date, last: date, actor: Actor) -> list[Unit]:
    """Units that had cadres in the team in the period: for a liaison the own, for who reads the place all of them."""
    cadres = Cadre.objects.filter(during(first, last), team=team, withdrawn_at=None)
    found = Unit.objects.filter(pk__in=cadres.values("sending_unit")).order_by("name")
    return list(found if team.town_id in actor.scope(Act.READ) else found.filter(pk__in=actor.units(Act.READ)))


def drawn(team: Team, unit: Unit, first: date, last: date, actor: Actor) -> list[OfCadre]:
    """For each cadre of the unit what the reader may see. Three queries, however many cadres."""
    cadres = list(
        Cadre.objects.filter(during(first, last), team=team, sending_unit=unit, withdrawn_at=None)
        .select_related("user").order_by("post", "name")
    )  # fmt: skip
    found: defaultdict[tuple[int, str], list[Row]] = defaultdict(list)
    read = lists([rows(cadres, first, last, actor) for rows, _ in _SOURCES])
    for (_, told), rows in zip(_SOURCES, read, strict=True):
        for cadre, label, row in told(cadres, rows, actor):
            if row not in found[cadre.pk, label]:
                found[cadre.pk, label].append(row)
    return [OfCadre(each, tuple((label, tuple(found[each.pk, label])) for label in _LABELS)) for each in cadres]


def of_unit(team: Team, unit: Unit, first: date, last: date, actor: Actor) -> list[Row]:
    """What the unit itself did in the town: field studies, meetings, comfort visits."""
    ledger, there = acts.ledger(), Exists(ActivityUnit.objects.filter(activity=OuterRef("pk"), unit=unit))
    rows = ledger.visible_to(actor).filter(
        there, Scope.of([team.town_id]).q("division"), held_on__range=(first, last), withdrawn_at=None
    )
    return [
        Row(row.held_on, f"{row.get_kind_display()} {row.title or row.result}"[:120], ledger.record_url(row.pk))
        for row in rows.exclude(kind=KIND).order_by("held_on", "pk")[:MOST]
    ]


Found = Iterator[tuple[Cadre, str, Row]]


def _by_user(cadres: Sequence[Cadre]) -> dict[int, Cadre]:
    return {cadre.user_id: cadre for cadre in cadres if cadre.user_id}


def _served(cadre: Cadre, on: date) -> bool:
    return cadre.from_on <= on and (cadre.to_on is None or on <= cadre.to_on)


def _activities(cadres: Sequence[Cadre], first: date, last: date, actor: Actor) -> QuerySet[Any]:
    there = Exists(ActivityCadre.objects.filter(cadre__in=cadres, activity=OuterRef("pk")))
    mine = Q(user__in=_by_user(cadres)) | there
    rows = acts.ledger().visible_to(actor).filter(mine, held_on__range=(first, last), withdrawn_at=None)
    return rows.exclude(kind=KIND).select_related("household", "division").order_by("held_on", "pk")[:MOST]


def _told_activities(cadres: Sequence[Cadre], shown: list[Any], actor: Actor) -> Found:
    users, keys, ledger = _by_user(cadres), {cadre.pk: cadre for cadre in cadres}, acts.ledger()
    parts = ActivityCadre.objects.filter(cadre__in=keys, activity__in=[row.pk for row in shown])
    took_part: defaultdict[int, set[int]] = defaultdict(set)
    for activity, who in parts.values_list("activity", "cadre"):
        took_part[activity].add(who)
    for row in shown:
        own = users.get(row.user_id or 0)
        whose = took_part[row.pk] | ({own.pk} if own else set())
        what = " ".join(filter(None, (str(row.household or ""), row.title, row.result or row.found)))[:120]
        told = Row(row.held_on, f"{row.get_kind_display()}（{row.division}）{what}", ledger.record_url(row.pk))
        for cadre in (keys[pk] for pk in sorted(whose) if _served(keys[pk], row.held_on)):
            yield cadre, _LABELS[1 if row.kind == VISIT else 0], told


def _steps(cadres: Sequence[Cadre], first: date, last: date, actor: Actor) -> QuerySet[Any]:
    """Cases, projects and all that goes its way by steps."""
    mine = {"by__in": _by_user(cadres), "on__range": (first, last), "deed": Deed.STEP, "undone_by": None}
    return StepRecord.objects.filter(**mine).select_related("flow").order_by("on", "pk")[:MOST]


def _told_steps(cadres: Sequence[Cadre], rows: list[Any], actor: Actor) -> Found:
    users = _by_user(cadres)
    for row in rows:
        cadre = users[row.by_id or 0]
        if row.flow.is_visible_to(actor) and _served(cadre, row.on):
            yield cadre, _LABELS[2], Row(row.on, f"{row.flow.workflow.title}：{row.label}", row.flow.get_absolute_url())


def _follow_ups(cadres: Sequence[Cadre], first: date, last: date, actor: Actor) -> QuerySet[Any]:
    mine = {"who_user__in": _by_user(cadres), "done_on__range": (first, last), "withdrawn_at": None}
    return acts.follow_up_ledger().visible_to(actor).filter(**mine).order_by("done_on", "pk")[:MOST]


def _told_follow_ups(cadres: Sequence[Cadre], rows: list[Any], actor: Actor) -> Found:
    users, ledger = _by_user(cadres), acts.follow_up_ledger()
    for row in rows:
        yield users[row.who_user_id], _LABELS[3], Row(row.done_on, row.what, ledger.record_url(row.pk))


def _absences(cadres: Sequence[Cadre], first: date, last: date, actor: Actor) -> QuerySet[Any]:
    mine = {"cadre__in": cadres, "from_on__lte": last, "to_on__gte": first, "withdrawn_at": None}
    return _absence_ledger().visible_to(actor).filter(**mine).order_by("from_on", "pk")[:MOST]


def _told_absences(cadres: Sequence[Cadre], rows: list[Any], actor: Actor) -> Found:
    keys, ledger = {cadre.pk: cadre for cadre in cadres}, _absence_ledger()
    for row in rows:
        told = f"{row.get_kind_display()}至 {row.to_on}：{row.reason}"
        yield keys[row.cadre_id], _LABELS[4], Row(row.from_on, told, ledger.record_url(row.pk))


def _absence_ledger() -> Ledger:
    ledger = registry.of(Absence)
    assert ledger
    return ledger


#: what is read for the cadres, all in one query, and what is told of it
_SOURCES = (
    (_activities, _told_activities),
    (_steps, _told_steps),
    (_follow_ups, _told_follow_ups),
    (_absences, _told_absences),
)


def title_of(team: Team, first: date, last: date) -> str:
    return f"{team.name}队员情况通报（{first} 至 {last}）"[:120]


def document(
    team: Team,
    unit: Unit,
    first: date,
    last: date,
    drawn_up: Sequence[OfCadre],
    own: Sequence[Row],
    remarks: Mapping[int, str],
    captain: str,
) -> bytes:
    """As it is printed and signed."""
    parts = [_part(each, remarks.get(each.cadre.pk, "")) for each in drawn_up]
    opening = [
        f"{unit}：",
        f"现将贵单位派驻{team.town}干部 {first} 至 {last} 的工作情况通报如下，内容由系统按登记的记录汇总。",
    ]
    acted = [["日期", "记录"], *([str(row.on), row.text] for row in own)]
    parts += [Part(f"贵单位在{team.town}的活动", [f"本期 {len(own)} 次。"], acted)] if own else []
    signed = Part("队长签名", [f"{captain}　　　　年　　月　　日"])
    return word(title_of(team, first, last), opening, [*parts, signed])


def _part(each: OfCadre, remark: str) -> Part:
    lines = [f"本期：{each.told}。", *([f"队长的话：{remark}"] if remark else [])]
    rows = [[str(row.on), label, row.text] for label, found in each.tallies for row in found]
    head = f"{each.cadre.name}（{each.cadre.get_post_display()}）"
    return Part(head, lines, [["日期", "类别", "记录"], *rows] if rows else [])


def _summary(report: Sequence[OfCadre], remarks: Mapping[int, str]) -> str:
    told = "；".join(
        "，".join(filter(None, (f"{each.cadre.name}：{each.told}", remarks.get(each.cadre.pk, "")))) for each in report
    )
    return told if len(told) <= RESULT else f"{told[: RESULT - 8]}……详见附件"


def sent_before(team: Team, unit: Unit, first: date, last: date) -> Activity | None:
    there = Exists(ActivityUnit.objects.filter(activity=OuterRef("pk"), unit=unit))
    rows = Activity.objects.filter(there, kind=KIND, title=title_of(team, first, last), withdrawn_at=None)
    return rows.filter(division=team.town_id).first()


def send(
    team: Team,
    unit: Unit,
    first: date,
    last: date,
    remarks: Mapping[int, str],
    *,
    by: Actor,
    on: date,
    client_uuid: UUID | None,
) -> Activity:
    """Recorded as an act that counts for the duty of each cadre, with the printed report beside it; once a period.

    The caller has made sure that `by` may send, and that there are cadres.
    """
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)  # two captains' clicks come one after the other
        if earlier := sent_before(team, unit, first, last):
            return earlier
        report = drawn(team, unit, first, last, by)
        made = acts.record(
            {
                "kind": KIND, "held_on": on, "division_id": team.town_id, "group": team.group, "unit_names": unit.name,
                "cadre_names": "、".join(naming.cadre(each.cadre) for each in report), "people": str(by.user),
                "title": title_of(team, first, last), "result": _summary(report, remarks),
            },
            by=by, client_uuid=client_uuid,
        )  # fmt: skip
        paper = document(team, unit, first, last, report, of_unit(team, unit, first, last, by), remarks, str(by.user))
        attachments.keep(acts.ledger(), made, f"{title_of(team, first, last)}.docx", paper, WORD_BRIEFLY, by.user)
    return made
