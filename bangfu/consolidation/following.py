"""Rows whose own `state` follows their flow, so that ledgers filter, count and export by it (1.1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.workflow.declaration import Effect, Step
from bangfu.workflow.models import Flow, StepRecord


def actor(record: StepRecord) -> Actor:
    """Who took the step, for what follows from it."""
    return Actor.of(record.by, record.on) if record.by else Actor(None)


def newest_flow(slug: str, subject: Any) -> Flow | None:
    """The flow of a row, open or ended."""
    rows = Flow.objects.filter(slug=slug, subject_type=subject._meta.label, subject_id=subject.pk)
    return rows.order_by("-pk").first()


@dataclass(frozen=True)
class Follower:
    """Makes steps of one workflow, each of which keeps `state` and `closed_on` of its subject in line."""

    model: type[Model]
    closed: Collection[str]
    #: column that holds the day the row was closed, if it has one
    closing: str = "closed_on"

    def step(
        self, code: str, label: str, at: str | tuple[str, ...], to: str, by: tuple[Role, ...], *,
        also: tuple[Effect, ...] = (), undo: tuple[Effect, ...] | None = (), **more: Any,
    ) -> Step:  # fmt: skip
        """`also`: what else the step does; `undo`: what takes that back, None: nothing can."""
        return Step(code, label, at, to, by, effect=self._moves(also), on_undo=self._back(undo), **more)

    def _moves(self, also: tuple[Effect, ...]) -> Effect:
        def run(flow: Flow, record: StepRecord) -> None:
            self._write(flow, record.to_state, record)
            for effect in also:
                effect(flow, record)

        return run

    def _back(self, undo: tuple[Effect, ...] | None) -> Effect | None:
        if undo is None:
            return None

        def run(flow: Flow, record: StepRecord) -> None:
            self._write(flow, record.to_state, record)
            for effect in undo:
                effect(flow, record)

        return run

    def _write(self, flow: Flow, state: str, record: StepRecord) -> None:
        values: dict[str, Any] = {"state": state, "version": F("version") + 1, "updated_at": Now()}
        if self.closing:
            values[self.closing] = record.on if state in self.closed else None
        self.model._default_manager.filter(pk=flow.subject_id).update(**values)
