"""Several flows at one step are moved by one act, when the paper is the same: a town's meeting about twelve cases.

Each flow is taken on its own, with its own checks and its own line of history; who is refused is named with the reason.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from bangfu.accounts.actor import Actor
from bangfu.workflow import acts
from bangfu.workflow.declaration import Kind, Step, Workflow
from bangfu.workflow.models import Flow, StepRecord, subjects
from bangfu.workflow.openings import Opening, openings

MOST = 100


@dataclass(frozen=True)
class Candidate:
    """A flow that was ticked. `refused`: why it cannot go with the others, "" when it can."""

    flow: Flow
    name: str
    opening: Opening | None
    refused: str


@dataclass(frozen=True)
class Outcome:
    done: list[str]
    #: name → why not
    refused: dict[str, str]


def steps_at(workflow: Workflow, state: str, actor: Actor) -> list[Step]:
    """Steps on that the actor's roles take and that ask for no record of the single flow."""
    return [
        step
        for step in workflow.steps_at(state)
        if step.kind is Kind.FORWARD
        and not step.only_with
        and not step.reasons
        and actor.roles & set(step.by)
        and not any(asked.find and asked.is_required for asked in step.evidence)
    ]


def candidates(workflow: Workflow, step: Step, chosen: Sequence[int], actor: Actor, on: date) -> list[Candidate]:
    """The flows that were ticked and that the actor sees, in the order of their due dates."""
    rows = Flow.objects.visible_to(actor, workflow).filter(pk__in=chosen[:MOST]).select_related("division")
    flows = list(rows.order_by("sort_on", "pk"))
    names = subjects(flows)
    records: defaultdict[int, list[StepRecord]] = defaultdict(list)
    for record in StepRecord.objects.filter(flow__in=flows).order_by("pk"):
        records[record.flow_id].append(record)
    found = []
    for flow in flows:
        mine = {each.step.code: each for each in openings(flow, actor, on, records[flow.pk])}
        opening = mine.get(step.code)
        found.append(
            Candidate(flow, str(names.get((flow.slug, flow.subject_id), flow)), opening, _why_not(flow, step, opening))
        )
    return found


def _why_not(flow: Flow, step: Step, opening: Opening | None) -> str:
    if flow.state not in step.sources:
        return f"现在是“{flow.now.label}”，不用办这一步"
    if opening is None:
        return f"您的角色不能办理“{step.label}”"
    return "；".join(refusal.words for refusal in opening.refusals)


def take_all(
    step: Step, chosen: Sequence[Candidate], versions: Mapping[int, int], *, by: Actor, at: datetime, once: uuid.UUID,
    evidence: Mapping[str, Any], files: Mapping[str, Sequence[UploadedFile[bytes]]], **given: Any,
) -> Outcome:  # fmt: skip
    """One transaction a flow: what is refused holds up nobody. `once`: pressed twice, nothing is done twice."""
    done: list[str] = []
    refused: dict[str, str] = {}
    for each in chosen:
        try:
            papers = {code: _kept(each.flow, sent, by) for code, sent in files.items()}
            acts.take(
                step, each.flow, by=by, at=at, version=versions.get(each.flow.pk, 0),
                client_uuid=uuid.uuid5(once, str(each.flow.pk)), evidence={**evidence, **papers}, **given,
            )  # fmt: skip
        except (acts.Refused, acts.Overtaken, ValueError) as error:
            refused[each.name] = str(error)
        else:
            done.append(each.name)
    return Outcome(done, refused)


def _kept(flow: Flow, files: Sequence[UploadedFile[bytes]], by: Actor) -> list[str]:
    """The same paper in the files of each flow. Errors: ValueError with a sentence for the clerk."""
    papers = flow.workflow.papers
    assert papers, "start-up checks hold it"
    found = []
    for file in files:
        file.seek(0)
        found.append(papers.add(flow, file, by))
    return found
