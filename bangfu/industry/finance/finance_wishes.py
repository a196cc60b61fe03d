"""金融需求 (4.3): what households and operators want to borrow or insure, found in visits; what was proposed and came of it."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Act, Role
from bangfu.activities.models import Activity
from bangfu.industry import borrowers, columns
from bangfu.industry.finance import proposals
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, OFFICIALS, TEAM, Ledger, Stat
from bangfu.people import codes
from bangfu.people.columns import text


class FinanceWish(borrowers.Asker):
    class Outcome(models.TextChoices):
        OPEN = "open", "待答复"
        LENT = "lent", "已放贷"
        INSURED = "insured", "已投保"
        REFUSED = "refused", "银行不受理"
        ENDED = "ended", "不再需要"

    division = columns.place("镇村")
    wish_no = models.CharField(
        "需求编号", max_length=40, unique=True, default=columns.new_number, help_text="已自动编号；有自己编号的可以改"
    )
    asked_on = models.DateField("提出日期")
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="在哪次走访中提出"
    )
    amount_yuan = Yuan("想要的金额", validators=[MinValueValidator(1)])
    months = models.PositiveSmallIntegerField("期限（月）", validators=[MinValueValidator(1), MaxValueValidator(360)])
    purpose = models.CharField("用途", max_length=codes.LENGTH, choices=codes.choices("loan_purpose"))
    bank = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="交给哪家银行")
    consented_on = models.DateField(
        "本人同意银行查看的日期", null=True, blank=True, help_text="没有同意的，银行看不到这条需求"
    )
    outcome = models.CharField("结果", max_length=20, choices=Outcome.choices, default=Outcome.OPEN)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answer = text("答复说明", 300)

    class Meta:
        verbose_name = verbose_name_plural = "金融需求"
        indexes = [models.Index(fields=["division", "id"], name="finance_wish_division")]

    def __str__(self) -> str:
        return f"{self.household or self.business_entity} {self.wish_no}"


class FinanceWishLedger(Ledger):
    slug, model, article, scope, unit = "finance-wishes", FinanceWish, "4.3", "division", "bank"
    says = "走访中了解到的贷款、保险需求，系统对照产品规则说明能办哪种；银行只看到本人同意的"
    read_by, edited_by = (*OFFICIALS, *TEAM, Role.BANK), FIELD
    columns = ("wish_no", "household", "business_entity", "division", "amount_yuan", "purpose", "outcome", "asked_on")
    card = ("wish_no", "household", "business_entity", "amount_yuan", "outcome")
    filters = ("outcome", "purpose", "bank", "household", "business_entity", "asked_on", "answered_on", "amount_yuan")
    search = ("wish_no", "household__head_name", "business_entity__name")
    form = ("division", "wish_no", "household", "business_entity", "asked_on", "activity", "amount_yuan", "months",
            "purpose", "bank", "consented_on", "outcome", "answered_on", "answer")  # fmt: skip
    exchange = tuple(name for name in form if name != "activity")
    identity = ("wish_no",)
    checks = (borrowers.check,)
    tones = {"outcome": {"open": "warn", "lent": "ok", "insured": "ok", "refused": "muted", "ended": "muted"}}
    groups = {"需求": form[:9], "交给银行": form[9:11], "结果": form[11:]}
    detail_template = "industry/wish_record.html"
    stats = (
        Stat("已答复", where=~Q(outcome="open"), over=Q(withdrawn_at=None)),
        Stat("已放贷", where=Q(outcome="lent"), unit="笔"),
        Stat("待答复", where=Q(outcome="open"), unit="笔"),
        Stat("按结果", by="outcome"),
    )

    def of_units(self, units: frozenset[int]) -> Q:
        return Q(bank__in=units, consented_on__isnull=False)

    def clean(self, data: dict[str, Any], record: FinanceWish | None) -> dict[str, str]:
        if found := borrowers.faults(data):
            return found
        if (data["outcome"] == "open") == bool(data["answered_on"]):
            return {"answered_on": "有结果的填答复日期；待答复的不填"}
        return {}

    def more(self, record: FinanceWish, actor: Actor) -> dict[str, Any]:
        is_open = record.outcome == "open"
        banks = actor.units(Act.READ, (Role.BANK,))
        may_answer = is_open and bool(record.consented_on) and record.bank_id in banks and not record.withdrawn_at
        fits = proposals.for_wish(record) if is_open else []
        if banks:  # a bank is told about its own products
            fits = [fit for fit in fits if fit.product.bank_id in banks]
        return {"fits": fits, "may_answer": may_answer}
