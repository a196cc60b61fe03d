"""区划: the tree of divisions by 12-digit statistical code, how codes succeed each other, and their boundaries.

A division owns the codes [code, code + span).
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from bangfu.divisions import naming
from bangfu.divisions.source import KIND_LABELS
from bangfu.kernel.codes import Level

LEVEL_LABELS = {Level.PROVINCE: "省", Level.CITY: "市", Level.COUNTY: "县", Level.TOWN: "镇", Level.VILLAGE: "村"}
LEVELS = [(int(level), text) for level, text in LEVEL_LABELS.items()]


class Division(models.Model):
    """One division from province to village. Codes that ended keep their row, with `valid_to`."""

    code = models.BigIntegerField("区划代码", primary_key=True)
    name = models.CharField("名称", max_length=80, help_text="与数据来源一致，不改动")
    full_name = models.CharField("全称", max_length=200, help_text="自市级起，如 清远市英德市东华镇")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name="上级")
    level = models.PositiveSmallIntegerField("层级", choices=LEVELS)
    kind = models.CharField("类别", max_length=20, choices=[(kind.value, text) for kind, text in KIND_LABELS.items()])
    is_functional = models.BooleanField("功能区", default=False, help_text="林场、农场、园区等类似乡级单位")
    pinyin = models.CharField("拼音", max_length=200, default="")
    initials = models.CharField("拼音首字母", max_length=60, default="")
    match_key = models.CharField("比对名", max_length=80, default="", help_text="去掉“镇”“村委会”等字尾的名称")
    grams = ArrayField(models.CharField(max_length=2), default=list, verbose_name="名称的单字和双字")
    valid_from = models.DateField("启用日期", null=True)
    valid_to = models.DateField("停用日期", null=True, help_text="自这一天起不再使用")

    class Meta:
        ordering = ["code"]
        verbose_name = "区划"
        verbose_name_plural = "区划"
        indexes = [
            GinIndex(fields=["grams"], name="division_grams"),
            models.Index(fields=["pinyin"], name="division_pinyin", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["initials"], name="division_initials", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["match_key"], name="division_match_key"),
            models.Index(fields=["full_name"], name="division_full_name"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name as it is shown: see `naming`."""
        return naming.label(self.name)

    @property
    def has_ended(self) -> bool:
        return self.valid_to is not None


class Succession(models.Model):
    """One code follows another from a day on. A split has one row per new code, a merge one per old code."""

    class Kind(models.TextChoices):
        MERGE = "merge", "合并"
        SPLIT = "split", "拆分"
        RENAME = "rename", "更名"
        TRANSFER = "transfer", "划转（换代码）"

    old = models.ForeignKey(Division, models.PROTECT, related_name="successions", verbose_name="原区划", db_column="old")
    new = models.ForeignKey(Division, models.PROTECT, related_name="origins", verbose_name="新区划", db_column="new")
    kind = models.CharField("变更类型", max_length=10, choices=Kind.choices)
    from_on = models.DateField("生效日期")
    document_no = models.CharField("批准文号", max_length=80)
    note = models.CharField("说明", max_length=200, blank=True, default="")
    recorded_by = models.CharField("登记人", max_length=60)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        ordering = ["-from_on", "-id"]
        verbose_name = "代码变更"
        verbose_name_plural = "代码变更"
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="succession_once")]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"
