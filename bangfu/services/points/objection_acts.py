"""The acts on an objection against published points (3.4): received from the public page, answered by those who judge."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.kernel.text import clean
from bangfu.ledger import acts, history, registry
from bangfu.services.points import application_acts
from bangfu.services.points.application_acts import Refused, State
from bangfu.services.points.points_application import PointsApplication
from bangfu.services.points.points_objection import PointsObjection

history.ACTS |= {"points.answer": "答复积分异议"}
Outcome = PointsObjection.Outcome


@transaction.atomic
def receive(application: PointsApplication, content: str, phone: str, *, key: UUID, on: date) -> None:
    """While the days run; sent twice, it is the one that came first. Errors: Refused."""
    row = application_acts.locked(application, State.PUBLISHED)
    if row.objection_until is None or row.objection_until < on:
        raise Refused("这一条的公示期已经满了")
    ledger = registry.of(PointsObjection)
    assert ledger
    values = {"points_application": row, "received_on": on, "content": content, "phone": phone}
    acts.create(ledger, values, by=Actor(None), client_uuid=key)


def answer(objection: PointsObjection, outcome: str, words: str, *, by: Actor, on: date) -> None:
    """Upheld, it sends the points back to be judged anew. Once more does nothing. Errors: Refused."""
    if outcome not in Outcome.values or not clean(words):
        raise Refused("请选结论，并写核实的情况")
    with acts.recorded(by, "points.answer", clean(words)[:200]):
        row = PointsObjection.objects.select_for_update(of=("self",)).select_related("points_application")
        found = row.filter(pk=objection.pk, answered_on=None, withdrawn_at=None).first()
        if found is None:
            return
        PointsObjection.objects.filter(pk=found.pk).update(
            outcome=outcome, answer=clean(words)[:200], answered_on=on, version=F("version") + 1, updated_at=Now()
        )
        application = found.points_application
        if outcome == Outcome.UPHELD and application.state == State.PUBLISHED:
            application_acts.object_to(application, words, by=by)
