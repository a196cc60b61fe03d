"""政策参数的调整和节假日: what officials add to the files of guideline/, with document number and dates."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.db.models import Value as Literal
from django.db.models.functions import Now
from django.urls import reverse

from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.policy import guideline
from bangfu.policy.guideline import UnknownParameter
from bangfu.policy.parameter import Parameter, Unit, Value, ValueRefused

TERM_UNITS = [(unit.value, unit.label) for unit in (Unit.DAY, Unit.WORKDAY, Unit.MONTH, Unit.YEAR)]


def is_term(parameter: Parameter) -> bool:
    """A length of time: a place may count it in another unit, working days for days."""
    return parameter.unit.value in dict(TERM_UNITS)


def parameter_choices() -> list[tuple[str, str]]:
    """Every parameter of every version, in the order of the articles."""
    found = {
        parameter.code: parameter
        for version in guideline.versions()
        for parameter in guideline.load(version).parameters.values()
    }
    ordered = sorted(found.values(), key=lambda parameter: [int(part) for part in parameter.article.split(".")])
    return [(parameter.code, f"{parameter.article} {parameter.label}") for parameter in ordered]


class OverrideQuerySet(models.QuerySet["ParameterOverride"]):
    def valid(self) -> OverrideQuerySet:
        return self.filter(withdrawn_at=None)

    def reaching(self, division: int) -> OverrideQuerySet:
        """Those of the division itself and of every division above it."""
        return self.valid().filter(division__in=[*codes.ancestors(division), division])

    def seen_from(self, scope: Scope, home: int | None = None) -> OverrideQuerySet:
        """Those inside the scope, those that reach into it from above, and those of the guideline's whole area."""
        above = {outer for low, _ in scope.ranges for outer in codes.ancestors(low)} | ({home} if home else set())
        return self.filter(scope.q("division") | Q(division__in=above))

    def overlapping(self, row: ParameterOverride) -> OverrideQuerySet:
        """Other valid rows of the same parameter and division with a day in common."""
        others = self.valid().filter(code=row.code, division=row.division_id).exclude(pk=row.pk)
        others = others.filter(Q(to_on=None) | Q(to_on__gte=row.from_on))
        return (others.filter(from_on__lte=row.to_on) if row.to_on else others).order_by("from_on")


def _point(value: F | Func) -> Func:
    """A number as a range of one, because GiST without extensions knows ranges only."""
    return Func(value, value, Literal("[]"), function="int8range")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ParameterOverride(models.Model):
    """A value that a division sets for itself and all below it, by a document. Withdrawn rows count no more."""

    code = models.CharField("参数", max_length=60, choices=parameter_choices)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="适用地方")
    value = models.CharField("数值", max_length=200)
    unit = models.CharField(
        "期限单位", max_length=10, blank=True, default="", choices=TERM_UNITS, help_text="与参数相同的不填"
    )
    from_on = models.DateField("生效日期")
    to_on = models.DateField("失效日期", null=True, blank=True, help_text="最后一天；长期有效的不填")
    document_no = models.CharField("文件号", max_length=120)
    note = models.CharField("说明", max_length=200, blank=True, default="")
    version = models.PositiveIntegerField("版本", default=1, db_default=1, editable=False)
    created_at = models.DateTimeField("登记时间", db_default=Now(), editable=False)
    updated_at = models.DateTimeField("更新时间", db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, editable=False)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, default="", db_default="", editable=False)
    client_uuid = models.UUIDField("提交编号", null=True, unique=True, editable=False)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参数调整"
        constraints = [
            ExclusionConstraint(
                name="one_override_at_a_time",
                expressions=[
                    (_point(Func(F("code"), function="hashtext")), RangeOperators.OVERLAPS),
                    (_point(F("division")), RangeOperators.OVERLAPS),
                    (Func(F("from_on"), F("to_on"), Literal("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at=None),
                violation_error_message="这个地方这段时间的数值已经登记，请修改或终止那一条",
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="override_ends_after_start",
                violation_error_message="失效日期不能早于生效日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}：{self.value}"

    def get_absolute_url(self) -> str:
        return reverse("lawbook:override", args=[self.pk])

    def clean(self) -> None:
        if not (self.code and self.division_id and self.value and self.from_on):
            return  # the fields themselves say what is missing
        try:
            parameter = guideline.newest(self.code)
        except UnknownParameter as error:
            raise ValidationError(str(error)) from None
        try:
            parameter.check_override(self.value, self.division_id, self.from_on, self.to_on)
        except ValueRefused as error:
            raise ValidationError({error.about: str(error)}) from None
        if parameter.home is not None and not codes.contains(parameter.home, self.division_id):
            raise ValidationError({"division": "不在指引适用的地区"})
        if self.unit and not is_term(parameter):
            raise ValidationError({"unit": f"“{parameter.label}”不是期限，不能改单位"})

    @property
    def parameter(self) -> Parameter:
        return guideline.newest(self.code)

    @property
    def days(self) -> str:
        """2024-01-01 起长期 · 2024-01-01 至 2024-12-31."""
        return f"{self.from_on} 至 {self.to_on}" if self.to_on else f"{self.from_on} 起长期"

    def as_value(self) -> Value:
        """As `Parameter.at` takes it."""
        given = (self.value, self.division_id, self.from_on, self.to_on, self.document_no, self.unit)
        return self.parameter.override(*given)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Holiday(models.Model):
    """A day of a new arrangement, or a correction; goes before the files of guideline/holidays/."""

    day = models.DateField("日期", primary_key=True)
    is_workday = models.BooleanField("上班", help_text="周末调休上班为是，放假为否")
    name = models.CharField("名称", max_length=40)
    document_no = models.CharField("文件号", max_length=120)

    class Meta:
        ordering = ["day"]
        verbose_name = verbose_name_plural = "节假日"

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
