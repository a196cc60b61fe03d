"""履职情况台账 (5.1): the list, figures, export and API of standings; nobody writes in it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.duties import detail, evidence
from bangfu.duties.counting import State
from bangfu.duties.standings import DutyStanding
from bangfu.ledger.declaration import OFFICIALS, Ledger, Stat
from bangfu.units.helped import towns_of_units


class DutyStandingLedger(Ledger):
    slug, model, article, scope, unit = "duty-standings", DutyStanding, "5.1", "division", "unit"
    says = "每一条要求的责任方本期应有几次、已有几次、还差什么；由记录算出，不用填报"
    acts_only = True
    read_by, edited_by = (*OFFICIALS, Role.CAPTAIN, Role.LIAISON), (Role.COUNTY,)
    columns = ("holder_name", "duty", "article", "first", "asked", "done", "due_on", "state")
    card = ("holder_name", "duty", "asked", "done", "state")
    filters = ("duty", "state", "article", "holder_kind", "first", "unit")
    search = ("holder_name",)
    identity = ("holder_name", "duty", "first")
    tones = {"state": {state.value: state.tone for state in State}}
    groups = {
        "要求": ("holder_name", "duty", "article", "law"),
        "情况": ("first", "last", "asked", "done", "due_on", "since", "state"),
    }
    detail_template = "duties/standing.html"
    stats = (
        Stat("按情况", by="state"),
        Stat(
            "有次数要求的，做到的", where=Q(state=State.MET, asked__gt=0), over=Q(asked__gt=0) & ~Q(state=State.EXEMPT)
        ),
        Stat("没有做到", where=Q(state=State.MISSED), unit="项"),
    )

    def of_units(self, units: frozenset[int]) -> Q:
        """A unit's own duties, and those of its groups and their teams."""
        of_group = Q(unit=None, holder_kind__in=["group", "team"], division__in=towns_of_units(units))
        return Q(unit__in=units) | of_group

    def visible_to(self, actor: Actor, act: Act = Act.READ) -> QuerySet[Any]:
        """A captain sees what the team owes, not how each of its cadres is cared for."""
        private = [code for code, kind in evidence.of_duties().items() if kind.is_private]
        mine = actor.scope(act, OFFICIALS).q(self.scope) | Q(unit__in=actor.units(act))
        return super().visible_to(actor, act).filter(~Q(duty__in=private) | mine)

    def more(self, record: DutyStanding, actor: Actor) -> dict[str, Any]:
        return detail.more(record, actor)
