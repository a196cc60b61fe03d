"""承诺授权 (1.1): the household's promise of truth and its consent to the comparison; without one nothing is compared."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangfu.consolidation.cases import Case
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.people.models import Household, Person

#: what is promised and allowed; a change of the words is a new version
STATEMENT = (
    "本户承诺所报情况属实，同意为认定和帮扶之目的，由相关部门查询核对本户全体成员的户籍、住房、车辆、市场主体登记、"
    "社会保障和金融资产等信息；授权可以随时撤回，撤回后不再比对。"
)
STATEMENT_NO = "2026-1"


class Consent(Record):
    """Who signed, when, on paper or electronically, and for whom. Of children under 14 the guardian signs (个保法 31)."""

    class Form(models.TextChoices):
        PAPER = "paper", "纸质签字"
        ELECTRONIC = "electronic", "电子签署"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    household = models.ForeignKey(Household, models.PROTECT, related_name="consents", verbose_name="农户")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="consents", verbose_name="监测对象识别")
    form = models.CharField("签署方式", max_length=10, choices=Form.choices)
    signer = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="签署人")
    signed_on = models.DateField("签署日期")
    statement_no = models.CharField("承诺书版本", max_length=20, default=STATEMENT_NO)
    #: ids of the members it covers
    members = ArrayField(models.BigIntegerField(), default=list, editable=False)
    covered = models.CharField("代表的成员", max_length=400)
    minors = text("监护人代签的未满14周岁成员", 200)
    witness = models.CharField("经办人", max_length=80)
    revoked_on = models.DateField("撤回日期", null=True)
    revoked_reason = text("撤回说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "承诺授权"
        indexes = [models.Index(fields=["village", "id"], name="consent_village")]

    def __str__(self) -> str:
        return f"{self.signed_on} {self.get_form_display()}"


class ConsentLedger(Ledger):
    slug, model, article = "consents", Consent, "1.1"
    says = "农户对信息比对的承诺和授权，纸质扫描或电子签署"
    read_by, scope_from, acts_only = (*OFFICIALS, *TEAM), "household", True
    columns = ("signed_on", "household", "village", "form", "signer", "covered", "revoked_on")
    card = ("signed_on", "household", "form")
    filters = ("form", "signed_on", "revoked_on", "case", "household")
    groups = {
        "授权": ("household", "village", "form", "signer", "signed_on", "statement_no", "covered", "minors", "witness"),
        "撤回": ("revoked_on", "revoked_reason"),
    }
    untracked = ("members",)
    in_menu = False
    stats = (
        Stat("有效授权", where=Q(revoked_on=None), unit="份"),
        Stat("电子签署", where=Q(form="electronic"), over=Q(revoked_on=None)),
    )
