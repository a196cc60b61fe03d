"""资源对接台账 (3.3): what places ask and units offer, with what fits beside each open one."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.kernel import dates
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.people import codes
from bangfu.units import matching
from bangfu.units.helped import towns_of_units
from bangfu.units.resource import Resource, Side


class ResourceLedger(Ledger):
    slug, model, article, scope = "resources", Resource, "3.3", "division"
    says = "镇村的资源需求和组团单位能提供的资源，按类别对接"
    is_open = True
    edited_by = (Role.COUNTY, Role.TOWN, Role.VILLAGE, *TEAM)
    columns = ("title", "side", "kind", "division", "unit", "open_until", "matched")
    card = ("title", "side", "kind", "matched")
    filters = ("side", "kind", "unit", "open_until", "matched_on")
    search = ("title", "detail")
    in_search = True
    form = exchange = ("division", "side", "unit", "kind", "title", "detail", "from_on", "open_until")
    identity = ("title", "division", "side", "from_on")
    choice_aliases = codes.aliases(kind="resource_kind")
    groups = {"资源": form, "对接": ("matched", "matched_on", "result", "closed_on")}
    detail_template = "units/resource.html"
    stats = (
        Stat("按类别", by="kind"),
        Stat("已对接", where=Q(matched__isnull=False), unit="项"),
        Stat("待对接的需求", where=Q(side=Side.ASKED, matched=None), unit="项"),
    )

    def of_units(self, units: frozenset[int]) -> Q:
        towns = towns_of_units(units)
        return Q(unit__in=units) | Q(division__in=towns) | Q(division__parent__in=towns)

    def clean(self, data: dict[str, Any], record: Resource | None) -> dict[str, str]:
        if data["side"] == Side.OFFERED and not data["unit"]:
            return {"unit": "可提供的资源，请选择提供单位"}
        if data["open_until"] and data["from_on"] and data["open_until"] < data["from_on"]:
            return {"open_until": "有效期早于提出日期"}
        return {}

    def more(self, record: Resource, actor: Actor) -> dict[str, Any]:
        found = matching.suggested(record, actor, dates.today())
        return {"suggested": found, "may_match": matching.may_match(record, actor)}
