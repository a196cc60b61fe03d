"""Two models and their workbook, to try import and export without any ledger: families and members of families."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.exchange.extracts import Extract
from bangfu.exchange.sheet import Batch, Book, Column, Fault, Frame, Kind, Reference, Sheet
from bangfu.kernel import dates, text
from bangfu.kernel.codes import Level


class Row(models.Model):
    version = models.PositiveIntegerField(default=1, db_default=1)
    updated_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Family(Row):
    class Road(models.TextChoices):
        PAVED = "paved", "硬化路"
        DIRT = "dirt", "泥土路"

    village = models.ForeignKey(Division, models.PROTECT, verbose_name="行政村")
    family_no = models.CharField("户编号", max_length=20)
    address = models.CharField("住址", max_length=80, default="")
    road = models.CharField("入户路类型", max_length=10, choices=Road.choices, default="")
    area = models.DecimalField("住房面积", max_digits=8, decimal_places=2, null=True)
    heads = models.PositiveIntegerField("人口数", default=0)
    has_water = models.BooleanField("是否解决安全饮用水", null=True)
    risks = ArrayField(models.CharField(max_length=10), verbose_name="风险", default=list)
    known_on = models.DateField("识别监测时间", null=True)
    phone = models.CharField("户联系电话", max_length=20, default="")
    note = models.TextField("备注", default="50%")

    class Meta:
        app_label = "exchange_toys"
        constraints = [
            models.UniqueConstraint(fields=["family_no"], condition=models.Q(withdrawn_at=None), name="family_number"),
            models.CheckConstraint(
                condition=models.Q(heads__lte=30), name="family_heads_most", violation_error_message="人口数最多 30"
            ),
        ]

    def __str__(self) -> str:
        return self.family_no


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Member(Row):
    family = models.ForeignKey(Family, models.PROTECT, verbose_name="户")
    village = models.ForeignKey(Division, models.PROTECT, verbose_name="行政村")
    name = models.CharField("姓名", max_length=40)
    initials = models.CharField(max_length=40, default="")
    number = models.CharField("证件号码", max_length=22)
    born_on = models.DateField("出生日期", null=True)
    relation = models.CharField("与户主关系", max_length=10, default="")
    wage = models.IntegerField("月收入", null=True)

    class Meta:
        app_label = "exchange_toys"
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=models.Q(withdrawn_at=None), name="member_number")
        ]

    def __str__(self) -> str:
        return self.name


RISKS = (("ill", "因病"), ("lame", "因残"), ("school", "因学"))
RELATIONS = (("head", "户主"), ("spouse", "配偶"), ("son", "之子"), ("other", "其他"))


def one_head(batch: Batch) -> Iterator[Fault]:
    """At most one head in a family, in the file and in the database together."""
    rows = batch.fetch(
        "SELECT _row FROM (SELECT _row, count(*) OVER (PARTITION BY family_id) AS heads FROM ("
        " SELECT _row, family_id FROM {rows} WHERE relation = 'head'"
        " UNION ALL SELECT NULL, m.family_id FROM exchange_toys_member m LEFT JOIN {rows} y ON y._target = m.id"
        " WHERE m.relation = 'head' AND m.withdrawn_at IS NULL AND y._target IS NULL"
        ") every) counted WHERE heads > 1 AND _row IS NOT NULL"
    )
    for (number,) in rows:
        yield Fault(number, "relation", "这一户有两个户主，请核对")


def fill_initials(frame: Frame) -> None:
    names = frame.columns.get("name")
    if names is not None:
        frame.columns["initials"] = [name and text.initials(name) for name in names]


FAMILIES = Sheet(
    slug="families",
    title="户",
    model=Family,
    identity=("family_no",),
    columns=(
        Column("village", "行政村", Kind.DIVISION, level=Level.VILLAGE, required=True, aliases=("行政村代码",)),
        Column("family_no", "户编号", Kind.CODE, required=True, max_length=20, aliases=("户号",), example="4418810001"),
        Column("address", "住址", max_length=80),
        Column(
            "road", "入户路类型", Kind.CHOICE, choices=tuple(Family.Road.choices), choice_aliases=(("水泥路", "paved"),)
        ),
        Column("area", "住房面积", Kind.DECIMAL, unit="平方米", min=0, max=2000, aliases=("面积",)),
        Column("heads", "人口数", Kind.INTEGER, min=0),
        Column("has_water", "是否解决安全饮用水", Kind.BOOLEAN),
        Column("risks", "致贫返贫风险", Kind.MULTI_CHOICE, choices=RISKS, note="可以填几种，用顿号隔开"),
        Column("known_on", "识别监测时间", Kind.MONTH, note="年月，如 202307"),
        Column("phone", "户联系电话", Kind.PHONE, masked=True),
        Column("note", "备注"),
    ),
)
MEMBERS = Sheet(
    slug="members",
    title="人",
    model=Member,
    identity=("number",),
    checks=(one_head,),
    derive=fill_initials,
    columns=(
        Column(
            "family",
            "户编号",
            Kind.REFERENCE,
            required=True,
            reference=Reference(Family, "family_no", copies=(("village_id", "village_id"),)),
        ),
        Column("name", "姓名", Kind.NAME, required=True, max_length=40, aliases=("户主信息姓名",)),
        Column("number", "证件号码", Kind.IDENTITY, required=True, masked=True, max_length=22, aliases=("身份证号",)),
        Column("born_on", "出生日期", Kind.DATE, max=dates.today),
        Column("relation", "与户主关系", Kind.CHOICE, choices=RELATIONS),
        Column("wage", "务工月收入", Kind.INTEGER, min=0, unit="元"),
    ),
)
BOOK = Book("toy-families", "户和人", (FAMILIES, MEMBERS), hints=("先填“户”，再填“人”",))

SOURCE = "toy-families"


def extract(actor: Actor, params: Mapping[str, Any], unmasked: bool) -> Extract:
    """Families that the actor may export; unmasked ones need the act for it."""
    act = Act.UNMASK if unmasked else Act.EXPORT
    if not actor.may(act):
        raise PermissionDenied("不能导出")
    rows = Family.objects.filter(actor.scope(act).q("village")).order_by("family_no")
    return Extract("户", rows, FAMILIES.columns, place="village", filters=params.get("filters", "全部"), subject="toys")
