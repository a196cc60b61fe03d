"""岗位推荐 (3.1): a wish and a post that fit, why, and what was decided; made by matching, placed by the placement."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.people.columns import text
from bangfu.services.jobs.employment_wish import EmploymentWish
from bangfu.services.jobs.job_post import JobPost
from bangfu.services.of_person import AboutPerson, OfPerson


class JobProposal(OfPerson):
    class State(models.TextChoices):
        OPEN = "open", "待答复"
        ACCEPTED = "accepted", "已接受，待上岗"
        PLACED = "placed", "已上岗"
        DECLINED = "declined", "不合适"

    class Reason(models.TextChoices):
        UNWILLING = "unwilling", "本人不愿意去"
        FAR = "far", "太远或不方便"
        WAGE = "wage", "工资谈不拢"
        EMPLOYER = "employer", "用人单位没有录用"
        OTHER = "other", "其他原因"

    wish = models.ForeignKey(EmploymentWish, models.PROTECT, related_name="proposals", verbose_name="意向")
    job_post = models.ForeignKey(JobPost, models.PROTECT, related_name="proposals", verbose_name="岗位")
    score = models.PositiveSmallIntegerField("分数")
    #: lines of words: [points or "", words]
    reasons = models.JSONField("为什么", default=list, db_default=[])
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    declined_reason = models.CharField("不合适的原因", max_length=12, choices=Reason.choices, blank=True, default="")
    declined_words = text("补充说明", 100)
    decided_on = models.DateField("答复日期", null=True, blank=True)

    class Meta(OfPerson.Meta):
        verbose_name = verbose_name_plural = "岗位推荐"
        indexes = [
            models.Index(fields=["village", "id"], name="job_proposal_village"),
            models.Index(fields=["village", "state", "id"], name="job_proposal_state"),
        ]
        constraints = [
            *OfPerson.Meta.constraints,
            models.UniqueConstraint(fields=["wish"], condition=Q(state="open"), name="one_open_proposal_a_wish"),
            models.UniqueConstraint(fields=["wish", "job_post"], name="one_proposal_a_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.name}：{self.job_post}"


class JobProposalLedger(AboutPerson, Ledger):
    slug, model, article = "job-proposals", JobProposal, "3.1"
    says = "人岗匹配推荐的岗位，为什么合适，本人答复了没有；接受的登记上岗"
    edited_by, acts_only = FIELD, True
    columns = ("name", "village", "job_post", "score", "state", "decided_on")
    card = ("name", "job_post", "state")
    filters = ("state", "declined_reason", "job_post", "decided_on", "person")
    search = ("name", "job_post__title", "job_post__employer")
    tones = {"state": {"open": "warn", "accepted": "note", "placed": "ok", "declined": "muted"}}
    groups = {
        "推荐": ("name", "job_post", "wish", "score", "state"),
        "答复": ("declined_reason", "declined_words", "decided_on"),
    }
    detail_template, work_page = "services/proposal_record.html", ("services:matching", "匹配和答复")
    untracked = ("reasons",)
    stats = (
        Stat("待答复", where=Q(state="open"), unit="人"),
        Stat("已接受", where=Q(state__in=["accepted", "placed"]), over=~Q(state="open")),
        Stat("按状态", by="state"),
    )
