"""学校和医疗机构 (3.2): the schools and hospitals of a town, so that what is paired can be held against all there are."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.ledger.record import Record


class Kind(models.TextChoices):
    KINDERGARTEN = "kindergarten", "幼儿园"
    PRIMARY = "primary", "小学"
    JUNIOR_MIDDLE = "junior_middle", "初中"
    NINE_YEAR = "nine_year", "九年一贯制学校"
    SENIOR_MIDDLE = "senior_middle", "高中"
    VOCATIONAL = "vocational", "中职学校"
    TOWN_HOSPITAL = "town_hospital", "乡镇卫生院"
    COUNTY_HOSPITAL = "county_hospital", "县级医院"
    CLINIC = "clinic", "村卫生站"


HOSPITALS = (Kind.TOWN_HOSPITAL, Kind.COUNTY_HOSPITAL, Kind.CLINIC)


class Institution(Record):
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="所在地")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    staff_count = models.PositiveIntegerField("教职工或医护人数", null=True, blank=True)
    served_count = models.PositiveIntegerField(
        "学生数或床位数", null=True, blank=True, validators=[MinValueValidator(0)]
    )
    closed_on = models.DateField("停办日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "学校和医疗机构"
        indexes = [models.Index(fields=["division", "id"], name="institution_division")]
        constraints = [models.UniqueConstraint(fields=["division", "name"], name="one_institution_a_name")]

    def __str__(self) -> str:
        return self.name


class InstitutionLedger(Ledger):
    slug, model, article, scope = "institutions", Institution, "3.2", "division"
    says = "镇村的学校、卫生院和卫生站；结对覆盖多少由此算出"
    is_open, edited_by = True, (Role.COUNTY, Role.TOWN, *TEAM)
    columns = ("name", "kind", "division", "staff_count", "served_count", "closed_on")
    card = ("name", "kind", "division")
    filters = ("kind", "closed_on", "staff_count")
    search = ("name",)
    in_search = True
    form = exchange = ("division", "name", "kind", "staff_count", "served_count", "closed_on")
    identity = ("name", "division")
    aliases = {"name": ("学校名称", "医院名称", "机构名称")}
    related = (("institution-pairings", "institution"),)
    stats = (
        Stat("按类型", by="kind"),
        Stat("医疗机构", where=Q(kind__in=HOSPITALS, closed_on=None), unit="所"),
        Stat("学校", where=~Q(kind__in=HOSPITALS) & Q(closed_on=None), unit="所"),
    )
