"""The named act on a village's share of a round: who does it."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.consolidation.rounds import RoundVillage
from bangfu.ledger import history
from bangfu.ledger.acts import recorded

history.ACTS["rounds.assign"] = "指定排查负责人"


def assign(rows: QuerySet[RoundVillage], *, responsible: str, by: Actor) -> int:
    with recorded(by, "rounds.assign"):
        return rows.update(responsible=responsible, version=F("version") + 1, updated_at=Now())
