"""结对选派 (3.2): teachers and doctors sent here, or from here to learn, and for how many days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Func, Q

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Batch, Fault
from bangfu.kernel import dates
from bangfu.ledger.constraints import not_before
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.services.pairing.institution_pairing import InstitutionPairing


class Dispatch(Record):
    class Direction(models.TextChoices):
        HERE = "here", "派来帮扶"
        THERE = "there", "派去跟岗进修"

    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="所在地"
    )
    institution_pairing = models.ForeignKey(
        InstitutionPairing, models.PROTECT, related_name="dispatches", verbose_name="结对"
    )
    person_name = models.CharField("姓名", max_length=40)
    title = text("职称职务", 40)
    subject = text("学科或科室", 40)
    direction = models.CharField("方向", max_length=10, choices=Direction.choices)
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", null=True, blank=True, help_text="含当日；还在的不填")
    days = models.GeneratedField(
        # a day less a day is a number here; Django's own difference is an interval
        expression=Func(F("to_on"), F("from_on"), arg_joiner=" - ", template="(%(expressions)s + 1)"),
        output_field=models.IntegerField("天数", null=True),
        db_persist=True,
        verbose_name="天数",
    )
    work = text("做了什么", 200)

    class Meta:
        verbose_name = verbose_name_plural = "结对选派"
        indexes = [models.Index(fields=["division", "id"], name="dispatch_division")]
        constraints = [
            models.UniqueConstraint(
                fields=["institution_pairing", "person_name", "from_on"], name="one_dispatch_a_beginning"
            ),
            not_before("to_on", "from_on", "dispatch_to_on_in_order", "结束日期早于开始日期，请核对"),
        ]

    def __str__(self) -> str:
        return f"{self.person_name} {self.get_direction_display()}"


NOT_PAIRED = "开始日期不在这一对结对的时间内，请核对"


def while_paired(batch: Batch) -> Iterable[Fault]:
    found = batch.fetch(
        "SELECT r._row FROM {rows} r JOIN services_institutionpairing p ON p.id = r.institution_pairing_id"
        " WHERE r.from_on < p.from_on OR r.from_on > p.to_on"
    )
    return [Fault(row, "from_on", NOT_PAIRED) for (row,) in found]


class DispatchLedger(Ledger):
    slug, model, article, scope, scope_from = "dispatches", Dispatch, "3.2", "division", "institution_pairing"
    says = "结对学校、医院派来和派去的人，几天，做了什么"
    edited_by = (Role.COUNTY, Role.TOWN, *TEAM)
    columns = ("person_name", "title", "subject", "institution_pairing", "direction", "from_on", "to_on", "days")
    card = ("person_name", "direction", "from_on", "days")
    filters = ("direction", "from_on", "to_on", "institution_pairing")
    search = ("person_name", "subject")
    form = (
        "institution_pairing", "person_name", "title", "subject", "direction", "from_on", "to_on", "work",
    )  # fmt: skip
    exchange, identity = form, ("institution_pairing", "person_name", "from_on")
    limits, checks = {"to_on": (None, dates.today)}, (while_paired,)
    untracked = ("days",)
    groups = {"选派": form[:5], "时间": ("from_on", "to_on", "days", "work")}
    stats = (
        Stat("按方向", by="direction"),
        Stat("帮扶天数", total="days", unit="天"),
        Stat("还在岗", where=Q(to_on=None), unit="人"),
    )

    def clean(self, data: dict[str, Any], record: Dispatch | None) -> dict[str, str]:
        pairing = data["institution_pairing"]
        if data["from_on"] < pairing.from_on or (pairing.to_on and data["from_on"] > pairing.to_on):
            return {"from_on": NOT_PAIRED}
        if data["to_on"] and data["to_on"] > dates.today():
            return {"to_on": "结束日期还没有到；还在的先不填"}
        return {}
