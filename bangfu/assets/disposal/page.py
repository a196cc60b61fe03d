"""What the page of a disposal shows beside its columns: its flow, its notice, the money that came of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.assets.disposal.disposal import Disposal
from bangfu.assets.disposal.proceeds import booked_of
from bangfu.assets.disposal.states import FLOW, State
from bangfu.assets.operating.powers import may_write
from bangfu.notices.models import PublicNotice
from bangfu.projects import flow_page


def about(disposal: int) -> str:
    return f"asset-disposals:{disposal}"


def context(record: Disposal, actor: Actor) -> dict[str, Any]:
    booked = booked_of(record) if record.proceeds_yuan else Decimal(0)
    left = (record.proceeds_yuan or 0) - booked
    books = record.state == State.EXECUTED and left > 0 and may_write(actor, record.division_id)
    notices = PublicNotice.objects.filter(about=about(record.pk), withdrawn_at=None).order_by("-pk")
    return flow_page.context(FLOW, record, actor) | {
        "notices": list(notices) if record.notice_from_on else [],
        "booked": booked,
        "left": left,
        "book_url": reverse("asset_disposal:proceeds", args=[record.pk]) if books else "",
    }
