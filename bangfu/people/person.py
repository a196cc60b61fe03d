"""人: the members of a household (1.1), with the fields of the national system's member sheet."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, When

from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Kind
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record, client_uuid_of_few, sent_once
from bangfu.people import codes, triggers
from bangfu.people.checks import KEYS_OF_PERSON, OF_PERSONS, derive_person, faults_of_person
from bangfu.people.columns import coded, known, numbered, text
from bangfu.people.household import Household
from bangfu.people.identity import key_of, mask, stored
from bangfu.people.search import PersonSearch, name_keys

#: a member who lives in the register: not left, not withdrawn, not the doubtful second record of somebody else
PRESENT = Q(left_on__isnull=True, withdrawn_at__isnull=True, is_disputed=False)


#: for filters whose values are so rare that a walk through a county, or the province, finds no page of them soon
_RARE = (
    models.Index(fields=["left_kind", "village", "id"], name="person_left", condition=~Q(left_kind="")),
    models.Index(fields=["school_status", "village", "id"], name="person_school", condition=~Q(school_status="")),
    models.Index(fields=["public_post_kind", "village", "id"], name="person_post", condition=~Q(public_post_kind="")),
    models.Index(
        fields=["relation_to_head", "village", "id"],
        name="person_relation",
        condition=~Q(relation_to_head__in=codes.NEAR),
    ),
    models.Index(fields=["sex", "village", "id"], name="person_other_sex", condition=~Q(sex__in=(1, 2))),
    models.Index(fields=["village", "id"], name="person_disputed", condition=Q(is_disputed=True)),
    models.Index(fields=["village", "id"], name="person_supported", condition=Q(has_extreme_poverty_support=True)),
)


class Person(Record):
    """One human being, in one household at a time. Moves and marriages are events; a person who left stays, with a date."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="members", verbose_name="农户")
    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="行政村"
    )
    person_no = models.CharField("人口编号", max_length=24, blank=True, default="", db_default="")
    name = models.CharField("姓名", max_length=60)
    sex = models.PositiveSmallIntegerField("性别", choices=codes.choices("sex"))
    born_on = models.DateField("出生日期")
    card_kind = models.CharField(
        "证件类型",
        max_length=codes.LENGTH,
        choices=codes.choices("card_kind"),
        default=codes.RESIDENT,
        db_default=codes.RESIDENT,
    )
    identity_no = models.CharField("证件号码", max_length=22, blank=True, default="", help_text="新生儿暂无号码的留空")
    identity_key = models.BigIntegerField(null=True, editable=False)
    relation_to_head = models.CharField(
        "与户主关系", max_length=codes.LENGTH, choices=codes.choices("relation_to_head")
    )
    ethnic_group = models.CharField(
        "民族",
        max_length=codes.LENGTH,
        choices=codes.choices("ethnic_group"),
        default=codes.HAN,
        db_default=codes.HAN,
    )
    phone = text("成员联系电话", 20)
    political_status = coded("政治面貌", "political_status")
    education = coded("文化程度", "education", "在校生不填")
    school_status = coded("在校生状况", "school_status")
    dropout_reason = coded("失学或辍学原因", "dropout_reason")
    health = ArrayField(
        models.CharField(max_length=codes.LENGTH, choices=codes.choices("health")),
        default=list,
        db_default=[],
        blank=True,
        verbose_name="健康状况",
    )
    disability_category = numbered("残疾类别", "disability_category")
    disability_grade = numbered("残疾等级", "disability_grade")
    disability_card_year = models.PositiveSmallIntegerField("残疾证办证年度", null=True, blank=True)
    labour_skill = coded("劳动技能", "labour_skill")
    speaks_mandarin = known("是否会讲普通话")
    has_subsistence_allowance = models.BooleanField("是否享受低保", default=False, db_default=False)
    has_extreme_poverty_support = models.BooleanField("是否特困供养人员", default=False, db_default=False)
    has_resident_medical = known("是否参加城乡居民基本医疗保险")
    has_employee_medical = known("是否参加城镇职工基本医疗保险")
    has_serious_illness_insurance = known("是否参加大病保险")
    has_commercial_medical = known("是否参加商业补充医疗保险")
    has_resident_pension = known("是否参加城乡居民基本养老保险")
    has_employee_pension = known("是否参加城镇职工基本养老保险")
    had_serious_illness_relief = known("是否接受大病医疗救助")
    had_medical_relief = known("是否接受医疗救助")
    had_other_health_help = known("是否接受其他健康帮扶")

    work_place = text("务工所在地", 60, "到县（市、区）")
    work_county = models.ForeignKey(
        Division, models.SET_NULL, null=True, db_index=False, related_name="+", editable=False, verbose_name="务工县"
    )
    work_months = models.PositiveSmallIntegerField(
        "务工时间（月）", null=True, blank=True, validators=[MaxValueValidator(12)]
    )
    employer = text("务工企业名称", 80)
    monthly_wage = models.DecimalField(
        "务工月收入（元）", max_digits=9, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    industry = coded("所属行业", "industry")
    is_point_to_point = known("是否点对点输送")
    employment_channel = coded("就业渠道", "employment_channel")
    works_abroad = known("是否国外务工")
    public_post_kind = coded("公益性岗位类型", "public_post_kind")
    public_post_months = models.PositiveSmallIntegerField(
        "公益性岗位（月数）", null=True, blank=True, validators=[MaxValueValidator(12)]
    )

    joined_on = models.DateField("入户日期", null=True, editable=False)
    left_on = models.DateField("离户日期", null=True, editable=False)
    left_kind = models.CharField(
        "离户原因",
        max_length=codes.LENGTH,
        choices=codes.choices("left_kind"),
        default="",
        db_default="",
        editable=False,
    )
    #: another present person has the same number; which of the two is right has not been decided (duplicates.py)
    is_disputed = models.BooleanField("疑似重复待核对", default=False, db_default=False, editable=False)

    search_keys = ArrayField(models.TextField(), default=list, db_default=[], editable=False)
    #: unique, so that nobody is in two households: not by a form, not by an import, not by two people at once
    present_key = models.GeneratedField(
        expression=Case(When(PRESENT, then=F("identity_key"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    #: unique, so that no household has two heads; also the way from a household to its head
    head_of = models.GeneratedField(
        expression=Case(When(PRESENT & Q(relation_to_head=codes.HEAD), then=F("household_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    client_uuid = client_uuid_of_few()

    class Meta:
        verbose_name = "家庭成员"
        verbose_name_plural = "家庭成员"
        ordering = ["village_id", "id"]
        indexes = [
            models.Index(fields=["village", "id"], name="person_village"),
            models.Index(fields=["identity_key"], name="person_identity"),
            GinIndex(fields=["search_keys"], name="person_search"),
            *_RARE,
        ]
        constraints = [
            sent_once("person_sent_once"),
            # checked at the end of each statement, so that one statement may pass a role from hand to hand
            models.UniqueConstraint(
                fields=["present_key"], name="person_in_one_household", deferrable=models.Deferrable.IMMEDIATE
            ),
            models.UniqueConstraint(
                fields=["head_of"], name="household_has_one_head", deferrable=models.Deferrable.IMMEDIATE
            ),
        ]
        triggers: list[pgtrigger.Trigger] = triggers.PERSON

    def __str__(self) -> str:
        return self.name

    @property
    def is_present(self) -> bool:
        return self.left_on is None and self.withdrawn_at is None


_WHO = ("name", "sex", "born_on", "card_kind", "identity_no", "ethnic_group", "relation_to_head", "phone")
_SCHOOL = ("political_status", "education", "school_status", "dropout_reason", "speaks_mandarin")
_HEALTH = ("health", "disability_category", "disability_grade", "disability_card_year", "labour_skill")
_INSURANCE = (
    "has_subsistence_allowance", "has_extreme_poverty_support", "has_resident_medical", "has_employee_medical",
    "has_serious_illness_insurance", "has_commercial_medical", "has_resident_pension", "has_employee_pension",
    "had_serious_illness_relief", "had_medical_relief", "had_other_health_help",
)  # fmt: skip
_WORK = (
    "work_place", "work_months", "employer", "monthly_wage", "industry", "is_point_to_point", "employment_channel",
    "works_abroad", "public_post_kind", "public_post_months",
)  # fmt: skip


class PersonLedger(Ledger):
    slug, model, article = "persons", Person, "1.1"
    says = "家庭成员的身份、学业、健康、保障和务工情况"
    scope_from = "household"
    columns = ("name", "sex", "born_on", "identity_no", "relation_to_head", "household", "village", "labour_skill")
    card = ("name", "relation_to_head", "household")
    filters = (
        "sex", "born_on", "relation_to_head", "education", "school_status", "health", "labour_skill",
        "has_subsistence_allowance", "has_extreme_poverty_support", "public_post_kind", "left_kind", "is_disputed",
    )  # fmt: skip
    search = PersonSearch()
    form = ("household", *_WHO, "person_no", *_SCHOOL, *_HEALTH, *_INSURANCE, *_WORK)
    bulk = ("has_resident_medical", "has_serious_illness_insurance", "has_resident_pension", "speaks_mandarin")
    exchange = ("household", "person_no", *_WHO, *_SCHOOL, *_HEALTH, *_INSURANCE, *_WORK)
    identity = ("household", "identity_key")
    kinds = {"name": Kind.NAME, "identity_no": Kind.IDENTITY, "phone": Kind.PHONE, "person_no": Kind.CODE}
    aliases = {
        "household": ("户编码",), "name": ("成员姓名",), "identity_no": ("身份证号码", "身份证号", "公民身份号码"),
        "phone": ("联系电话",), "relation_to_head": ("与户主的关系",), "dropout_reason": ("义务教育阶段未上学原因",),
        "labour_skill": ("劳动能力",), "work_months": ("务工时间",), "monthly_wage": ("务工月收入",),
    }  # fmt: skip
    choice_aliases = codes.aliases(
        "sex", "card_kind", "ethnic_group", "relation_to_head", "political_status", "education", "school_status",
        "dropout_reason", "health", "disability_category", "disability_grade", "labour_skill", "industry",
        "employment_channel", "public_post_kind",
    )  # fmt: skip
    limits = {"work_months": (0, 12), "public_post_months": (0, 12)}
    masked = {"identity_no": mask, "phone": mask_phone}
    groups = {
        "身份": ("household", *_WHO, "person_no", "joined_on", "left_on", "left_kind"),
        "学业": _SCHOOL,
        "健康和劳动能力": _HEALTH,
        "保障": _INSURANCE,
        "务工": _WORK,
    }
    related = (("member-events", "person"),)
    stats = (
        Stat("在册人口", where=PRESENT, unit="人"),
        Stat("享受低保", where=PRESENT & Q(has_subsistence_allowance=True), unit="人"),
        Stat("残疾人", where=PRESENT & Q(disability_category__isnull=False), unit="人"),
        Stat("外出务工", where=PRESENT & Q(work_months__gt=0), unit="人"),
        Stat("按劳动技能", by="labour_skill"),
    )
    untracked = ("search_keys", "present_key", "head_of", "identity_key")
    tones = {"left_kind": dict.fromkeys(codes.values("left_kind"), "muted"), "is_disputed": {True: "warn"}}
    checks = OF_PERSONS
    computed = KEYS_OF_PERSON
    derive = staticmethod(derive_person)  # type: ignore[assignment]
    book = "people"
    is_vast = in_search = True

    def clean(self, data: dict[str, Any], record: Person | None) -> dict[str, str]:
        return faults_of_person(Person.objects, data, record)

    def prepare(self, record: Person) -> None:
        record.identity_no = stored(record.identity_no)
        record.identity_key = key_of(record.identity_no)
        record.search_keys = name_keys(record.name)
