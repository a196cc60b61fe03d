"""部门筛查 (1.1): the runs that turn the files of departments into clues, and what became of each household found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Kind
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.models import Household


class ScreeningRun(Record):
    """One run over a county and month. Its clues come into the lists of the villages when it is done, never before."""

    class State(models.TextChoices):
        QUEUED = "queued", "等待开始"
        RUNNING = "running", "正在筛查"
        DONE = "done", "已完成"
        STOPPED = "stopped", "没有完成"

    county = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="县（市、区）")
    month = models.DateField("月份")
    as_of = models.DateField("截止日期")
    run_no = models.CharField("批次", max_length=40, unique=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    message = models.TextField("说明", default="", db_default="")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="开始人"
    )
    finished_at = models.DateTimeField("完成时间", null=True)
    #: where each household went: new, merged, known, suppressed, monitored, missing
    counts = models.JSONField("结果", default=dict, db_default={})
    #: versions of rules, values of parameters, fingerprints of files, what was left out and why
    manifest = models.JSONField("依据", default=dict, db_default={})

    class Meta:
        verbose_name = verbose_name_plural = "筛查批次"
        indexes = [models.Index(fields=["county", "id"], name="screening_run_county")]
        constraints = [
            models.UniqueConstraint(
                fields=["county"], condition=Q(state__in=["queued", "running"]), name="one_screening_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.county}{self.month:%Y年%m月}筛查"

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)


class ScreeningHit(models.Model):
    """One household that a run found, and what became of it."""

    class Fate(models.TextChoices):
        NEW = "new", "新线索"
        MERGED = "merged", "并入已有线索"
        KNOWN = "known", "线索里已有"
        SUPPRESSED = "suppressed", "核实过不需要"
        MONITORED = "monitored", "已在监测或核实"
        MISSING = "missing", "名册里已没有"

    run = models.ForeignKey(ScreeningRun, models.CASCADE, db_index=False, related_name="hits", verbose_name="批次")
    household = models.ForeignKey(
        Household, models.DO_NOTHING, db_constraint=False, related_name="screening_hits", verbose_name="农户"
    )
    village_id = models.BigIntegerField("行政村", null=True)
    fate = models.CharField("去向", max_length=10, choices=Fate.choices)
    score = models.SmallIntegerField("分数")
    colour = models.CharField("缓急", max_length=10)
    reasons = models.JSONField("依据", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "筛查结果"
        indexes = [models.Index(fields=["run", "fate", "-score", "id"], name="screening_hit_fate")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.household_id}"


class ScreeningRunLedger(Ledger):
    slug, model, article, scope = "screening-runs", ScreeningRun, "1.1", "county"
    says = "各部门数据每月比对一次，发现的线索自动进入各村名单"
    read_by, edited_by, acts_only = (Role.PROVINCE, Role.CITY, Role.COUNTY), (Role.COUNTY,), True
    columns = ("run_no", "county", "month", "state", "as_of", "finished_at")
    filters = ("state", "month", "finished_at")
    kinds = {"month": Kind.MONTH}
    tones = {"state": {"done": "ok", "stopped": "bad", "queued": "warn", "running": "note"}}
    groups = {"批次": (*columns, "message")}
    stats = (Stat("已完成", where=Q(state="done"), unit="次"),)
    detail_template, work_page = "consolidation/screening_run_record.html", ("consolidation:screening", "上传和筛查")
    untracked = ("counts", "manifest")
