"""用户、单位、授权、接口令牌、操作留痕 (5.3, 5.4; 等保三级: 三员分立, 审计)."""

from __future__ import annotations

import datetime
from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from bangfu.accounts.record import Record
from bangfu.accounts.roles import REACH, Act, Role
from bangfu.accounts.terms import never_twice, point, text_point
from bangfu.divisions.models import LEVEL_LABELS, Division
from bangfu.kernel import codes, credit_code
from bangfu.kernel.codes import Level
from bangfu.policy.code_lists import code_list


def valid_credit_code(text: str) -> None:
    """Errors: ValidationError that says what is wrong with the code (GB 32100)."""
    try:
        credit_code.parse(text)
    except credit_code.CreditCodeError as error:
        raise ValidationError(str(error)) from error


class Unit(Record):
    """单位: the body a person works for, and that helps a place; the one row of it. Its ledger is in `units`."""

    name = models.CharField("单位名称", max_length=120, unique=True)
    kind = models.CharField(
        "单位类别", max_length=30, blank=True, default="", db_default="", choices=code_list("unit_kind").choices
    )
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, blank=True, default="", db_default="", validators=[valid_credit_code]
    )
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, db_index=False, verbose_name="所在地")
    address = models.CharField("地址", max_length=120, blank=True, default="", db_default="")
    contact = models.CharField("联系人", max_length=40, blank=True, default="", db_default="")
    contact_phone = models.CharField("联系电话", max_length=20, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        indexes = [models.Index(fields=["division", "id"], name="unit_division")]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="one_unit_a_credit_code",
                violation_error_message="这个统一社会信用代码已经登记在另一个单位名下，请核对",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    fields=["username", "name", "phone", "unit", "division", "is_active"],
    model_name="UserEvent",
)
class User(AbstractUser):
    """A person who logs in. What they may do comes from grants alone; is_staff and is_superuser mean nothing."""

    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("手机", max_length=20, blank=True, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name="所在单位")
    division = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="账号归属地",
        help_text="由哪里的安全员管理这个账号",
    )
    password_set_at = models.DateTimeField("密码设置时间", null=True, blank=True)

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.name or self.username

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.password_set_at = timezone.now() if raw_password is not None else None


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, on: datetime.date) -> GrantQuerySet:
        """Confirmed, not ended, and the day lies within from and to (both included)."""
        return self.live().filter(Q(to_on=None) | Q(to_on__gte=on), confirmed_at__isnull=False, from_on__lte=on)

    def live(self) -> GrantQuerySet:
        return self.filter(ended_at=None)

    def pending(self) -> GrantQuerySet:
        return self.live().filter(confirmed_at=None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Grant(models.Model):
    """One role, in one division or unit, for a time."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name="用户")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, verbose_name="区划")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name="单位")
    from_on = models.DateField("生效日期")
    to_on = models.DateField("截止日期", null=True, blank=True, help_text="含当日；不填为长期")
    reason = models.CharField("依据", max_length=200, blank=True, default="")
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="授权人")
    granted_at = models.DateTimeField("授权时间", db_default=Now())
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    confirmed_at = models.DateTimeField("复核时间", null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="终止人")
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)
    ended_reason = models.CharField("终止原因", max_length=200, blank=True, default="")

    objects: ClassVar[models.Manager[Grant]] = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "授权"
        verbose_name_plural = "授权"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="grant_to_after_from",
                violation_error_message="截止日期早于生效日期",
            ),
            models.CheckConstraint(
                condition=Q(division__isnull=False) | Q(unit__isnull=False),
                name="grant_somewhere",
                violation_error_message="授权要落在一个区划或单位上",
            ),
            never_twice(
                "grant_once_at_a_time",
                point(F("user")),
                text_point("role"),
                point(Coalesce(F("division"), 0)),
                point(Coalesce(F("unit"), 0)),
                condition=Q(ended_at=None),
                message="同一角色、同一区划或单位在这段时间已有授权",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}·{self.where}"

    @property
    def where(self) -> str:
        """On what it lies, in words."""
        return " ".join(str(place) for place in (self.division, self.unit) if place)

    def clean(self) -> None:
        """A grant lies on what its role needs: the right level, a unit where one is needed and only there."""
        if self.role not in Role.values:
            return  # choices report it
        reach = REACH[Role(self.role)]
        faults: dict[str, str] = {}
        if reach.needs_unit != bool(self.unit_id):
            faults["unit"] = (
                f"{self.get_role_display()}须指定单位" if reach.needs_unit else f"{self.get_role_display()}不授在单位上"
            )
        if fault := self._division_fault(reach.levels):
            faults["division"] = fault
        if faults:
            raise ValidationError(faults)

    def _division_fault(self, levels: frozenset[Level]) -> str:
        if not levels:
            return f"{self.get_role_display()}不授在区划上" if self.division_id else ""
        wanted = "、".join(LEVEL_LABELS[level] for level in sorted(levels))
        if self.division is None:
            return f"请选择区划：{self.get_role_display()}授在{wanted}一级"
        if self.division.valid_to and self.from_on and self.division.valid_to <= self.from_on:
            return f"{self.division}的区划代码已停用，请选择现行区划"
        level = codes.level_of(self.division.code)
        if level in levels or (level is Level.CITY and Level.COUNTY in levels and not self._has_counties()):
            return ""
        return f"{self.division}不是{wanted}一级，{self.get_role_display()}只能授在{wanted}一级"

    def _has_counties(self) -> bool:
        """东莞 and 中山 have none: there the city does a county's work."""
        return Division.objects.filter(parent=self.division, level=Level.COUNTY).exists()


class Verb(models.TextChoices):
    """What a token may do; revealing, unmasking, granting and auditing need a person."""

    READ = "read", "读取"
    WRITE = "write", "写入"


VERB_ACTS: dict[Verb, frozenset[Act]] = {
    Verb.READ: frozenset({Act.READ, Act.EXPORT}),
    Verb.WRITE: frozenset({Act.EDIT, Act.WITHDRAW, Act.BULK, Act.IMPORT}),
}


class ApiToken(models.Model):
    """接口令牌: lets a program act for a user, within fewer acts, ledgers and divisions, for a time."""

    user = models.ForeignKey(User, models.PROTECT, related_name="api_tokens", verbose_name="用户")
    name = models.CharField("用途", max_length=60)
    key = models.CharField("编号", max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=80), verbose_name="范围", help_text="read:* 或 write:household-toilets"
    )
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, verbose_name="限于区划")
    from_on = models.DateField("生效日期")
    to_on = models.DateField("截止日期", help_text="含当日")
    created_at = models.DateTimeField("创建时间", db_default=Now())
    last_used_on = models.DateField("最近使用日期", null=True, blank=True)
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True)

    class Meta:
        verbose_name = "接口令牌"
        verbose_name_plural = "接口令牌"
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="token_to_after_from"),
            models.CheckConstraint(condition=~Q(scopes=[]), name="token_has_scopes"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def acts(self) -> frozenset[Act]:
        """Every act that some scope allows, on whatever ledger."""
        return frozenset(act for scope in self.scopes for act in VERB_ACTS[Verb(scope.partition(":")[0])])

    def allows(self, act: Act, ledger: str) -> bool:
        """Whether the token may do the act on the ledger with that slug."""
        verbs = [verb for verb, acts in VERB_ACTS.items() if act in acts]
        return any(f"{verb}:{name}" in self.scopes for verb in verbs for name in ("*", ledger))


class AccessKind(models.TextChoices):
    REVEAL = "reveal", "查看完整号码"
    EXPORT = "export", "导出"
    UNMASKED_EXPORT = "unmasked_export", "导出完整号码"
    API_TOKEN = "api_token", "接口令牌"  # noqa: S105 (a kind, no secret)
    LOGIN = "login", "登录"
    FAILED_LOGIN = "failed_login", "登录失败"
    GRANT = "grant", "用户和授权"
    IMPERSONATION = "impersonation", "演示切换身份"


class AccessLog(models.Model):
    """操作留痕: who saw or took out what, when, why. Rows are only ever added; the database refuses the rest."""

    at = models.DateTimeField("时间", db_default=Now())
    kind = models.CharField("类别", max_length=20, choices=AccessKind.choices)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="用户")
    who = models.CharField("姓名或账号", max_length=150)
    role = models.CharField("角色", max_length=60, blank=True, default="")
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+", verbose_name="区划")
    subject = models.CharField("对象", max_length=120)
    subject_id = models.BigIntegerField("编号", null=True)
    detail = models.CharField("内容", max_length=1000, blank=True, default="")
    reason = models.CharField("事由", max_length=200, blank=True, default="")
    rows = models.PositiveIntegerField("行数", default=1)
    ip = models.GenericIPAddressField("来源地址", null=True)
    request_id = models.CharField("请求编号", max_length=64, blank=True, default="")

    class Meta:
        verbose_name = "操作留痕"
        verbose_name_plural = "操作留痕"
        indexes = [
            models.Index(fields=["user", "-id"], name="accesslog_user"),
            models.Index(fields=["kind", "-id"], name="accesslog_kind"),
            models.Index(fields=["division", "-id"], name="accesslog_division"),
            models.Index(fields=["at"], name="accesslog_at"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.who} {self.get_kind_display()} {self.subject}"
