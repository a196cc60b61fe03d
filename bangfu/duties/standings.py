"""履职情况 (5.1): how every duty of every holder stands, derived from records; and the rows that prove it.

Nothing here is typed. All of it can be made again at any moment (`./run bangfu duties`); see counting.py.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.accounts.models import Unit
from bangfu.divisions.models import Division
from bangfu.duties import holders
from bangfu.duties.counting import State
from bangfu.ledger.record import Record
from bangfu.policy import guideline

STATES = [(state.value, state.label) for state in State]


def duty_choices() -> list[tuple[str, str]]:
    """Of all versions of the guideline; the newest wording."""
    versions = [guideline.load(version) for version in guideline.versions()]
    return list({code: duty.label for version in versions for code, duty in version.duties.items()}.items())


def law_choices() -> list[tuple[str, str]]:
    return [(version, f"{version} 年指引") for version in guideline.versions()]


def kind_choices() -> list[tuple[str, str]]:
    return [(kind.name, kind.label) for kind in holders.KINDS.values()]


class DutyStanding(Record):
    """One duty of one holder in one period. `done` of a running duty counts what is missing."""

    duty = models.CharField("要求", max_length=60, choices=duty_choices)
    article = models.CharField("条文", max_length=4)
    law = models.CharField("指引版本", max_length=20, choices=law_choices)
    first = models.DateField("期初")
    last = models.DateField("期末")
    holder_kind = models.CharField("责任方类别", max_length=20, choices=kind_choices)
    holder = models.BigIntegerField("责任方编号")
    holder_name = models.CharField("责任方", max_length=200)
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="地方")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="单位")
    asked = models.PositiveIntegerField("应有")
    done = models.PositiveIntegerField("已有")
    due_on = models.DateField("应做到日期")
    since = models.DateField("缺项起始", null=True)
    state = models.CharField("情况", max_length=10, choices=STATES)

    class Meta:
        verbose_name = verbose_name_plural = "履职情况"
        ordering = ["division_id", "id"]
        constraints = [models.UniqueConstraint(fields=["duty", "first", "holder"], name="one_standing_a_period")]
        indexes = [
            models.Index(fields=["division", "id"], name="standing_division"),
            models.Index(fields=["unit", "first"], name="standing_unit", condition=Q(unit__isnull=False)),
            models.Index(fields=["first", "division", "duty"], name="standing_period"),
            models.Index(fields=["holder_kind", "holder"], name="standing_holder"),
            # the board of a province counts from it alone
            models.Index(
                fields=["first", "duty", "state", "division"], condition=Q(withdrawn_at=None), name="standing_board"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder_name}：{self.get_duty_display()}"


class Proof(models.Model):
    """One row that proves a standing, or of a running duty: one that misses something."""

    standing = models.ForeignKey(DutyStanding, models.CASCADE, db_index=False, related_name="proofs")
    source = models.CharField(max_length=60)
    row = models.BigIntegerField()
    day = models.DateField()

    class Meta:
        verbose_name = verbose_name_plural = "履职依据"
        constraints = [models.UniqueConstraint(fields=["standing", "row"], name="one_proof_a_row")]
        indexes = [models.Index(fields=["source", "row"], name="proof_of_row")]

    def __str__(self) -> str:
        return f"{self.source} {self.row}"
