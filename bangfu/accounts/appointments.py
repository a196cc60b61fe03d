"""Who gets which role where, from when to when: the acts of the security officer (5.3; 等保: 三员分立, 双人复核)."""

from __future__ import annotations

import datetime

import pghistory
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from bangfu.accounts import access
from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind, Grant, Unit, User
from bangfu.accounts.roles import CONFIRMED_ROLES, OFFICERS, Act, Role, conflict
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.kernel.codes import Level

#: Who acts: a security officer, or None for the command line of the installation.
By = Actor | None


def _pk(by: By) -> int | None:
    return by.user.pk if by and by.user else None


def may_manage(by: By, place: Division | None) -> bool:
    """The officer's own scope covers the place; what lies nowhere belongs to the widest officers."""
    if by is None:
        return True
    if place is None:
        return covers_a_province(by.scope(Act.GRANT))
    return place.pk in by.scope(Act.GRANT)


def covers_a_province(scope: Scope) -> bool:
    return any(high - low + 1 >= codes.SPANS[Level.PROVINCE] for low, high in scope.ranges)


def _authorise(by: By, user: User, place: Division | None) -> None:
    if by is None:
        return
    if by.user == user:
        raise PermissionDenied("不能给自己授权或终止自己的授权，请另一位安全员办理")
    if not may_manage(by, place):
        raise PermissionDenied("这里不在您管理的范围内")


def _overlapping(user: User, from_on: datetime.date, to_on: datetime.date | None) -> frozenset[Role]:
    grants = user.grants.live().filter(Q(to_on=None) | Q(to_on__gte=from_on))
    if to_on:
        grants = grants.filter(from_on__lte=to_on)
    return frozenset(Role(role) for role in grants.values_list("role", flat=True))


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: Role,
    from_on: datetime.date,
    by: By,
    at: datetime.datetime,
    division: Division | None = None,
    unit: Unit | None = None,
    to_on: datetime.date | None = None,
    reason: str = "",
) -> Grant:
    """Gives a role; where the installation asks for it, high roles wait for a second officer.

    Errors: PermissionDenied for oneself or outside the officer's scope; ValidationError when the role does not lie
    there, excludes one the person has, or is already granted in that time.
    """
    grant = Grant(
        user=User.objects.select_for_update().get(
            pk=user.pk
        ),  # two officers at once: the second sees the first's grant
        role=role,
        division=division,
        unit=unit,
        from_on=from_on,
        to_on=to_on,
        reason=reason,
        granted_by_id=_pk(by),
        granted_at=at,
    )
    _authorise(by, user, division or (unit.division if unit else None))
    if not grant.user.is_active:
        raise ValidationError({"user": f"{user}的账号已停用，请先启用"})
    if other := conflict(role, _overlapping(user, from_on, to_on)):
        officers = "、".join(sorted(officer.label for officer in OFFICERS))
        raise ValidationError(
            {"role": f"{user}在这段时间已是{other.label}，不能同时做{role.label}：{officers}三员分立，也不兼业务角色"}
        )
    if not needs_confirmation(role, by):
        grant.confirmed_by_id, grant.confirmed_at = _pk(by), at
    grant.full_clean()
    with pghistory.context(user=_pk(by), act="grant_role", reason=reason):
        try:
            with transaction.atomic():
                grant.save()
        except IntegrityError as error:
            raise ValidationError("同一角色、同一区划或单位在这段时间已有授权") from error
    state = "授予" if grant.confirmed_at else "提出授予"
    _log(by, grant, f"{state} {user.username} {grant}，{from_on} 至 {to_on or '长期'}", reason)
    return grant


def needs_confirmation(role: Role, by: By) -> bool:
    return bool(settings.GRANTS_NEED_CONFIRMATION and by is not None and role in CONFIRMED_ROLES)


@transaction.atomic
def confirm_grant(grant: Grant, *, by: Actor, at: datetime.datetime) -> None:
    """The second pair of eyes. Errors: PermissionDenied for the one who proposed it and the one who gets it."""
    grant = (
        Grant.objects.select_for_update(of=("self",))
        .select_related("user", "division", "unit__division")
        .get(pk=grant.pk)
    )
    _authorise(by, grant.user, _place(grant))
    if grant.granted_by_id == _pk(by):
        raise PermissionDenied("提出授权的人不能自己复核，请另一位安全员办理")
    if grant.confirmed_at or grant.ended_at:
        raise ValidationError("这条授权已经复核或终止")
    grant.confirmed_by_id, grant.confirmed_at = _pk(by), at
    with pghistory.context(user=_pk(by), act="confirm_grant"):
        grant.save(update_fields=["confirmed_by", "confirmed_at"])
    _log(by, grant, f"复核通过 {grant.user.username} {grant}")


@transaction.atomic
def end_grant(grant: Grant, *, by: By, at: datetime.datetime, reason: str) -> None:
    """Ends a grant at once, or turns down one that waits. A second time changes nothing."""
    grant = (
        Grant.objects.select_for_update(of=("self",))
        .select_related("user", "division", "unit__division")
        .get(pk=grant.pk)
    )
    _authorise(by, grant.user, _place(grant))
    if grant.ended_at:
        return
    if not reason.strip():
        raise ValidationError({"reason": "请填写终止的原因"})
    grant.ended_by_id, grant.ended_at, grant.ended_reason = _pk(by), at, reason.strip()
    with pghistory.context(user=_pk(by), act="end_grant", reason=reason):
        grant.save(update_fields=["ended_by", "ended_at", "ended_reason"])
    _log(by, grant, f"终止 {grant.user.username} {grant}", reason)


def _place(grant: Grant) -> Division | None:
    return grant.division or (grant.unit.division if grant.unit else None)


def _log(by: By, grant: Grant, detail: str, reason: str = "") -> None:
    access.record(by or installation(), AccessKind.GRANT, grant, reason, detail=detail)


def installation() -> Actor:
    """The command line of the installation, which makes the first officers."""
    return Actor(None)
