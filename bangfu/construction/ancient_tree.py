"""古树名木 (2.4): number, grade, who looks after it, and whose name it bears until when."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.construction import tree_naming
from bangfu.divisions.models import Division
from bangfu.ledger.constraints import must
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class AncientTree(Record):
    class Grade(models.TextChoices):
        FIRST = "first", "一级（500年以上）"
        SECOND = "second", "二级（300年以上）"
        THIRD = "third", "三级（100年以上）"
        FAMOUS = "famous", "名木"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    tree_no = models.CharField("古树编号", max_length=30, help_text="保护牌上的编号")
    species = models.CharField("树种", max_length=40)
    grade = models.CharField("保护等级", max_length=10, choices=Grade.choices)
    age = models.PositiveIntegerField("树龄（年）", null=True, blank=True, validators=[MinValueValidator(1)])
    height_m = models.DecimalField("树高（米）", max_digits=5, decimal_places=1, null=True, blank=True)
    custodian = text("日常养护人", 60)
    health = text("生长情况", 100)
    named_for = text("冠名", 60, "认捐后冠名的人或单位")
    named_on = models.DateField("冠名日期", null=True, blank=True)
    named_until = models.DateField("冠名到期", null=True, editable=False)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "古树名木"
        indexes = [models.Index(fields=["village", "id"], name="ancient_tree_village")]
        constraints = [
            models.UniqueConstraint(fields=["tree_no"], name="one_ancient_tree_a_number"),
            must(
                Q(named_for="", named_on=None) | (~Q(named_for="") & Q(named_on__isnull=False)),
                "ancient_tree_named_on_together",
                "冠名和冠名日期要一起填",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.species}（{self.tree_no}）"


class AncientTreeLedger(Ledger):
    slug, model, article = "ancient-trees", AncientTree, "2.4"
    says = "古树名木的等级、养护人和冠名期限"
    is_open, edited_by = True, FIELD
    columns = ("tree_no", "species", "village", "grade", "age", "custodian", "named_for", "named_until")
    card = ("tree_no", "species", "grade")
    filters = ("grade", "age", "named_on", "named_until", "custodian")
    search = ("tree_no", "species", "named_for")
    in_search = True
    form = exchange = (
        "village", "tree_no", "species", "grade", "age", "height_m", "custodian", "health", "named_for", "named_on",
        "longitude", "latitude",
    )  # fmt: skip
    bulk, identity = ("custodian",), ("tree_no",)
    limits = {"longitude": (109.0, 118.0), "latitude": (20.0, 26.0), "age": (1, 5000), "height_m": (1, 100)}
    point = ("longitude", "latitude")
    groups = {"古树": form[:8], "冠名": ("named_for", "named_on", "named_until"), "位置": form[10:]}
    related = (("tree-pledges", "ancient_tree"),)
    stats = (
        Stat("按等级", by="grade"),
        Stat("已冠名", where=~Q(named_for=""), unit="株"),
        Stat("没有养护人", where=Q(custodian=""), unit="株"),
    )

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return tree_naming.following(AncientTree, keys)
