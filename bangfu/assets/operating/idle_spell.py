"""闲置低效 (1.4): an asset that is not, or badly, used: since when, why, how and by when it shall be put to use."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.actor import Actor
from bangfu.assets.operating import part, powers
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class IdleSpell(Record):
    class Kind(models.TextChoices):
        IDLE = "idle", "闲置"
        INEFFICIENT = "inefficient", "低效"

    division = part.place()
    asset = part.asset("idle_spells")
    kind = models.CharField("情况", max_length=12, choices=Kind.choices)
    since_on = models.DateField("自哪天起")
    reason = models.CharField("原因", max_length=200)
    plan = models.CharField("盘活措施", max_length=300)
    plan_by_on = models.DateField("计划完成日期")
    responsible = text("负责人", 40)
    used_on = models.DateField("盘活日期", null=True)
    outcome = text("盘活结果", 200)
    state_before = part.state_before()

    class Meta:
        verbose_name = verbose_name_plural = "资产闲置低效"
        indexes = [models.Index(fields=["division", "id"], name="idle_spell_division")]
        constraints = [
            models.UniqueConstraint(
                fields=["asset"], condition=Q(used_on=None, withdrawn_at=None), name="one_open_idle_spell"
            ),
            models.CheckConstraint(
                condition=Q(used_on=None) | Q(used_on__gte=F("since_on")), name="idle_spell_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since_on} 起{self.get_kind_display()}"


class IdleSpellLedger(Ledger):
    slug, model, article, scope, scope_from = "asset-idle-spells", IdleSpell, "1.4", "division", "asset"
    says = "闲置、低效的资产：原因、盘活措施、由谁在什么时候办好，后来怎样"
    acts_only, read_by, edited_by = True, part.READERS, part.WRITERS
    columns = ("asset", "division", "kind", "since_on", "plan", "plan_by_on", "used_on")
    card = ("asset", "kind", "plan_by_on")
    filters = ("asset", "kind", "since_on", "plan_by_on", "used_on")
    search = ("asset__name", "reason", "plan")
    tones = {"kind": {"idle": "bad", "inefficient": "warn"}}
    groups = {
        "情况": ("asset", "kind", "since_on", "reason"),
        "盘活": ("plan", "plan_by_on", "responsible", "used_on", "outcome"),
    }
    untracked = ("state_before",)
    detail_template = "assets/act_row.html"
    stats = (Stat("还没有盘活", where=Q(used_on=None), unit="项"), Stat("按情况", by="kind"))

    def more(self, record: IdleSpell, actor: Actor) -> dict[str, Any]:
        return powers.of_spell(record, actor)
