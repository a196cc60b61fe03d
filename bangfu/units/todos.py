"""What of teams waits for the town: a team that has no captain today (5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.ledger import registry
from bangfu.ledger.peek import Found, Peek
from bangfu.units.cadre import Cadre
from bangfu.units.days import on as in_force
from bangfu.units.posts import Post
from bangfu.units.team import Team

SHOWN = 5


@dataclass(frozen=True)
class TeamWithout:
    """A team with no captain, or with two; the county is reminded by the duty."""

    team: int
    what: str
    why: str
    url: str


def waiting(actor: Actor, on: date) -> Iterator[Peek[TeamWithout]]:
    scope = actor.scope(Act.EDIT, (Role.TOWN,))
    if not scope:
        return
    cadres = registry.of(Cadre)
    assert cadres
    captains = Q(cadres__post=Post.CAPTAIN, cadres__withdrawn_at=None) & in_force(on, "cadres__")
    rows = Team.objects.filter(in_force(on), scope.q("town"), withdrawn_at=None)

    def told(found: list[Found]) -> Iterator[TeamWithout]:
        for row in found:
            number, name = row.said["captains"], row.said["name"]
            url = cadres.url("new") if number == 0 else f"{cadres.url()}?team={row.said['pk']}&post={Post.CAPTAIN}"
            what = f"{name}现在没有队长" if number == 0 else f"{name}同时有 {number} 名队长"
            why = "一镇一队，每队一名队长；登记到任的队长" if number == 0 else "请给离任的一名填写离任日期"
            yield TeamWithout(row.said["pk"], what, why, url)

    without = rows.annotate(captains=Count("cadres", filter=captains)).exclude(captains=1).order_by("pk")
    yield Peek(without, told, {"pk": "pk", "name": "name", "captains": "captains"}, most=SHOWN)
