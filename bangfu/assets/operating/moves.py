"""An asset alone, locked, and where it stands moved by an act (1.4); what no act may touch any more is refused here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import F
from django.db.models.functions import Now

from bangfu.assets import acts
from bangfu.assets.asset import Asset
from bangfu.assets.states import State
from bangfu.bookkeeping.posting import Refused
from bangfu.funds.allotting import Doing
from bangfu.ledger import saved
from bangfu.ledger.record import Record

Row = TypeVar("Row", bound=Record)

#: an asset of these is used, or may be
IN_USE = (State.REGISTERED, State.CONFIRMED, State.HANDED_OVER, State.OPERATING, State.IDLE, State.INEFFICIENT)


def locked(asset: Asset | int) -> Asset:
    """The first lock of every act on an asset: whoever comes second waits and sees what was done. Errors: Refused."""
    found = acts.locked(asset if isinstance(asset, int) else asset.pk)
    if found.withdrawn_at is not None:
        raise Refused(f"“{found.name}”的登记已撤回，不能再办理")
    return found


def must_be(asset: Asset, states: Sequence[State], doing: str) -> None:
    if asset.state == State.DISPOSING:
        raise Refused(f"该资产已在处置中，不能{doing}；请先办完或撤回处置")
    if asset.state not in states:
        raise Refused(f"“{asset.name}”现在是“{asset.get_state_display()}”，不能{doing}")


def move(asset: Asset, to: str, **columns: Any) -> None:
    """Writes the state, inside the act's transaction and under its lock."""
    acts.written(asset, state=to, **columns)


def added(model: type[Row], asset: Asset, values: Mapping[str, Any], doing: Doing) -> Row:
    """A new row beside the locked asset. Unlike ledger.acts.create it opens no act of its own, so that the history of all
    that changes names the act it belongs to; who sent the same request before was asked under the lock already."""
    row = model(**{**values, "asset": asset, "division_id": asset.division_id}, client_uuid=doing.request)
    row.save(force_insert=True)
    saved.note(row)
    return row


def write(row: Any, **columns: Any) -> None:
    """The same for a row beside the asset."""
    type(row)._default_manager.filter(pk=row.pk).update(**columns, version=F("version") + 1, updated_at=Now())
    row.refresh_from_db()
