"""就业意向 (3.1): who wants work, what kind, where and for how much; kept current until a placement."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.kernel import dates
from bangfu.ledger.columns import yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.people import codes
from bangfu.people.columns import coded, text
from bangfu.services import settling
from bangfu.services.columns import chosen, of_activity
from bangfu.services.of_person import AboutPerson, OfPerson

OPEN = Q(placed_on=None, closed_reason="")


class EmploymentWish(OfPerson):
    class Reason(models.TextChoices):
        NOT_YET_OUT = "not_yet_out", "还没外出务工"
        RETURNED = "returned", "返乡待业"
        CHANGE = "change", "想换工作"

    class Closed(models.TextChoices):
        SELF_FOUND = "self_found", "自己找到工作"
        UNABLE = "unable", "因病因残不能工作"
        CARES = "cares", "要照顾家人"
        SCHOOL = "school", "上学或参军"
        GIVEN_UP = "given_up", "没有意愿了"

    wished_on = models.DateField("登记日期")
    reason = models.CharField("为什么找工作", max_length=20, choices=Reason.choices)
    industry = coded("想做的行业", "industry")
    skill = text("会什么", 100, "证书、手艺、做过的工种")
    work_area = chosen("想在哪里", "work_area")
    wage_yuan = yuan("最低月工资")
    limits = text("限制", 100, "如：只能白班、要接送小孩")
    visit = of_activity("来自哪次走访")
    confirmed_on = models.DateField("最近核实日期", null=True, blank=True, help_text="又问过一次、意向没变，填这一天")
    closed_reason = models.CharField("不再找的原因", max_length=20, choices=Closed.choices, blank=True, default="")
    placed_on = models.DateField("就业日期", null=True, editable=False)

    class Meta(OfPerson.Meta):
        verbose_name = verbose_name_plural = "就业意向"
        indexes = [
            models.Index(fields=["village", "id"], name="employment_wish_village"),
            models.Index(fields=["village", "wished_on"], name="employment_wish_open", condition=OPEN),
        ]
        constraints = [
            *OfPerson.Meta.constraints,
            models.UniqueConstraint(fields=["person", "wished_on"], name="one_employment_wish_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.get_reason_display()}"


class EmploymentWishLedger(AboutPerson, Ledger):
    slug, model, article = "employment-wishes", EmploymentWish, "3.1"
    says = "谁想找工作、想在哪里、要多少工资；就业后自动了结"
    edited_by = FIELD
    columns = ("name", "village", "reason", "work_area", "wage_yuan", "wished_on", "confirmed_on", "placed_on")
    card = ("name", "work_area", "wished_on", "placed_on")
    filters = (
        "reason", "industry", "work_area", "wished_on", "confirmed_on", "closed_reason", "placed_on", "person",
    )  # fmt: skip
    search = ("name", "skill")
    form = (
        "person", "wished_on", "reason", "industry", "skill", "work_area", "wage_yuan", "limits", "visit",
        "confirmed_on", "closed_reason",
    )  # fmt: skip
    exchange = ("household", "name", *(name for name in form[1:] if name != "visit"))
    bulk, identity = ("confirmed_on",), ("household", "name", "wished_on")
    limits = {"wished_on": (None, dates.today), "confirmed_on": (None, dates.today)}
    choice_aliases = codes.aliases("work_area", "industry")
    groups = {"意向": ("household", *form[:9]), "结果": ("confirmed_on", "closed_reason", "placed_on")}
    stats = (
        Stat("已就业", where=Q(placed_on__isnull=False), over=Q(closed_reason="")),
        Stat("还在找", where=OPEN, unit="人"),
        Stat("返乡待业", where=OPEN & Q(reason="returned"), unit="人"),
        Stat("按想去的地方", by="work_area"),
    )

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return settling.following(EmploymentWish, keys)

    def clean(self, data: dict[str, Any], record: EmploymentWish | None) -> dict[str, str]:
        if data["visit"] and data["visit"].household_id not in (None, data["person"].household_id):
            return {"visit": "这次走访的是另一户，请选走访这一户的那一次"}
        return {}
