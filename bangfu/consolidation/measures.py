"""帮扶措施 (1.1): what is done for a household, by whom, until when, with what result; also help that ends by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.consolidation import measure_rules
from bangfu.consolidation.monitored import DEVELOPMENT
from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Batch, Fault
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.people.models import Household


class AssistanceMeasure(Record):
    class State(models.TextChoices):
        PLANNED = "planned", "计划中"
        UNDER_WAY = "under_way", "落实中"
        DELIVERED = "delivered", "已落实"
        STOPPED = "stopped", "不再实施"

    class End(models.TextChoices):
        MATURITY = "maturity", "贷款到期"
        CONTRACT = "contract", "岗位或合同到期"
        SCHOOL = "school", "学段结束"
        POLICY = "policy", "按该项政策规定"

    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="行政村"
    )
    household = models.ForeignKey(Household, models.PROTECT, related_name="measures", verbose_name="农户")
    kind = models.CharField("措施类别", max_length=codes.LENGTH, choices=codes.choices("measure_kind"))
    item = models.CharField("具体措施", max_length=codes.LENGTH, choices=codes.choices("measure_item"))
    content = text("内容", 200)
    responsible = models.CharField("责任人", max_length=40)
    due_on = models.DateField("计划落实日期")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.PLANNED)
    delivered_on = models.DateField("落实日期", null=True, blank=True)
    amount_yuan = Yuan("金额（元）", max_digits=12, null=True, blank=True, validators=[MinValueValidator(0)])
    result = text("成效", 200)
    ends_on = models.DateField("自然到期日", null=True, blank=True, help_text="风险消除后仍延续到这一天")
    ends_with = models.CharField("延续到", max_length=10, choices=End.choices, blank=True, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "帮扶措施"
        indexes = [models.Index(fields=["village", "id"], name="measure_village")]
        _same = ["household", "kind", "item", "due_on"]
        constraints = [models.UniqueConstraint(fields=_same, name="one_measure_a_day")]

    def __str__(self) -> str:
        return f"{self.get_item_display()}（{self.get_kind_display()}）"


def not_to_be_helped(batch: Batch) -> Iterable[Fault]:
    return [Fault(row, "household", measure_rules.NOT_MONITORED) for (row,) in batch.fetch(measure_rules.STRANGERS)]


class AssistanceMeasureLedger(Ledger):
    slug, model, article = "assistance-measures", AssistanceMeasure, "1.1"
    says = "监测户的帮扶措施：开发式、保障类和兜底类，责任人、期限和成效"
    read_by, edited_by, scope_from = (*OFFICIALS, *TEAM), FIELD, "household"
    columns = ("household", "village", "kind", "item", "state", "due_on", "responsible", "delivered_on")
    card = ("household", "item", "state")
    filters = ("kind", "item", "state", "due_on", "delivered_on", "ends_on", "household")
    search = ("household__head_name", "responsible")
    form = exchange = (
        "household", "kind", "item", "content", "responsible", "due_on", "state", "delivered_on", "amount_yuan", "result",
        "ends_on", "ends_with",
    )  # fmt: skip
    bulk, identity = ("responsible",), ("household", "kind", "item", "due_on")
    choice_aliases = codes.aliases(kind="measure_kind", item="measure_item")
    checks = (not_to_be_helped,)
    tones = {"state": {"delivered": "ok", "under_way": "note", "stopped": "muted"}}
    groups = {"措施": form[:6], "落实": form[6:10], "延续": form[10:]}
    stats = (
        Stat("已落实率", where=Q(state="delivered"), over=~Q(state="stopped")),
        Stat("开发式措施", where=Q(kind__in=DEVELOPMENT), unit="项"),
        Stat("按类别", by="kind"),
    )

    def clean(self, data: dict[str, Any], record: AssistanceMeasure | None) -> dict[str, str]:
        return measure_rules.faults(data)
