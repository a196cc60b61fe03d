"""What activities add to the page of a team: what happened in its town of late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.activities import acts
from bangfu.activities.activity import VISIT
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.units.beside import Line, Part
from bangfu.units.team import Team

SHOWN, DAYS = 8, 90


def activities(team: Team, actor: Actor) -> Iterator[Part]:
    ledger = acts.ledger()
    if not ledger.may(actor, Act.READ):
        return
    since = dates.today() - timedelta(days=DAYS)
    rows = ledger.visible_to(actor).filter(
        Scope.of([team.town_id]).q("division"), held_on__gte=since, withdrawn_at=None
    )
    shown = rows.exclude(kind=VISIT).order_by("-held_on", "-pk")[:SHOWN]
    lines = tuple(
        Line(
            f"{row.get_kind_display()}：{row.title or row.result or row.unit_names}"[:80],
            ledger.record_url(row.pk),
            str(row.held_on),
        )
        for row in shown
    )
    url = f"{ledger.url()}?{urlencode({'place': team.town_id, 'held_on_after': since})}"
    yield Part("近期活动", lines, url, f"近 {DAYS} 天没有登记走访以外的活动。")
