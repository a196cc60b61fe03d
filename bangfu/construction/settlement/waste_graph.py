"""The chain of waste drawn as what hangs on what (2.3): county site → town stations → village points, and what hangs loose."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q

from bangfu.construction.waste_chain import ORDER
from bangfu.construction.waste_site import WasteSite
from bangfu.divisions.scope import Scope

MOST = 600
LINKS = 2  # steps from a village to the county


@dataclass
class Node:
    site: WasteSite
    children: list[Node] = field(default_factory=list)
    #: why it does not come through from here, "" where it does
    wrong: str = ""

    @property
    def points(self) -> int:
        own = self.site.kind == WasteSite.Kind.POINT
        return own + sum(child.points for child in self.children)


@dataclass(frozen=True)
class Graph:
    through: list[Node]
    loose: list[Node]
    #: sites that send to no later link, back or in a circle: (site, where it sends to)
    circles: list[tuple[WasteSite, WasteSite]]
    #: more sites than are drawn
    is_cut: bool


def of(scope: Scope) -> Graph:
    """Sites of the place, with those further on that they send to. At most three queries."""
    rows = WasteSite.objects.filter(scope.q("division"), withdrawn_at=None, stopped_on=None).select_related("division")
    found = {site.pk: site for site in rows.order_by("division_id", "name")[: MOST + 1]}
    is_cut = len(found) > MOST
    for _ in range(LINKS):
        further = {site.sends_to_id for site in found.values() if site.sends_to_id} - found.keys()
        if not further:
            break
        found |= WasteSite.objects.filter(Q(pk__in=further)).select_related("division").in_bulk()
    nodes = {key: Node(site) for key, site in found.items()}
    circles, heads = [], []
    before: defaultdict[int, list[Node]] = defaultdict(list)
    for node in nodes.values():
        to = found.get(node.site.sends_to_id or 0)
        node.wrong = _wrong(node.site, to)
        if to and ORDER[to.kind] <= ORDER[node.site.kind]:
            circles.append((node.site, to))
        if to and not node.wrong:
            before[to.pk].append(node)
        else:
            heads.append(node)
    for key, children in before.items():
        nodes[key].children = sorted(children, key=lambda each: (-ORDER[each.site.kind], each.site.division_id))
    heads.sort(key=lambda each: (-ORDER[each.site.kind], each.site.division_id))
    return Graph([n for n in heads if not n.wrong], [n for n in heads if n.wrong], circles, is_cut)


def _wrong(site: WasteSite, to: WasteSite | None) -> str:
    """A site sends on only to a later link, so what is drawn has no circle."""
    if site.withdrawn_at or site.stopped_on:
        return "已经停用或撤回"
    if site.kind == WasteSite.Kind.PLANT:
        return ""
    if to is None:
        return "没有写运到哪里"
    if ORDER[to.kind] <= ORDER[site.kind]:
        return f"写的是运到{to}，往回运或绕圈了"
    return f"运到的{to}已经停用或撤回" if to.stopped_on or to.withdrawn_at else ""
