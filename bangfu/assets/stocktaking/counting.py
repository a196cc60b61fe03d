"""The act of stock-taking (1.4): one tap says how an asset stands; what is not all right becomes a difference with a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from bangfu.assets.acts import locked
from bangfu.assets.asset import Asset
from bangfu.assets.reconciling import settling
from bangfu.assets.reconciling.difference import Difference
from bangfu.assets.states import GONE
from bangfu.assets.stocktaking.stock_count import StockCount
from bangfu.assets.stocktaking.stock_round import StockRound
from bangfu.bookkeeping.posting import Refused
from bangfu.divisions.models import Division
from bangfu.funds.allotting import Doing
from bangfu.kernel import codes, dates
from bangfu.ledger.acts import recorded

Outcome = StockCount.Outcome
KINDS = {Outcome.GONE: Difference.Kind.NOT_THERE, Outcome.DIFFERENT: Difference.Kind.OTHER_STATE}


def rounds_at(place: Division | int, on: date) -> QuerySet[StockRound]:
    """Open rounds that reach the place or lie within it; that which ends first first."""
    code = place.pk if isinstance(place, Division) else place
    low, high = codes.bounds(code)
    reach = Q(division__in=codes.ancestors(code)) | Q(division__gte=low, division__lte=high)
    rows = StockRound.objects.filter(reach, ended_on=None, opened_on__lte=on, withdrawn_at=None)
    return rows.order_by("due_on", "pk")


def count(stock_round: StockRound, asset: Asset, outcome: str, said: str, doing: Doing) -> StockCount:
    """Says it, or says it anew while the round is open. Errors: Refused."""
    found, today = Outcome(outcome), dates.today()
    with recorded(doing.by, "assets.count", said):
        row = locked(asset.pk)
        now = StockRound.objects.get(pk=stock_round.pk)
        if now.ended_on is not None or now.withdrawn_at:
            raise Refused("这一轮盘点已经结束，不能再点")
        if not codes.contains(now.division_id, row.division_id):
            raise Refused("这项资产不在这一轮盘点的范围里")
        if row.state in GONE or row.withdrawn_at:
            raise Refused(f"这项资产{row.get_state_display()}，不用盘点")
        made = _written(now, row, found, said, today)
        _follow(row, found, said, today)
        return made


def _written(stock_round: StockRound, asset: Asset, outcome: Outcome, said: str, on: date) -> StockCount:
    values = {"outcome": outcome, "said": said, "counted_on": on}
    made, is_new = StockCount.objects.get_or_create(
        stock_round=stock_round, asset=asset, defaults={**values, "division_id": asset.division_id}
    )
    if not is_new and (made.outcome, made.said) != (outcome, said):
        StockCount.objects.filter(pk=made.pk).update(**values, version=made.version + 1)
        made.refresh_from_db()
    return made


def _follow(asset: Asset, outcome: Outcome, said: str, on: date) -> None:
    """The difference of this answer is open, and those of other answers are no more."""
    wrong = KINDS.get(outcome)
    others = [kind for kind in KINDS.values() if kind != wrong]
    settling.close(Difference.objects.filter(asset=asset, kind__in=others), "盘点：" + outcome.label, on)
    if wrong:
        settling.open_for(asset, wrong, said, on)
