"""Who may do what with assets (1.4): the county and the town form, confirm and hand over; the village keeps and counts."""

from __future__ import annotations

from django.http import Http404

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.assets.asset import Asset
from bangfu.funds.allotting import ledger_of
from bangfu.projects.project import Project

OFFICERS = (Role.COUNTY, Role.TOWN)


def is_officer(actor: Actor, place: int) -> bool:
    return place in actor.scope(Act.EDIT, OFFICERS)


def key_of(text: str) -> int:
    """The key that a form names; 0, which no row has, for what is none."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def asset_or_404(actor: Actor, pk: int) -> Asset:
    rows = ledger_of(Asset).visible_to(actor).select_related("project", "division")
    if found := rows.filter(pk=pk).first():
        return found  # type: ignore[no-any-return]
    raise Http404("没有这项资产，或不在您的工作范围内")


def project_or_404(actor: Actor, pk: int) -> Project:
    rows = ledger_of(Project).visible_to(actor).select_related("division")
    if found := rows.filter(pk=pk, withdrawn_at=None).first():
        return found  # type: ignore[no-any-return]
    raise Http404("没有这个项目，或不在您的工作范围内")
