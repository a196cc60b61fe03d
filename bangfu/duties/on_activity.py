"""What the page of an activity says it counts for: the duties that it proves."""

from __future__ import annotations

from collections.abc import Iterator

from bangfu.activities import offers
from bangfu.activities.activity import Activity
from bangfu.activities.offers import Counted
from bangfu.duties import board
from bangfu.duties.changed import settle
from bangfu.duties.standings import Proof

SOURCE = "activities"


def offer() -> None:
    offers.sources.append(duties)


def duties(activity: Activity) -> Iterator[Counted]:
    """“某局（某镇）分管负责同志到镇调研 1/2”; counted anew first, so that it says what holds now."""
    settle()
    rows = Proof.objects.filter(source=SOURCE, row=activity.pk, standing__withdrawn_at=None)
    for proof in rows.select_related("standing").order_by("standing__article", "pk"):
        standing = proof.standing
        label = f"{standing.holder_name}{standing.get_duty_display()} {standing.done}/{standing.asked}"
        yield label, board.ledger().record_url(standing.pk)
