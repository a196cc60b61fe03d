"""处置收入 (1.4): what came in for an asset that was disposed of, read from its receipts."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum

from bangfu.assets.disposal.disposal import Disposal
from bangfu.assets.operating.asset_receipt import AssetReceipt
from bangfu.assets.operating.purses import Purse


def booked_of(disposal: Disposal) -> Decimal:
    """Yuan received for the asset as proceeds, less what was countered."""
    rows = AssetReceipt.objects.filter(asset=disposal.asset_id, purse=Purse.PROCEEDS, withdrawn_at=None)
    found: Decimal | None = rows.aggregate(sum=Sum("amount_yuan"))["sum"]
    return found or Decimal(0)
