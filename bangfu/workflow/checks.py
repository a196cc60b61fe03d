"""Start-up checks of every slot of every workflow: a mistake names workflow, step and slot, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error

from bangfu.accounts.roles import OFFICERS
from bangfu.kernel.dates import today
from bangfu.lawbook.models import is_term
from bangfu.policy import guideline
from bangfu.policy.guideline import UnknownParameter
from bangfu.policy.parameter import ParameterMissing
from bangfu.workflow import registry
from bangfu.workflow.declaration import ENTERED, START, Asked, Clock, Kind, Step, Workflow

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST = 40  # letters of a code, as the columns of the tables have it

Complaint = tuple[str, str]  # what is wrong, how to mend it


def check_workflows(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [error for workflow in registry.all_workflows() for error in complaints(workflow)]


def complaints(workflow: Workflow) -> list[CheckMessage]:
    return [
        Error(f"workflow {workflow.slug}: {wrong}", hint=hint, id=f"workflow.E{number:03d}")
        for number, check in enumerate(CHECKS, 1)
        for wrong, hint in check(workflow)
    ]


def reachable(workflow: Workflow) -> set[str]:
    """States that some row of steps reaches from the first."""
    found, edge = set(), {workflow.initial.code}
    while edge:
        found |= edge
        edge = {step.to for step in workflow.steps if found & set(step.sources)} - found
    return found


def finishing(workflow: Workflow) -> set[str]:
    """States from which some final state can be reached."""
    found, edge = set(), {state.code for state in workflow.states if state.is_final}
    while edge:
        found |= edge
        edge = {source for step in workflow.steps if step.to in found for source in step.sources} - found
    return found


def _named(workflow: Workflow) -> Iterator[Complaint]:
    if not SLUG.fullmatch(workflow.slug):
        yield f"slug {workflow.slug!r}", "use plural-kebab: small letters, digits and hyphens"
    for slot, codes in {
        "states": [state.code for state in workflow.states],
        "steps": [step.code for step in workflow.steps],
        "flags": [flag.code for flag in workflow.flags],
        **{f"step {step.code}: evidence": [asked.code for asked in step.evidence] for step in workflow.steps},
    }.items():
        for code in codes:
            if not CODE.fullmatch(code) or len(code) > LONGEST or code in (START, ENTERED):
                yield (
                    f"{slot}: code {code!r}",
                    f"small letters and underscores, at most {LONGEST}, not start or entered",
                )
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            yield f"{slot}: {', '.join(twice)} twice", "one code, one meaning"


def _subject(workflow: Workflow) -> Iterator[Complaint]:
    try:
        model = apps.get_model(workflow.subject)
    except (LookupError, ValueError):
        yield f"subject: no model {workflow.subject!r}", 'write "app.Model"'
    else:
        if model._meta.label != workflow.subject:
            yield f"subject {workflow.subject!r}", f"write {model._meta.label!r}"


def _articles(workflow: Workflow) -> Iterator[Complaint]:
    known = guideline.load().articles
    named = [("article", workflow.article), *((f"step {step.code}: article", step.article) for step in workflow.steps)]
    for slot, article in named:
        if article not in known and (article or slot == "article"):
            yield f"{slot} {article!r} is no article of the guideline", "write it as in guideline/, e.g. 1.1"


def _graph(workflow: Workflow) -> Iterator[Complaint]:
    codes = {state.code for state in workflow.states}
    final = {state.code for state in workflow.states if state.is_final}
    for step in workflow.steps:
        if unknown := sorted({*step.sources, step.to} - codes):
            yield f"step {step.code}: no state {', '.join(unknown)}", "correct at or to"
        if step.kind is Kind.END and step.to not in final:
            yield (
                f"step {step.code}: kind END, but {step.to!r} is not final",
                "make the state final, or the kind FORWARD",
            )
    if not final:
        yield "states: none is final", "mark where it ends with is_final=True"
    for code in sorted(codes - reachable(workflow)):
        yield f"state {code}: no step leads there", "add a step or drop the state"
    for code in sorted(codes - finishing(workflow)):
        yield f"state {code}: no way out to a final state", "add a step, or is_final=True"


def _roles(workflow: Workflow) -> Iterator[Complaint]:
    slots = [("started_by", workflow.started_by, False), ("read_by", workflow.read_by, True)]
    slots += [(f"step {step.code}: by", step.by, True) for step in workflow.steps]
    slots += [(f"flag {flag.code}: by", flag.by, True) for flag in workflow.flags]
    for slot, roles, is_needed in slots:
        if is_needed and not roles:
            yield f"{slot}: no role", "say who does it"
        if wrong := [role.value for role in roles if role in OFFICERS]:
            yield f"{slot}: {', '.join(wrong)}", "auditor, security officer and operator see no business data"
        if blind := [role.value for role in roles if role not in workflow.read_by and slot != "read_by"]:
            yield f"{slot}: {', '.join(blind)} may not read it", "add to read_by"


def _clocks(workflow: Workflow) -> Iterator[Complaint]:
    steps, day = {step.code for step in workflow.steps}, today()
    for slot, clock in _all_clocks(workflow.steps):
        if clock.since not in {START, ENTERED, *steps}:
            yield f"{slot}: since {clock.since!r} is no step", "write START, ENTERED or the code of a step"
        version = guideline.in_force(day)
        try:
            parameter = version.parameter(clock.parameter)
            value = parameter.at(day)
        except (UnknownParameter, ParameterMissing) as error:
            yield f"{slot}: {error}", "declare it in guideline/, with a value in force: docs/howto/add-a-parameter.md"
            continue
        if not is_term(parameter):
            yield f"{slot}: {clock.parameter} counts {value.unit}", "use a parameter in days, workdays, months or years"


def _all_clocks(steps: Iterable[Step]) -> Iterator[tuple[str, Clock]]:
    for step in steps:
        for slot, clock in (("within", step.within), ("not_before", step.not_before)):
            if clock:
                yield f"step {step.code}: {slot}", clock
        if step.own_undo:
            yield f"step {step.code}: own_undo", Clock(step.own_undo)


def _asked(workflow: Workflow) -> Iterator[Complaint]:
    flags = {flag.code for flag in workflow.flags}
    for step in workflow.steps:
        if step.only_with and step.only_with not in flags:
            yield f"step {step.code}: only_with {step.only_with!r} is no flag", "declare it in flags"
        for asked in step.evidence:
            if (asked.kind is Asked.RECORD) != (asked.find is not None):
                yield f"step {step.code}: evidence {asked.code}", "find belongs to RECORD, and RECORD needs it"
            if asked.kind is Asked.FILE and workflow.papers is None:
                yield f"step {step.code}: evidence {asked.code} is a file", "give the workflow papers=…"
        for guard in step.guards:
            if not (guard.says and guard.source and callable(guard.check)):
                yield f"step {step.code}: guard {guard.says!r}", "says, check and source are all needed"


CHECKS: tuple[Callable[[Workflow], Iterator[Complaint]], ...] = (
    _named, _subject, _articles, _graph, _roles, _clocks, _asked,
)  # fmt: skip
