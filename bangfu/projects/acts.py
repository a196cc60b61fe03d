"""The named acts on projects beside the steps of their flow (2.1, 2.2, 1.2): declare, merge, adjust, take people on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.activities import naming
from bangfu.divisions.models import Division
from bangfu.ledger import acts as ledger_acts
from bangfu.ledger import registry as ledgers
from bangfu.ledger.acts import recorded
from bangfu.ledger.declaration import Ledger
from bangfu.people.models import Person
from bangfu.policy.code_lists import code_list
from bangfu.projects import adjustment, candidates
from bangfu.projects.models import Adjustment, LabourUse, Project
from bangfu.projects.moves import flow_of
from bangfu.projects.project import SORTS
from bangfu.projects.states import CLOSED, State
from bangfu.workflow import acts, registry

SUMMED = ("planned_yuan", "households", "people", "priority_households")
TOO_LONG = 500


class Refused(ValueError):
    """Nothing was written; the message says why and what to do."""


def ledger() -> Ledger:
    found = ledgers.of(Project)
    assert found
    return found


def declare(values: Mapping[str, Any], *, by: Actor, client_uuid: UUID | None = None) -> Project:
    """A draft in its village or town; what the sort tells is filled in. The same `client_uuid` gives the one made first.

    Errors: Refused, when the place has one of that name in that year.
    """
    code = code_list(SORTS).code(values["sort"])
    facts = {"articles": [code.facts["article"]], "is_operating": bool(code.facts["operating"])}
    made = {**facts, **values}
    same = Project.objects.filter(division=made["division"], name=made["name"], withdrawn_at=None).exclude(
        state__in=CLOSED
    )
    if twin := same.exclude(client_uuid=client_uuid).first() if client_uuid else same.first():
        raise Refused(
            f"{made['division']}已经有“{twin.name}”（{twin.project_no}，{twin.get_state_display()}），请接着办那一个"
        )
    return ledger_acts.create(ledger(), made, by=by, client_uuid=client_uuid)  # type: ignore[return-value]


def merge(parts: Sequence[Project], name: str, *, by: Actor, at: datetime, client_uuid: UUID | None = None) -> Project:
    """One project of the town out of several declarations of its villages, with their sums; each part says where it went.

    Errors: Refused; workflow.acts.Overtaken, when somebody moved a part meanwhile; workflow.acts.Refused.
    """
    if client_uuid and (first := Project.objects.filter(client_uuid=client_uuid).first()):
        return first
    town, sort = _fits(parts)
    values: dict[str, Any] = {field: sum(getattr(part, field) for part in parts) for field in SUMMED}
    values |= {"division": town, "name": name, "sort": sort, "year": parts[0].year, "plan_item": parts[0].plan_item}
    values |= {
        field: _joined(parts, field) for field in ("need", "content", "fund_note", "unit_strength", "why_outside")
    }
    values["other_places"] = naming.place_text(part.division for part in parts)[:300]
    values["has_consent"] = all(part.has_consent for part in parts) or None
    with recorded(by, "merge_projects", name):
        made = declare(values, by=by, client_uuid=client_uuid)
        for part in parts:
            flow = flow_of(part)
            assert flow
            Project.objects.filter(pk=part.pk).update(merged_into=made)
            reason = f"并入{name}"
            acts.take("merge", flow, by=by, at=at, version=flow.version, reason=reason)
        whole = flow_of(made)
        assert whole
        acts.take("review_directly", whole, by=by, at=at, version=whole.version)
    made.refresh_from_db()
    return made


def _fits(parts: Sequence[Project]) -> tuple[Division, str]:
    if len(parts) < 2:
        raise Refused("请至少选两个项目")
    if strange := [part.name for part in parts if part.state != State.TOWN_REVIEW]:
        raise Refused(f"{'、'.join(strange)}不在镇审核这一步，请重新选择")
    sorts, years = {part.sort for part in parts}, {part.year for part in parts}
    towns = {part.division_id // 1000 * 1000 for part in parts}
    if len(sorts) > 1 or len(years) > 1 or len(towns) > 1:
        raise Refused("只能合并同一个镇、同一年度、同一子类型的项目")
    return Division.objects.get(code=towns.pop()), sorts.pop()


def _joined(parts: Sequence[Project], field: str) -> str:
    """What the parts say, each with the name of its village; once when they all say the same."""
    said = {part.division.name: getattr(part, field) for part in parts if getattr(part, field)}
    if len(set(said.values())) == 1:
        return str(next(iter(said.values())))
    most = Project._meta.get_field(field).max_length or TOO_LONG  # type: ignore[union-attr]
    return "；".join(f"{village}：{text}" for village, text in said.items())[:most]


def ask_adjustment(
    project: Project, values: Mapping[str, Any], *, by: Actor, at: datetime, client_uuid: UUID | None = None
) -> Adjustment:
    """`values`: reason and at least one new_…. Errors: Refused; workflow.acts.Refused (role or place)."""
    if not any(values.get(name) not in (None, "") for name in adjustment.WRITES):
        raise Refused("请至少填一项要改成的内容")
    if client_uuid and (first := Adjustment.objects.filter(client_uuid=client_uuid).first()):
        return first
    flow = registry.get(adjustment.FLOW)
    assert flow
    with recorded(by, "ask_adjustment", values["reason"]):
        Project.objects.select_for_update().get(pk=project.pk)
        if Adjustment.objects.filter(project=project, closed_on=None, withdrawn_at=None).exists():
            raise Refused("这个项目已有一件调整待县批准，请先等那一件办完")
        on = timezone.localdate(at)
        made = Adjustment(
            project=project, division_id=project.division_id, asked_on=on, client_uuid=client_uuid, **values
        )
        made.save(force_insert=True)
        acts.start(flow, made, division=project.division_id, by=by, at=at)
    return made


def take_on(project: Project, people: Sequence[Person], values: Mapping[str, Any], *, by: Actor) -> int:
    """One row of labour for each person who has none from that day on. Returns how many were added.

    Errors: Refused, for who is not of the list.
    """
    rows = ledgers.of(LabourUse)
    assert rows
    on = values["from_on"]
    ages = candidates.ages(project.division_id, on)
    faults = [candidates.fault(person, project.division_id, on, ages) for person in people]
    if faults := [words for words in faults if words]:
        raise Refused(f"{'；'.join(faults)}。确实用了的，在用工台账里逐人登记，写明实际情况")
    with recorded(by, "take_on"):
        Project.objects.select_for_update().get(pk=project.pk)  # pressed twice: the second finds them there
        there = project.labour.filter(person__in=people, from_on=values["from_on"])
        known = set(there.values_list("person_id", flat=True))
        for person in people:
            if person.pk not in known:
                ledger_acts.create(rows, {"project": project, "person": person, "worker": "", **values}, by=by)
    return len({person.pk for person in people} - known)


def move(project: Project, place: int | None, *, version: int, reason: str, by: Actor) -> None:
    """Puts the project at that place of its list, or back where its score has it. Errors: Refused, without a reason, and
    when the project is no more as it was when somebody looked at it."""
    if not reason:
        raise Refused("请写明为什么调整次序")
    with recorded(by, "move_project", reason):
        moved = Project.objects.filter(pk=project.pk, version=version).update(
            rank=place, rank_reason=reason[:200] if place else "", version=F("version") + 1, updated_at=timezone.now()
        )
        if not moved:
            raise Refused(f"“{project.name}”刚刚被他人改动，请看过现在的次序再调整")
