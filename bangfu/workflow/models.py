"""Flows on their way, the steps that were taken (append-only), and who acts for whom."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Mod, Now
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit, User
from bangfu.accounts.roles import Act, Role
from bangfu.accounts.together import lists
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel.codes import SPANS, Level
from bangfu.lawbook import kept
from bangfu.workflow import registry
from bangfu.workflow.declaration import State, Workflow

_COUNTY = SPANS[Level.COUNTY]
_NEVER = datetime.date(9999, 12, 31)


def within(scope: Scope) -> Q:
    """Flows of the scope. The county, where there is one, comes first: its lists come ordered out of an index."""
    condition = Q(pk__in=[])
    for low, high in scope.ranges:
        county = low - low % _COUNTY
        if high < county + _COUNTY:
            whole = low == county and high == county + _COUNTY - 1
            condition |= Q(county=county) if whole else Q(county=county, division__gte=low, division__lte=high)
        else:
            condition |= Q(division__gte=low, division__lte=high)
    return condition


def has_opened(on: datetime.date) -> Q:
    return Q(opens_on=None) | Q(opens_on__lte=on)


def readable(actor: Actor, workflow: Workflow) -> Q:
    """The flows of a workflow that the actor may read."""
    place = within(actor.scope(Act.READ, workflow.read_by))
    return Q(slug=workflow.slug) & (place | Q(unit__in=actor.units(Act.READ, workflow.read_by)))


class FlowQuerySet(models.QuerySet["Flow"]):
    def visible_to(self, actor: Actor, workflow: Workflow) -> FlowQuerySet:
        """The only way from a request to rows."""
        return self.filter(readable(actor, workflow))

    def open(self) -> FlowQuerySet:
        return self.filter(ended_on=None)

    def to_do(self, on: datetime.date) -> FlowQuerySet:
        """Open flows whose next step may be taken on that day."""
        return self.open().filter(has_opened(on))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Flow(models.Model):
    """One subject on its way through one workflow."""

    slug = models.CharField("流程", max_length=60)
    subject_type = models.CharField("对象类别", max_length=60)
    subject_id = models.BigIntegerField("对象编号")
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="区划")
    county = models.GeneratedField(
        expression=F("division") - Mod(F("division"), Value(_COUNTY)),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    state = models.CharField("状态", max_length=40)
    started_on = models.DateField("开始日期")
    entered_on = models.DateField("进入本状态日期")
    due_on = models.DateField("到期日", null=True)
    due_step = models.CharField("到期的步骤", max_length=40, default="", db_default="")
    #: a legal minimum, such as the days of a notice, runs until the day before; nothing to do until then
    opens_on = models.DateField("最早可办日期", null=True)
    sort_on = models.GeneratedField(
        expression=Coalesce(F("due_on"), Value(_NEVER)), output_field=models.DateField(), db_persist=True
    )
    assignee = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    flags = ArrayField(models.CharField(max_length=40), default=list, db_default=[], verbose_name="标记")
    version = models.PositiveIntegerField("版本", default=1, db_default=1)
    ended_on = models.DateField("办结日期", null=True)
    client_uuid = models.UUIDField("提交编号", null=True, unique=True)

    objects: ClassVar[models.Manager[Flow]] = FlowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "在办流程"
        indexes = [
            models.Index(fields=["county", "slug", "sort_on", "id"], condition=Q(ended_on=None), name="flow_due"),
            models.Index(fields=["county", "slug", "state", "sort_on", "id"], name="flow_state"),
            models.Index(fields=["division", "slug", "state"], name="flow_division"),
            models.Index(fields=["subject_type", "subject_id"], name="flow_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["slug", "subject_type", "subject_id"], condition=Q(ended_on=None), name="flow_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.workflow.title} {self.pk}"

    def get_absolute_url(self) -> str:
        return self.workflow.url(self) if self.workflow.url else reverse("workflow:flow", args=[self.pk])

    @property
    def workflow(self) -> Workflow:
        """Errors: LookupError, when the row is of a workflow that this version of the product no longer declares."""
        found = registry.get(self.slug)
        if found is None:
            raise LookupError(f"no workflow {self.slug!r}")
        return found

    @property
    def now(self) -> State:
        return self.workflow.state(self.state)

    def is_visible_to(self, actor: Actor) -> bool:
        roles = self.workflow.read_by
        return self.division_id in actor.scope(Act.READ, roles) or self.unit_id in actor.units(Act.READ, roles)


class Deed(models.TextChoices):
    """What a record tells; all but STEP belong to the engine."""

    STARTED = "started", "发起"
    STEP = "step", "办理"
    UNDONE = "undone", "撤销上一步"
    FLAGGED = "flagged", "标记"
    ASSIGNED = "assigned", "指定经办人"
    HANDED_OVER = "handed_over", "工作交接"
    MOVED = "moved", "随户迁移"


class StepRecord(models.Model):
    """What was done, by whom, as what, for whom, when and why. Rows are only ever added; the database refuses the rest."""

    flow = models.ForeignKey(Flow, models.PROTECT, related_name="records", verbose_name="流程")
    deed = models.CharField("动作", max_length=12, choices=Deed.choices)
    step = models.CharField("步骤", max_length=40, blank=True, default="")
    from_state = models.CharField("原状态", max_length=40)
    to_state = models.CharField("新状态", max_length=40)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    acted_as = models.CharField("身份", max_length=20, choices=Role.choices, blank=True, default="")
    on_behalf_of = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="代谁办理")
    on = models.DateField("办理日期", help_text="实际办理的日子；补录时早于登记时间")
    at = models.DateTimeField("登记时间")
    reason = models.CharField("原因", max_length=500, blank=True, default="")
    evidence = models.JSONField("材料", default=dict)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name="撤销的记录"
    )
    client_uuid = models.UUIDField("提交编号", null=True, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.label}"

    @property
    def label(self) -> str:
        """The act in words."""
        if self.deed != Deed.STEP:
            return Deed(self.deed).label
        step = self.flow.workflow.step(self.step)
        return step.label if step else self.step

    @property
    def who(self) -> str:
        name = str(self.by) if self.by else "系统"
        return f"{name}（代{self.on_behalf_of}）" if self.on_behalf_of else name


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, on: datetime.date) -> DelegationQuerySet:
        return self.filter(from_on__lte=on, to_on__gte=on, ended_at=None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Delegation(models.Model):
    """委托代办: one person takes steps with another's roles, from one day to another; it opens no rows to look at."""

    principal = models.ForeignKey(User, models.PROTECT, related_name="delegations_given", verbose_name="委托人")
    delegate = models.ForeignKey(User, models.PROTECT, related_name="delegations_held", verbose_name="代办人")
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", help_text="含当日")
    reason = models.CharField("原因", max_length=200)
    made_at = models.DateTimeField("登记时间", db_default=Now())
    ended_at = models.DateTimeField("终止时间", null=True)

    objects: ClassVar[models.Manager[Delegation]] = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "委托代办"
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="delegation_to_after_from"),
            models.CheckConstraint(condition=~Q(principal=F("delegate")), name="delegation_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.principal} → {self.delegate}"


#: (slug of the workflow, key) → the row that a flow is about
Subjects = Mapping[tuple[str, int], Any]


def subjects(flows: Iterable[Flow]) -> Subjects:
    """One query, whatever they are about."""
    keys: defaultdict[str, set[int]] = defaultdict(set)
    for flow in flows:
        keys[flow.slug].add(flow.subject_id)
    found = lists([_named(slug).filter(pk__in=each) for slug, each in keys.items()])
    return {(slug, row.pk): row for slug, rows in zip(keys, found, strict=True) for row in rows}


def _named(slug: str) -> models.QuerySet[Any]:
    """`named_by` of a model: what the name of its rows is read from."""
    model = apps.get_model(Flow(slug=slug).workflow.subject)
    rows: models.QuerySet[Any] = model._default_manager.select_related(*getattr(model, "named_by", ()))
    return rows


def newest(slug: str, subject: Any) -> tuple[Flow | None, list[StepRecord]]:
    """The flow of a row, open or ended, with its story from the beginning; one query."""
    about = {"slug": slug, "subject_type": subject._meta.label, "subject_id": subject.pk}
    records = StepRecord.objects.filter(**{f"flow__{name}": value for name, value in about.items()})
    found, told = lists(
        [
            Flow.objects.filter(**about).select_related("division", "assignee").order_by("-pk")[:1],
            records.select_related("flow", "by", "on_behalf_of").order_by("pk"),
        ]
    )
    flow = found[0] if found else None
    return flow, [record for record in told if record.flow == flow]


def subject_of(flow: Flow) -> Any:
    """The row that the flow is about, if it is still there; a reading request asks once, and not when it is `known`."""
    rows = _named(flow.slug).filter(pk=flow.subject_id)
    return kept.once_read((flow.workflow.subject, flow.subject_id), rows.first)


def known(subject: Any) -> None:
    """The page has read the row: what asks for the subject of its flow gets this one."""
    kept.once_read((subject._meta.label, subject.pk), lambda: subject)
