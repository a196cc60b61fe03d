"""The acts on differences (1.4): opened by a stock-taking, settled by a person with words, closed when they are no more."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import F, QuerySet
from django.db.models.functions import Now

from bangfu.assets.asset import Asset
from bangfu.assets.reconciling.difference import Difference
from bangfu.bookkeeping.posting import Refused
from bangfu.funds.allotting import Doing
from bangfu.kernel import dates
from bangfu.lawbook import parameters
from bangfu.ledger.acts import recorded

TERM = "asset_difference_days"


def open_for(asset: Asset, kind: str, said: str, on: date) -> Difference:
    """The open one of the asset, with these words."""
    days = int(parameters.value(TERM, on, asset.division_id))
    values = {
        "division_id": asset.division_id, "said": said, "found_on": on, "due_on": on + timedelta(days=days),
        "responsible": (asset.keeper or asset.owner)[:80],
    }  # fmt: skip
    found, is_new = Difference.objects.get_or_create(
        kind=kind, project=None, asset=asset, settled_on=None, withdrawn_at=None, defaults=values
    )
    if not is_new and found.said != said:
        _change(Difference.objects.filter(pk=found.pk), said=said)
    return found


def close(rows: QuerySet[Difference], settlement: str, on: date) -> int:
    return _change(rows.filter(settled_on=None), settled_on=on, settlement=settlement)


def settle(difference: Difference, words: str, doing: Doing) -> None:
    """A person says how it was settled; the same figures are not raised again. Errors: Refused."""
    if not words:
        raise Refused("请写明怎样核清的")
    with recorded(doing.by, "assets.settle", words):
        if not close(Difference.objects.filter(pk=difference.pk), words[:200], dates.today()):
            raise Refused("这一处已经核清了")


def _change(rows: QuerySet[Difference], **values: object) -> int:
    return rows.update(**values, version=F("version") + 1, updated_at=Now())
