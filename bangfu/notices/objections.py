"""异议: what somebody says against a running notice, and the answer; the flow waits until each is answered (1.1)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import FIELD, OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.notices.public_notices import PublicNotice


class Objection(Record):
    class Outcome(models.TextChoices):
        UPHELD = "upheld", "异议成立"
        REJECTED = "rejected", "异议不成立"

    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="行政村"
    )
    public_notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections", verbose_name="公示")
    received_on = models.DateField("收到日期", default=dates.today)
    from_whom = models.CharField("提出人", max_length=40, blank=True, default="", db_default="", help_text="匿名的不填")
    phone = models.CharField("联系电话", max_length=20, blank=True, default="", db_default="")
    content = models.TextField("异议内容")
    answered_on = models.DateField("答复日期", null=True, blank=True)
    outcome = models.CharField("结论", max_length=10, choices=Outcome.choices, blank=True, default="", db_default="")
    answer = models.TextField("核实情况和答复", blank=True, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "公示异议"
        indexes = [models.Index(fields=["village", "id"], name="objection_village")]

    def __str__(self) -> str:
        return f"{self.received_on} 对{self.public_notice}的异议"


OPEN = Q(answered_on=None, withdrawn_at=None)


class ObjectionLedger(Ledger):
    slug, model, article = "objections", Objection, "1.1"
    scope_from = "public_notice"
    says = "公示期间收到的异议、核实和答复"
    read_by, edited_by = (*OFFICIALS, *TEAM), FIELD
    columns = ("content", "public_notice", "village", "received_on", "answered_on", "outcome")
    card = ("content", "received_on", "outcome")
    filters = ("outcome", "received_on", "answered_on", "public_notice")
    form = ("public_notice", "received_on", "from_whom", "phone", "content", "answered_on", "outcome", "answer")
    masked = {"phone": mask_phone}
    tones = {"outcome": {"upheld": "warn", "rejected": "ok"}}
    groups = {"异议": form[:5], "答复": form[5:]}
    stats = (
        Stat("未答复", where=Q(answered_on=None), unit="件"),
        Stat("成立率", where=Q(outcome="upheld"), over=Q(answered_on__isnull=False)),
    )

    def clean(self, data: dict[str, Any], record: Objection | None) -> dict[str, str]:
        notice, received = data.get("public_notice"), data.get("received_on")
        if notice and received and received < notice.from_on:
            return {"received_on": f"早于公示开始的 {notice.from_on}，请核对"}
        given = [bool(data.get(name)) for name in ("answered_on", "outcome", "answer")]
        if any(given) and not all(given):
            return {"answer": "答复日期、结论、核实情况和答复要一起填"}
        if data.get("answered_on") and received and data["answered_on"] < received:
            return {"answered_on": "答复日期早于收到日期，请核对"}
        return {}
