"""What the public-benefit fund of a place holds (2.5): asked before anything goes out, for one row and by set."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Sum

from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Batch, Fault

OVERDRAWN = "支出多于这个基金的结余，请核对金额，或先登记收入"
_OVERDRAWN = """SELECT r._row FROM {rows} r JOIN (SELECT division_id FROM (
        SELECT division_id, CASE direction WHEN 'in' THEN amount_yuan ELSE -amount_yuan END AS change FROM {rows}
        UNION ALL SELECT division_id, change_yuan FROM construction_publicbenefitentry t WHERE withdrawn_at IS NULL
            AND NOT EXISTS (SELECT FROM {rows} c WHERE c._target = t.id)) moves
    GROUP BY division_id HAVING sum(change) < 0) short USING (division_id) WHERE r.direction = 'out'"""


def of(division: Division, *, without: Any = None) -> Decimal:
    rows = apps.get_model("construction", "PublicBenefitEntry")._default_manager.filter(withdrawn_at=None)
    rows = rows.filter(division=division)
    rows = rows.exclude(pk=without.pk) if without else rows
    return Decimal(rows.aggregate(kept=Sum("change_yuan"))["kept"] or 0)


def overdrawn(batch: Batch) -> Iterable[Fault]:
    """What the fund would hold after the whole file."""
    return [Fault(row, "amount_yuan", OVERDRAWN) for (row,) in batch.fetch(_OVERDRAWN)]
