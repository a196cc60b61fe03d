"""信息比对 (1.1): what departments found, item by item. Above a dated line an explanation is asked; nothing refuses."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.consolidation.cases import Case
from bangfu.divisions.models import Division
from bangfu.kernel.money import show_number
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.people.models import Household

ITEMS = "comparison_item"


class DataComparison(Record):
    """One item for one case; compared anew, it replaces the earlier one."""

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    household = models.ForeignKey(Household, models.PROTECT, related_name="comparisons", verbose_name="农户")
    case = models.ForeignKey(Case, models.PROTECT, related_name="comparisons", verbose_name="监测对象识别")
    item = models.CharField("比对项目", max_length=codes.LENGTH, choices=codes.choices(ITEMS))
    compared_on = models.DateField("比对日期")
    amount = models.DecimalField("比对结果", max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    detail = text("说明", 200)
    #: the line of that day, as words with its source
    limit = models.CharField("提示线", max_length=200)
    is_flagged = models.BooleanField("需要说明", default=False)
    explanation = text("情况说明", 300)
    explained_on = models.DateField("说明日期", null=True)
    explained_by = text("说明人", 40)

    class Meta:
        verbose_name = verbose_name_plural = "信息比对"
        indexes = [models.Index(fields=["village", "id"], name="comparison_village")]
        constraints = [models.UniqueConstraint(fields=["case", "item"], name="one_comparison_an_item")]

    def __str__(self) -> str:
        return f"{self.get_item_display()} {show_number(self.amount)}"

    @property
    def is_unexplained(self) -> bool:
        """As UNEXPLAINED."""
        return self.is_flagged and self.explained_on is None


#: flagged and not yet explained
UNEXPLAINED = Q(is_flagged=True, explained_on=None)


class DataComparisonLedger(Ledger):
    slug, model, article = "data-comparisons", DataComparison, "1.1"
    says = "县级组织部门比对的结果；超过提示线的请村里说明，不自动排除"
    read_by, scope_from, acts_only = (*OFFICIALS, *TEAM), "household", True
    columns = ("item", "household", "village", "amount", "is_flagged", "explained_on", "compared_on")
    card = ("item", "household", "is_flagged")
    filters = ("item", "is_flagged", "compared_on", "case", "household")
    groups = {
        "比对": ("item", "household", "village", "amount", "detail", "limit", "compared_on"),
        "说明": ("is_flagged", "explanation", "explained_on", "explained_by"),
    }
    tones = {"is_flagged": {True: "warn"}}
    in_menu = False
    stats = (
        Stat("待说明", where=UNEXPLAINED, unit="项"),
        Stat("提示率", where=Q(is_flagged=True), over=Q(compared_on__isnull=False)),
    )
