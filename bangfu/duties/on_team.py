"""What duties add to the page of a team: what the guideline asks of it, its cadres and its units this year."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.scope import Scope
from bangfu.duties import board
from bangfu.duties.changed import settle
from bangfu.kernel import dates
from bangfu.units import beside
from bangfu.units.beside import Line, Part
from bangfu.units.team import Team

KINDS = ("team", "cadre", "group", "group_member")


def offer() -> None:
    beside.sources.append(duties)


def duties(team: Team, actor: Actor) -> Iterator[Part]:
    """How many are done, due soon and missed; each opens to its rows in the town."""
    if not board.ledger().may(actor, Act.READ):
        return
    settle()
    year = dates.today().year
    rows = board.of_year(board.seen(actor), year).filter(Scope.of([team.town_id]).q("division"), holder_kind__in=KINDS)
    counts = dict(rows.values_list("state").annotate(Count("pk")).order_by())
    lines = tuple(
        Line(f"{state.label} {counts[state]} 项", f"{board.url('', year, state)}&place={team.town_id}")
        for state in board.SHOWN
        if counts.get(state)
    )
    yield Part(f"{year} 年的要求", lines, f"/duties/?place={team.town_id}", "这一年还没有可算的要求。")
