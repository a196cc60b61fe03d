"""The declaration of a workflow (流程): plain data that reads as a table of states, steps, roles, clocks and papers.

Unknown names fail at start-up (see checks.py), not in a request. A number of days never stands here, only the code of a
dated parameter. Who acts is a role; its grant must cover the place of the flow, so the level follows from the role.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from bangfu.accounts.roles import OFFICERS, Role

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from bangfu.accounts.actor import Actor
    from bangfu.workflow.models import Flow, StepRecord

#: what a clock counts from, beside the code of a step: the day the flow began, the day it entered the present state
START, ENTERED = "start", "entered"
BUSINESS = tuple(role for role in Role if role not in OFFICERS)


class Kind(StrEnum):
    FORWARD = "forward"
    BACK = "back"  # 退回, to an earlier state; asks a reason
    END = "end"  # not taken up, withdrawn, needless: leads to a final state; asks a reason

    @property
    def label(self) -> str:
        return {"forward": "办理", "back": "退回", "end": "终止"}[self]


class Asked(StrEnum):
    """What a piece of evidence is."""

    FILE = "file"  # papers or photos, kept by the workflow's `papers`
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    RECORD = "record"  # a row that exists already, found by `find`: nobody types it again


@dataclass(frozen=True)
class State:
    code: str
    label: str
    is_final: bool = False
    says: str = ""


@dataclass(frozen=True)
class Clock:
    """`parameter`: code of a length of time (days, working days, months); `since`: START, ENTERED or the code of a step.

    As a deadline: the last day of the term. As `not_before`: the step opens on the day after it (民法典 201–203).
    """

    parameter: str
    since: str = ENTERED


@dataclass(frozen=True)
class Evidence:
    """What a step asks for. `find` (RECORD only): flow → reference such as "consents:12", "" when there is none."""

    code: str
    label: str
    kind: Asked = Asked.TEXT
    is_required: bool = True
    says: str = ""
    find: Callable[[Flow], str] | None = None


@dataclass(frozen=True)
class Guard:
    """What must hold before a step. `check`: (flow, day) → "" or one sentence for a clerk: what is wrong, what to do."""

    says: str
    check: Callable[[Flow, date], str]
    #: article or document that demands it
    source: str


@dataclass(frozen=True)
class Flag:
    """A mark on one flow that opens steps others don't have, e.g. assist_first 先帮后办; raised with a reason, in the trace."""

    code: str
    label: str
    by: tuple[Role, ...]
    says: str = ""


#: runs inside the transaction of the step
Effect = Callable[["Flow", "StepRecord"], None]


@dataclass(frozen=True)
class Step:
    #: names the act in English: "verify_at_home"
    code: str
    label: str
    #: the state, or states, it leaves
    at: str | tuple[str, ...]
    to: str
    #: roles that may take it, where their grant covers the place of the flow (a unit's roles: its unit)
    by: tuple[Role, ...]
    #: default: the workflow's
    article: str = ""
    kind: Kind = Kind.FORWARD
    #: one line: what is done in this step
    says: str = ""
    #: deadline; the earliest of the steps that leave a state is the state's
    within: Clock | None = None
    #: legal minimum that must have passed
    not_before: Clock | None = None
    evidence: tuple[Evidence, ...] = ()
    guards: tuple[Guard, ...] = ()
    #: reasons offered as one tap; a step with reasons asks for one
    reasons: tuple[str, ...] = ()
    #: open only while this flag is raised
    only_with: str = ""
    effect: Effect | None = None
    #: takes `effect` back, given the record of the undoing; a step with an effect and without this cannot be undone
    on_undo: Effect | None = None
    #: code of a term: so long the level that took the step may take it back too; a higher one always may
    own_undo: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.at,) if isinstance(self.at, str) else self.at

    @property
    def asks_reason(self) -> bool:
        return self.kind is not Kind.FORWARD or bool(self.reasons)

    @property
    def is_undoable(self) -> bool:
        return self.effect is None or self.on_undo is not None


class Papers(Protocol):
    """Where files go and are seen again; the chapter's ledger has the attachments, this package knows none."""

    def add(self, flow: Flow, file: UploadedFile[bytes], by: Actor) -> str:
        """A reference to the kept file. Errors: ValueError with a sentence for the clerk."""

    def links(self, flow: Flow, references: list[str]) -> Mapping[str, tuple[str, str]]:
        """Reference → (name, address), in one query."""


@dataclass(frozen=True)
class Workflow:
    #: part of the address, plural-kebab
    slug: str
    title: str
    article: str
    #: model whose rows go through it, "people.Household"
    subject: str
    #: the first is where every flow begins; the order is that of the drawing, the wished-for end before other ends
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    says: str = ""
    flags: tuple[Flag, ...] = ()
    #: who may begin one by hand; programs (by=None) always may
    started_by: tuple[Role, ...] = ()
    read_by: tuple[Role, ...] = BUSINESS
    papers: Papers | None = None
    #: address of the page that shows a flow; default: the engine's own
    url: Callable[[Flow], str] | None = None

    @property
    def initial(self) -> State:
        return self.states[0]

    def state(self, code: str) -> State:
        return next(state for state in self.states if state.code == code)

    def step(self, code: str) -> Step | None:
        return next((step for step in self.steps if step.code == code), None)

    def flag(self, code: str) -> Flag | None:
        return next((flag for flag in self.flags if flag.code == code), None)

    def steps_at(self, state: str) -> list[Step]:
        return [step for step in self.steps if state in step.sources]

    def article_of(self, step: Step) -> str:
        return step.article or self.article

    def ways_on(self, state: str) -> list[Step]:
        """What the state waits for; the right to send back, to end or to act under a flag is no duty."""
        return [step for step in self.steps_at(state) if step.kind is Kind.FORWARD and not step.only_with]

    def waiting_for(self, role: Role) -> list[str]:
        """States in which the role is expected to go on."""
        return [s.code for s in self.states if any(role in step.by for step in self.ways_on(s.code))]
