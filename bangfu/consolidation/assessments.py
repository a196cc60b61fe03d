"""民主评议 (1.1): the villagers' assembly on a case or a removal: who came, how it voted, what it found."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.activities.models import Activity
from bangfu.consolidation.cases import Case
from bangfu.consolidation.removals import RiskRemoval
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import coded, several, text
from bangfu.people.household import MOST_RISKS
from bangfu.people.models import Household


class VillageReview(Record):
    """One assembly on one household; the meeting itself stands among the activities."""

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    household = models.ForeignKey(Household, models.PROTECT, related_name="reviews", verbose_name="农户")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="reviews", verbose_name="监测对象识别")
    risk_removal = models.ForeignKey(
        RiskRemoval, models.PROTECT, null=True, related_name="reviews", verbose_name="风险消除"
    )
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="+", verbose_name="会议")
    held_on = models.DateField("评议日期")
    attended = models.PositiveSmallIntegerField("到会人数")
    in_favour = models.PositiveSmallIntegerField("同意人数")
    against = models.PositiveSmallIntegerField("不同意人数", default=0)
    is_agreed = models.BooleanField("评议同意", default=False)
    monitored_kind = coded("监测对象类别", "monitored_kind")
    risks = several("致贫/返贫风险", "risk_type", MOST_RISKS)
    risk_note = text("其他备注", 200)
    minutes = models.TextField("评议记录")

    class Meta:
        verbose_name = verbose_name_plural = "民主评议"
        indexes = [models.Index(fields=["village", "id"], name="review_village")]
        _no_more = Q(attended__gte=F("in_favour") + F("against"))
        constraints = [models.CheckConstraint(condition=_no_more, name="no_more_votes_than_people")]

    def __str__(self) -> str:
        return f"{self.held_on} 民主评议"


class VillageReviewLedger(Ledger):
    slug, model, article = "village-reviews", VillageReview, "1.1"
    says = "村民代表会议对纳入监测和风险消除的评议"
    read_by, scope_from, acts_only = (*OFFICIALS, *TEAM), "household", True
    columns = ("held_on", "household", "village", "attended", "in_favour", "against", "is_agreed")
    card = ("held_on", "household", "is_agreed")
    filters = ("is_agreed", "held_on", "monitored_kind", "case", "risk_removal", "household")
    groups = {
        "评议": (
            "held_on", "household", "village", "attended", "in_favour", "against", "is_agreed", "monitored_kind", "risks",
            "risk_note", "minutes", "activity",
        )
    }  # fmt: skip
    tones = {"is_agreed": {True: "ok", False: "muted"}}
    in_menu = False
    stats = (
        Stat("评议同意率", where=Q(is_agreed=True), over=Q(attended__gte=1)),
        Stat("到会人次", total="attended", unit="人次"),
    )
