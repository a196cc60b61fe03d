"""规模性返贫预案 (1.1): what a county does when a place turns yellow, orange or red: the task, who, within how many days."""

from __future__ import annotations

from django.db import models

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text

DOERS = (Role.COUNTY, Role.TOWN, Role.VILLAGE, Role.CAPTAIN)


class ContingencyTask(Record):
    """One line of the plan of a county."""

    class Level(models.TextChoices):
        RED = "red", "红"
        ORANGE = "orange", "橙"
        YELLOW = "yellow", "黄"

    county = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="县（市、区）")
    level = models.CharField("预警等级", max_length=10, choices=Level.choices)
    task = models.CharField("任务", max_length=120, help_text="如：三天内逐户核实本月线索，列出共同原因")
    role = models.CharField(
        "由哪一级做", max_length=20, choices=[(role.value, role.label) for role in DOERS],
        help_text="待办会出现在这一级；它管不到整个预警地方时，由上一级接",
    )  # fmt: skip
    responsible = models.CharField("责任单位或责任人", max_length=60, help_text="如：县民政局 陈局长")
    phone = text("电话", 20)
    within_days = models.PositiveSmallIntegerField("几天内完成")

    class Meta:
        verbose_name = verbose_name_plural = "规模性返贫预案"
        ordering = ["county_id", "id"]
        indexes = [models.Index(fields=["county", "id"], name="contingency_county")]
        constraints = [models.UniqueConstraint(fields=["county", "level", "task"], name="one_contingency_task")]

    def __str__(self) -> str:
        return f"{self.get_level_display()}：{self.task}"


class ContingencyTaskLedger(Ledger):
    slug, model, article, scope = "contingency-tasks", ContingencyTask, "1.1", "county"
    says = "地方转为橙色、红色时谁做什么、几天内做完；没有预案，预警后没有人接到任务"
    read_by, edited_by = (Role.PROVINCE, Role.CITY, Role.COUNTY), (Role.COUNTY,)
    columns = ("task", "county", "level", "role", "responsible", "within_days")
    card = ("task", "level", "responsible")
    filters = ("level", "role", "within_days")
    search = ("task", "responsible")
    form = exchange = ("county", "level", "task", "role", "responsible", "phone", "within_days")
    identity = ("county", "level", "task")
    masked = {"phone": mask_phone}
    limits = {"within_days": (1, 90)}
    tones = {"level": {"red": "bad", "orange": "warn", "yellow": "note"}}
    stats = (Stat("按等级", by="level"),)
