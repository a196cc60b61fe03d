"""自然村生活污水治理 (2.3): one row a natural village, so that each has exactly one mode; a suggestion that explains itself."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.construction import sewage_advice
from bangfu.construction.sewage_advice import Layout, Mode
from bangfu.divisions.models import Division
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.columns import yuan
from bangfu.ledger.constraints import must
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text

ONE_MODE = "还没定的不选；一个自然村只有一种"
TREATED = Q(state__in=["running", "faulty"])


class NaturalVillage(Record):
    class State(models.TextChoices):
        UNTREATED = "untreated", "未治理"
        BUILDING = "building", "在建"
        RUNNING = "running", "正常运行"
        FAULTY = "faulty", "不正常运行"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    natural_village = models.CharField("自然村", max_length=60)
    households = models.PositiveIntegerField("户数")
    people = models.PositiveIntegerField("常住人口")
    layout = models.CharField("居住", max_length=10, choices=Layout.choices)
    network_km = models.DecimalField("到污水管网距离（公里）", max_digits=6, decimal_places=2, null=True, blank=True)
    mode = models.CharField("治理模式", max_length=20, choices=Mode.choices, blank=True, default="", help_text=ONE_MODE)
    state = models.CharField("治理状态", max_length=20, choices=State.choices, default=State.UNTREATED)
    finished_on = models.DateField("完工日期", null=True, blank=True)
    cost_yuan = yuan("建设费用")
    yearly_yuan = yuan("年运行费用")
    fault = text("不正常的原因", 100)
    caretaker = text("管护人", 40)
    caretaker_phone = text("管护人电话", 20)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "自然村污水治理"
        indexes = [models.Index(fields=["village", "id"], name="natural_village_village")]
        constraints = [
            models.UniqueConstraint(fields=["village", "natural_village"], name="one_row_a_natural_village"),
            must(
                Q(state="untreated") | ~Q(mode=""), "natural_village_mode_of_treated", "在建或已治理的，请选择治理模式"
            ),
        ]

    def __str__(self) -> str:
        return self.natural_village


class NaturalVillageLedger(Ledger):
    slug, model, article = "natural-villages", NaturalVillage, "2.3"
    work_page = ("construction:settlement", "看人居环境")
    says = "每个自然村一行：污水治理的模式、运行、费用和管护人"
    columns = ("natural_village", "village", "households", "mode", "state", "network_km", "caretaker")
    card = ("natural_village", "mode", "state")
    filters = ("mode", "state", "layout", "people", "finished_on", "caretaker")
    search = ("natural_village", "caretaker")
    in_search = True
    form = exchange = (
        "village", "natural_village", "households", "people", "layout", "network_km", "mode", "state", "finished_on",
        "cost_yuan", "yearly_yuan", "fault", "caretaker", "caretaker_phone", "longitude", "latitude",
    )  # fmt: skip
    bulk, identity = ("caretaker",), ("natural_village", "village")
    masked = {"caretaker_phone": mask_phone}
    limits = {"longitude": (109.0, 118.0), "latitude": (20.0, 26.0), "network_km": (0, 200)}
    tones = {"state": {"running": "ok", "faulty": "bad", "building": "note"}}
    groups = {"自然村": form[:6], "治理": form[6:12], "管护": form[12:14], "位置": form[14:]}
    point, detail_template = ("longitude", "latitude"), "construction/natural_village.html"
    stats = (
        Stat("治理率", where=TREATED, over=Q(id__isnull=False)),
        Stat("正常运行率", where=Q(state="running"), over=TREATED),
        Stat("没定模式", where=Q(mode=""), unit="个自然村"),
        Stat("按模式", by="mode"),
    )

    def more(self, record: Any, actor: Actor) -> dict[str, Any]:
        return {"advice": sewage_advice.of(record)}
