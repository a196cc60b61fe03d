"""区划: the tree of divisions by 12-digit statistical code, how codes succeed each other, and their boundaries.

A division owns the codes [code, code + span).
"""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from bangfu.divisions import naming
from bangfu.divisions.source import KIND_LABELS
from bangfu.kernel.codes import Level

LEVEL_LABELS = {Level.PROVINCE: "省", Level.CITY: "市", Level.COUNTY: "县", Level.TOWN: "镇", Level.VILLAGE: "村"}
LEVELS = [(int(level), text) for level, text in LEVEL_LABELS.items()]


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["pinyin", "initials", "match_key", "grams"])
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
            GinIndex(fields=["grams"], name="division_grams", fastupdate=False),
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

    @property
    def has_counties(self) -> bool:
        """东莞 and 中山 have none: there the city does a county's work. One query."""
        return Division.objects.filter(parent=self, level=Level.COUNTY).exists()


class Change(models.Model):
    """代码变更: one decision (merge, split, rename, transfer) with the codes that follow each other from a day on."""

    class Kind(models.TextChoices):
        MERGE = "merge", "合并"
        SPLIT = "split", "拆分"
        RENAME = "rename", "更名"
        TRANSFER = "transfer", "划转或换代码"

    kind = models.CharField("变更类型", max_length=10, choices=Kind.choices)
    from_on = models.DateField("生效日期")
    document_no = models.CharField("批准文号", max_length=80)
    note = models.CharField("说明", max_length=200, blank=True, default="")
    recorded_by = models.CharField("登记人", max_length=60)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = "代码变更"
        verbose_name_plural = "代码变更"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document_no}"


class Succession(models.Model):
    """One code follows another. A split has a row per new code, a merge a row per old code.

    `takes_rows`: what is recorded under the old code moves to this new one. In a split at most one new code takes the
    rows; without one they stay at the ended code until people assign them.
    """

    change = models.ForeignKey(Change, models.CASCADE, related_name="successions", verbose_name="变更")
    old = models.ForeignKey(Division, models.PROTECT, related_name="heirs", verbose_name="原区划")
    new = models.ForeignKey(Division, models.PROTECT, related_name="origins", verbose_name="新区划")
    takes_rows = models.BooleanField("原有数据归入", default=True)

    class Meta:
        ordering = ["change", "old", "new"]
        verbose_name = "代码接续"
        verbose_name_plural = "代码接续"
        constraints = [models.UniqueConstraint(fields=["change", "old", "new"], name="succession_once")]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


class Recoding(models.Model):
    """How far one table's column has followed a change. Written in the same transaction as each batch of rows."""

    change = models.ForeignKey(Change, models.CASCADE, related_name="recodings", verbose_name="变更")
    table = models.CharField("数据表", max_length=80)
    column = models.CharField("列", max_length=80)
    title = models.CharField("名称", max_length=120)
    expected = models.PositiveIntegerField("应改行数", default=0)
    moved = models.PositiveIntegerField("已改行数", default=0)
    left = models.PositiveIntegerField("留在原代码的行数", default=0)
    at_old = models.BigIntegerField("进行到的原代码", default=0)
    at_row = models.CharField("进行到的行", max_length=60, default="")
    trouble = models.CharField("没有改成的原因", max_length=400, default="")
    done_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        ordering = ["id"]
        verbose_name = "数据换码"
        verbose_name_plural = "数据换码"
        constraints = [models.UniqueConstraint(fields=["change", "table", "column"], name="recoding_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.moved}/{self.expected}"


class Boundary(models.Model):
    """The outline of a city or county, WGS-84/CGCS2000, as a GeoJSON geometry. For overview pictures only.

    东莞 and 中山 stand in both levels: as cities, and where counties are drawn.
    """

    division = models.ForeignKey(Division, models.CASCADE, related_name="boundaries", verbose_name="区划")
    level = models.PositiveSmallIntegerField("图层", choices=[(2, "市"), (3, "县")])
    geometry = models.JSONField("边界")
    source = models.CharField("数据来源", max_length=120)
    approval_no = models.CharField("审图号", max_length=60, blank=True, default="")
    uploaded_by = models.CharField("上传人", max_length=60, blank=True, default="")
    uploaded_at = models.DateTimeField("更新时间")

    class Meta:
        ordering = ["level", "division"]
        verbose_name = "边界"
        verbose_name_plural = "边界"
        constraints = [models.UniqueConstraint(fields=["level", "division"], name="boundary_once")]

    def __str__(self) -> str:
        return f"{self.division_id} {self.get_level_display()}"


class BoundaryUpload(models.Model):
    """A checked file that waits for its uploader's word; nothing of the map changes before."""

    level = models.PositiveSmallIntegerField("图层", choices=[(2, "市"), (3, "县")])
    features = models.JSONField("要素")  # {code: geometry}
    source = models.CharField("数据来源", max_length=120)
    approval_no = models.CharField("审图号", max_length=60, blank=True, default="")
    uploaded_by = models.CharField("上传人", max_length=60)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = "待确认的边界"
        verbose_name_plural = "待确认的边界"

    def __str__(self) -> str:
        return self.source
