"""Pages of 2.3: where the chain of waste is broken, village by village; the board of a town or county."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.construction import settlement_board, waste_chain
from bangfu.construction.natural_village import NaturalVillage
from bangfu.construction.settlement import waste_graph
from bangfu.construction.waste_site import WasteSite
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger

SHOWN = 300
WHY = {
    "point": "收集点没有写运到哪里，或运到的那一处已停用",
    "station": "转运站没有写运到哪个县处理场，或写的那一处已停用",
}


@dataclass(frozen=True)
class Break:
    """One village whose waste doesn't come through; `url`: where it is mended."""

    village: Division
    why: str
    site: str
    url: str


def ledger() -> Ledger:
    found = registry.of(WasteSite)
    assert found
    return found


@require_GET
@needs(Act.READ)
def chain_page(request: Request) -> HttpResponse:
    """The villages of the place chosen whose chain is not complete."""
    if not ledger().may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能查看垃圾收运点")
    scope = ledger().reach(request.actor)
    broken = waste_chain.breaks(scope)
    sites = WasteSite.objects.in_bulk([site for _, _, site in broken[:SHOWN]])
    names = Division.objects.in_bulk([village for village, _, _ in broken[:SHOWN]])
    lines = [
        Break(names[village], WHY[kind], str(sites[site]), ledger().record_url(site))
        for village, kind, site in broken[:SHOWN]
    ]
    bare = waste_chain.without_point(scope)
    may_edit = ledger().may(request.actor, Act.EDIT)
    context = {
        "ledger": ledger(), "breaks": lines, "broken": len(broken), "bare": bare[:SHOWN], "bare_count": len(bare),
        "new_url": ledger().new_url if may_edit else "", "shown": SHOWN, "graph": waste_graph.of(scope),
    }  # fmt: skip
    return render(request, "construction/waste_chain.html", context)


@require_GET
@needs(Act.READ)
def board_page(request: Request) -> HttpResponse:
    """Villages of a town, or towns, with the two goals of sewage beside what is reached."""
    natural = registry.of(NaturalVillage)
    assert natural
    if not natural.may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能查看人居环境")
    scope = natural.reach(request.actor)
    lines = settlement_board.lines(scope)
    context = {
        "ledger": natural, "lines": lines, "total": settlement_board.total(lines) if lines else None,
        "goals": settlement_board.goals(scope, dates.today()),
    }  # fmt: skip
    return render(request, "construction/settlement_board.html", context)
