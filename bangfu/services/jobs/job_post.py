"""岗位 (3.1): posts with wage, place, limits and a last day; no secret between places."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from bangfu.divisions.models import Division
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.columns import yuan
from bangfu.ledger.constraints import not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import coded, text
from bangfu.services.columns import chosen
from bangfu.services.jobs.assistance_workshop import AssistanceWorkshop


class JobPost(Record):
    class Kind(models.TextChoices):
        LOCAL = "local", "本地企业"
        WORKSHOP = "workshop", "帮扶车间"
        RELIEF = "relief", "以工代赈"
        PUBLIC_WELFARE = "public_welfare", "公益性岗位"
        OUTSIDE = "outside", "外地岗位"

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="发布地")
    title = models.CharField("岗位名称", max_length=60)
    employer = models.CharField("用人单位", max_length=80)
    kind = models.CharField("岗位类别", max_length=20, choices=Kind.choices)
    assistance_workshop = models.ForeignKey(
        AssistanceWorkshop, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="所属帮扶车间"
    )
    industry = coded("所属行业", "industry")
    headcount = models.PositiveIntegerField("招聘人数", validators=[MinValueValidator(1)])
    wage_from_yuan = yuan("月工资下限", required=True)
    wage_to_yuan = yuan("月工资上限")
    work_area = chosen("离发布地多远", "work_area", "工作地点相对于发布地")
    work_county = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name="工作地点"
    )
    asks = text("要求", 200, "技能、证书、性别以外的条件")
    age_min = models.PositiveSmallIntegerField("最小年龄", default=16, validators=[MinValueValidator(16)])
    age_max = models.PositiveSmallIntegerField("最大年龄", null=True, blank=True, validators=[MaxValueValidator(80)])
    from_on = models.DateField("发布日期")
    open_until = models.DateField("招聘截止", help_text="含当日；过了这天不再推荐")
    contact = text("联系人", 40)
    contact_phone = text("联系电话", 20)

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        indexes = [
            models.Index(fields=["division", "id"], name="job_post_division"),
            models.Index(fields=["open_until", "id"], name="job_post_open"),
        ]
        constraints = [
            not_before("open_until", "from_on", "job_post_open_until_after_start", "招聘截止早于发布日期，请核对"),
            not_before(
                "wage_to_yuan", "wage_from_yuan", "job_post_wage_to_yuan_in_order", "月工资上限低于下限，请核对"
            ),
            not_before("age_max", "age_min", "job_post_age_max_in_order", "最大年龄小于最小年龄，请核对"),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.title}"


class JobPostLedger(Ledger):
    slug, model, article, scope = "job-posts", JobPost, "3.1", "division"
    says = "本地、车间、以工代赈和外地的岗位，工资、地点、要求和截止日期"
    is_open, edited_by = True, FIELD
    columns = ("title", "employer", "division", "kind", "headcount", "wage_from_yuan", "wage_to_yuan", "open_until")
    card = ("title", "employer", "wage_from_yuan", "open_until")
    filters = ("kind", "industry", "work_area", "wage_from_yuan", "open_until", "assistance_workshop")
    sorts = ("open_until",)
    search = ("title", "employer", "asks")
    in_search = True
    form = (
        "division", "title", "employer", "kind", "assistance_workshop", "industry", "headcount", "wage_from_yuan",
        "wage_to_yuan", "work_area", "work_county", "asks", "age_min", "age_max", "from_on", "open_until", "contact",
        "contact_phone",
    )  # fmt: skip
    exchange = form
    bulk, identity = ("contact",), ("title", "employer", "division", "from_on")
    choice_aliases = codes.aliases("work_area", "industry")
    masked = {"contact_phone": mask_phone}
    related = (("placements", "job_post"),)
    stats = (Stat("招聘人数", total="headcount", unit="人"), Stat("按类别", by="kind"))
