"""疑似重复: two records that may be one person (1.1), found by set and decided side by side."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.comparing import lines
from bangfu.people.person import Person


class DuplicatePair(Record):
    """The place is the lowest division that holds both: whoever answers for it decides, nobody with half the picture."""

    class Cause(models.TextChoices):
        SAME_NUMBER = "same_number", "证件号码相同"
        DISABILITY_CARD = "disability_card", "残疾人证号与身份证号指同一人"
        OLD_NUMBER = "old_number", "15 位旧号码与 18 位号码指同一人"
        SAME_NAME_AND_BIRTH = "same_name_birth", "同镇同名同生日"

    class State(models.TextChoices):
        OPEN = "open", "待核对"
        SAME = "same", "同一人，已合并"
        DIFFERENT = "different", "不是同一人"

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="共同上级")
    # no constraint: an import that is undone takes its rows and their pairs away (triggers.py)
    first = models.ForeignKey(
        Person, models.PROTECT, db_constraint=False, related_name="pairs_as_first", verbose_name="甲"
    )
    second = models.ForeignKey(
        Person, models.PROTECT, db_constraint=False, related_name="pairs_as_second", verbose_name="乙"
    )
    causes = ArrayField(models.CharField(max_length=20, choices=Cause.choices), verbose_name="疑似原因")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.OPEN, db_default=State.OPEN)
    decided_on = models.DateField("核对日期", null=True)
    decided_by = models.CharField("核对人", max_length=60, default="", db_default="")
    reason = models.CharField("理由", max_length=200, default="", db_default="")

    class Meta:
        verbose_name = "疑似重复人员"
        verbose_name_plural = "疑似重复人员"
        ordering = ["division_id", "id"]
        indexes = [models.Index(fields=["division", "id"], name="duplicate_division")]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(name="pair_in_order", condition=Q(first__lt=F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.first} 与 {self.second}"


def may_decide(actor: Actor, pair: DuplicatePair) -> bool:
    """Who may see full numbers in all of the place: the town for its own villages, the province across cities."""
    return pair.division_id in actor.scope(Act.REVEAL, (*OFFICIALS, *TEAM))


class DuplicatePairLedger(Ledger):
    slug, model, article = "duplicate-people", DuplicatePair, "1.1"
    scope = "division"
    says = "可能是同一个人的两条登记，并排核对后合并或保留"
    columns = ("first", "second", "causes", "division", "state", "decided_on", "decided_by")
    card = ("first", "second", "state")
    filters = ("state", "causes", "decided_on")
    acts_only = True
    groups = {"核对": ("state", "causes", "division", "decided_on", "decided_by", "reason")}
    tones = {"state": {"open": "warn", "same": "muted", "different": "muted"}}
    stats = (
        Stat("待核对", where=Q(state="open"), unit="对"),
        Stat("已核对", where=~Q(state="open"), over=Q(state__isnull=False)),
    )
    detail_template = "people/duplicate.html"

    def more(self, record: DuplicatePair, actor: Actor) -> dict[str, Any]:
        compared = lines(record.first, record.second)
        return {
            "different": [line for line in compared if line.differs],
            "alike": [line for line in compared if not line.differs],
            "may_decide": record.state == DuplicatePair.State.OPEN and may_decide(actor, record),
            "persons": [(side, word, getattr(record, side)) for side, word in (("first", "甲"), ("second", "乙"))],
        }
