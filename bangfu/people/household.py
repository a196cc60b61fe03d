"""户: the unit of assistance (1.1), with the fields of the national system's household sheet."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from bangfu.accounts.actor import Actor
from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Kind
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record, client_uuid_of_few, sent_once
from bangfu.people import codes, triggers
from bangfu.people.checks import KEYS_OF_HOUSEHOLD, derive_household
from bangfu.people.columns import amount, coded, known, text
from bangfu.people.search import HouseholdSearch, name_keys
from bangfu.people.story import page_of

MOST_RISKS = 5  # the national form has five columns


#: for filters whose values are rare, see person.py
_RARE = (
    models.Index(fields=["village", "id"], name="household_at_risk", condition=~models.Q(risks=[])),
    models.Index(fields=["village", "id"], name="household_marginal", condition=models.Q(is_marginal_2019=True)),
    models.Index(fields=["village", "id"], name="household_no_safe_water", condition=models.Q(has_safe_water=False)),
    models.Index(
        fields=["house_grade", "village", "id"],
        name="household_grade",
        condition=~models.Q(house_grade__in=("A", "B", "")),
    ),
    # households that were lifted out of poverty, as their visits fall due
    models.Index(fields=["village", "id"], name="household_was_poor", condition=models.Q(kind=codes.LIFTED)),
    models.Index(fields=["lifted_kind", "village", "id"], name="household_lifted", condition=~models.Q(lifted_kind="")),
)


class Household(Record):
    """A farming household. Head, member count and search keys follow from its members (triggers.py)."""

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    household_no = models.CharField(
        "户编号", max_length=24, null=True, blank=True, unique=True, help_text="与国家系统一致；没有的留空，由系统编号"
    )
    head_key = models.BigIntegerField("户主证件号码", null=True, editable=False)
    head_name = models.CharField("户主姓名", max_length=60, default="", db_default="", editable=False)
    member_count = models.PositiveSmallIntegerField("家庭人口数", default=0, db_default=0, editable=False)
    phone = text("户联系电话", 20)
    kind = models.CharField(
        "户类型",
        max_length=codes.LENGTH,
        choices=codes.choices("household_kind"),
        default=codes.ORDINARY,
        db_default=codes.ORDINARY,
    )
    lifted_kind = coded("脱贫户属性", "lifted_kind")
    lifted_year = models.PositiveSmallIntegerField("脱贫年度", null=True, blank=True)
    is_marginal_2019 = models.BooleanField("2019年边缘易致贫户", default=False, db_default=False)
    natural_village = text("自然村", 40)
    group_name = text("村民小组", 40)

    # facts of the national system about monitoring; the workflow of monitoring is chapter 1's own
    monitored_kind = coded("监测对象类别", "monitored_kind")
    identified_month = models.DateField("识别监测时间", null=True, blank=True, help_text="年月")
    risks = ArrayField(
        models.CharField(max_length=codes.LENGTH, choices=codes.choices("risk_type")),
        size=MOST_RISKS,
        default=list,
        db_default=[],
        blank=True,
        verbose_name="致贫/返贫风险",
    )
    risk_note = text("其他备注", 200)
    is_risk_removed = known("风险是否已消除")
    removed_month = models.DateField("消除监测时间", null=True, blank=True, help_text="年月")
    removal_kind = coded("风险消除方式", "removal_kind")
    is_safety_net = models.BooleanField("整户无劳动能力兜底保障户", default=False, db_default=False)
    has_development_measure = known("实施开发式帮扶措施情况")

    # living conditions
    house_grade = coded("住房安全等级", "house_grade", "C 级、D 级为危房")
    is_house_unsafe = known("是否危房户")
    house_area = amount("住房面积（平方米）")
    has_safe_water = known("是否解决安全饮用水")
    is_water_clean = known("饮水水质达标")
    is_water_enough = known("饮水水量达标")
    is_water_near = known("用水方便程度达标")
    is_water_steady = known("供水保证率达标")
    has_power = known("是否通生活用电")
    is_road_hardened = known("入户道路是否硬化")
    road_kind = coded("入户路类型", "road_kind")
    road_distance_km = amount("与村主干路距离（公里）", 6)
    has_sanitary_toilet = known("是否有卫生厕所")
    is_toilet_usable = known("卫生厕所能否正常使用")
    arable_mu = amount("耕地面积（亩）")
    forest_mu = amount("林地面积（亩）")
    returned_forest_mu = amount("退耕还林（草）面积（亩）")
    orchard_mu = amount("林果面积（亩）")
    pasture_mu = amount("牧草地面积（亩）")
    water_mu = amount("水面面积（亩）")

    # 两不愁三保障
    lacks_food = known("吃不愁未解决")
    lacks_clothes = known("穿不愁未解决")
    has_dropout = known("是否义务教育阶段适龄儿童少年失学辍学")
    has_uninsured = known("是否有家庭成员未参加城乡居民（职工）基本医疗保险")

    collector_name = text("信息采集人", 40)
    collector_phone = text("信息采集人电话", 20)
    contact_name = text("监测联系人", 40)
    contact_phone = text("监测联系人电话", 20)

    search_keys = ArrayField(models.TextField(), default=list, db_default=[], editable=False)

    client_uuid = client_uuid_of_few()

    class Meta:
        verbose_name = "农户"
        verbose_name_plural = "农户"
        ordering = ["village_id", "id"]
        indexes = [
            models.Index(fields=["village", "id"], name="household_village"),
            models.Index(fields=["head_key"], name="household_head"),
            GinIndex(fields=["search_keys"], name="household_search"),
            models.Index(fields=["village", "id"], name="household_monitored", condition=~models.Q(monitored_kind="")),
            *_RARE,
        ]
        constraints = [sent_once("household_sent_once")]
        triggers: list[pgtrigger.Trigger] = triggers.HOUSEHOLD

    def __str__(self) -> str:
        return f"{self.head_name or '（缺户主）'}户"


_CONDITIONS = (
    "house_grade", "is_house_unsafe", "house_area", "has_safe_water", "is_water_clean", "is_water_enough",
    "is_water_near", "is_water_steady", "has_power", "is_road_hardened", "road_kind", "road_distance_km",
    "has_sanitary_toilet", "is_toilet_usable",
)  # fmt: skip
_LAND = ("arable_mu", "forest_mu", "returned_forest_mu", "orchard_mu", "pasture_mu", "water_mu")
_GUARANTEES = ("lacks_food", "lacks_clothes", "has_dropout", "has_uninsured")
_MONITORING = (
    "monitored_kind", "identified_month", "risks", "risk_note", "is_risk_removed", "removed_month", "removal_kind",
    "is_safety_net", "has_development_measure",
)  # fmt: skip
_MARKS = ("kind", "lifted_kind", "lifted_year", "is_marginal_2019")
_PLACE = ("village", "natural_village", "group_name", "household_no")
_PEOPLE = ("collector_name", "collector_phone", "contact_name", "contact_phone")


class HouseholdLedger(Ledger):
    slug, model, article = "households", Household, "1.1"
    says = "每户的类型、住房饮水等条件、三保障情况和家庭成员"
    columns = ("head_name", "village", "natural_village", "kind", "monitored_kind", "member_count", "phone")
    card = ("head_name", "village", "kind")
    filters = ("kind", "lifted_kind", "monitored_kind", "is_marginal_2019", "house_grade", "has_safe_water", "risks")
    search = HouseholdSearch()
    form = (*_PLACE, "phone", *_MARKS, *_CONDITIONS, *_LAND, *_GUARANTEES, *_MONITORING, *_PEOPLE)
    bulk = ("is_marginal_2019", "has_safe_water", "has_power", "is_road_hardened", "collector_name", "contact_name")
    exchange = (
        "village", "household_no", "head_name", "phone", "natural_village", "group_name",
        *_MARKS, *_MONITORING, *_CONDITIONS, *_LAND, *_GUARANTEES, *_PEOPLE,
    )  # fmt: skip
    identity = ("household_no",)
    masked = {"phone": mask_phone, "collector_phone": mask_phone, "contact_phone": mask_phone}
    groups = {
        "基本情况": (*_PLACE, "phone", *_MARKS),
        "住房、饮水和道路": _CONDITIONS,
        "土地": _LAND,
        "两不愁三保障": _GUARANTEES,
        "监测情况（国家系统）": _MONITORING,
        "采集和联系": _PEOPLE,
    }
    stats = (
        Stat("脱贫户", where=models.Q(kind=codes.LIFTED), unit="户"),
        Stat("监测户", where=~models.Q(monitored_kind=""), unit="户"),
        Stat("2019年边缘易致贫户", where=models.Q(is_marginal_2019=True), unit="户"),
        Stat("饮水安全已解决", where=models.Q(has_safe_water=True), over=models.Q(has_safe_water__isnull=False)),
        Stat("登记人口", total="member_count", unit="人"),
    )
    untracked = ("search_keys", "member_count", "head_key")
    detail_template, shows_history = "people/household.html", False
    kinds = {
        "household_no": Kind.CODE,
        "head_name": Kind.NAME,
        "identified_month": Kind.MONTH,
        "removed_month": Kind.MONTH,
    }
    aliases = {
        "household_no": ("户编码",), "phone": ("联系电话",), "village": ("村", "行政村名称"),
        "house_area": ("住房面积",), "road_distance_km": ("与村主干路距离",), "has_sanitary_toilet": ("有无卫生厕所",),
        "arable_mu": ("耕地面积",), "forest_mu": ("林地面积",), "orchard_mu": ("林果面积",), "pasture_mu": ("牧草地面积",),
        "water_mu": ("水面面积",), "returned_forest_mu": ("退耕还林面积", "退耕还林（草）面积"), "risks": ("风险类型",),
    }  # fmt: skip
    choice_aliases = codes.aliases(
        "lifted_kind",
        "monitored_kind",
        "removal_kind",
        "house_grade",
        "road_kind",
        kind="household_kind",
        risks="risk_type",
    )
    computed = KEYS_OF_HOUSEHOLD
    derive = staticmethod(derive_household)  # type: ignore[assignment]
    book = "people"
    is_vast = in_search = True

    def more(self, record: Household, actor: Actor) -> dict[str, Any]:
        return page_of(record, actor)

    def prepare(self, record: Household) -> None:
        record.search_keys = name_keys(record.head_name)
