"""区划: the tree of divisions by 12-digit statistical code. A division owns the codes [code, code + span)."""

from django.db import models

from bangfu.kernel.codes import Level


class Division(models.Model):
    """One division from province to village. Codes that ended keep their row, with `valid_to`."""

    code = models.BigIntegerField("区划代码", primary_key=True)
    name = models.CharField("名称", max_length=80)
    full_name = models.CharField("全称", max_length=200, help_text="自市级起，如 清远市/英德市/东华镇")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name="上级")
    level = models.PositiveSmallIntegerField("层级", choices=[(int(level), level.name) for level in Level])
    kind = models.CharField("类别", max_length=20)
    is_functional = models.BooleanField("功能区", default=False, help_text="林场、农场、园区等类似乡级单位")
    pinyin = models.CharField("拼音", max_length=200, default="")
    initials = models.CharField("拼音首字母", max_length=60, default="")
    valid_from = models.DateField("启用日期", null=True)
    valid_to = models.DateField("停用日期", null=True)

    class Meta:
        ordering = ["code"]
        verbose_name = "区划"
        verbose_name_plural = "区划"

    def __str__(self) -> str:
        return self.name
