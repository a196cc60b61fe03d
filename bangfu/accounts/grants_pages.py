"""用户和授权: the desk of the security officer. The acts are in `appointments` and `enrolment`; here are the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q, QuerySet
from django.forms import BaseForm, Form
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.accounts import appointments, enrolment, keyset
from bangfu.accounts.actor import Actor
from bangfu.accounts.forms import GrantForm, UnitForm, UserForm, show
from bangfu.accounts.http import Request, needs
from bangfu.accounts.models import Grant, Unit, User
from bangfu.accounts.roles import Act, Role

UNIT_SUGGESTIONS = 20


def managed_users(actor: Actor) -> QuerySet[User]:
    """The accounts that the officer manages, with the grants that have not ended."""
    scope = actor.scope(Act.GRANT)
    mine = scope.q("division")
    if appointments.covers_a_province(scope):
        mine |= Q(division=None)
    return _with_grants(User.objects.filter(mine))


def _with_grants(users: QuerySet[User]) -> QuerySet[User]:
    live = Grant.objects.live().select_related("division", "unit").order_by("pk")
    return users.select_related("unit", "division").prefetch_related(Prefetch("grants", live, to_attr="live_grants"))


def pending_grants(actor: Actor) -> QuerySet[Grant]:
    """Grants that wait for a second officer and lie in this one's scope."""
    scope = actor.scope(Act.GRANT)
    here = scope.q("division") | Q(division=None) & scope.q("unit__division")
    return Grant.objects.pending().filter(here).select_related("user", "division", "unit", "granted_by").order_by("pk")


def found_users(actor: Actor, text: str) -> QuerySet[User]:
    """By part of a name, account or unit, or the start of a phone; a whole account name also finds people elsewhere,
    because a team member's account may be kept where they come from."""
    if not text:
        return managed_users(actor)
    words = (
        Q(name__icontains=text)
        | Q(username__icontains=text)
        | Q(unit__name__icontains=text)
        | Q(phone__startswith=text)
    )
    elsewhere = User.objects.filter(username=text).values("pk")
    managed = managed_users(actor).filter(words)
    return _with_grants(User.objects.filter(Q(pk__in=managed.values("pk")) | Q(pk__in=elsewhere)))


@require_safe
@needs(Act.GRANT)
def users(request: Request) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    rows, following = keyset.page(found_users(request.actor, text), request.GET)
    context = {"users": rows, "next": following, "q": text, "today": timezone.localdate()}
    if request.htmx and "before" in request.GET:
        return render(request, "accounts/_users.html", context)
    context["pending_count"] = pending_grants(request.actor).count()
    return render(request, "accounts/users.html", context)


@require_safe
@needs(Act.GRANT)
def pending(request: Request) -> HttpResponse:
    return render(request, "accounts/pending.html", {"grants": pending_grants(request.actor)})


def _user(request: Request, pk: int) -> User:
    """Any account may be opened by one who knows it; what may be done with it is checked act by act."""
    user = _with_grants(User.objects.filter(pk=pk)).first()
    known = user and (appointments.may_manage(request.actor, user.division) or _has_grant_here(request.actor, user))
    if not user or not (known or request.GET.get("account") == user.username):
        raise Http404("没有这个账号，或不归您管理")
    return user


def _has_grant_here(actor: Actor, user: User) -> bool:
    places = (grant.division or (grant.unit.division if grant.unit else None) for grant in user.grants.live())
    return any(appointments.may_manage(actor, place) for place in places if place)


@require_safe
@needs(Act.GRANT)
def user(request: Request, pk: int) -> HttpResponse:
    person = _user(request, pk)
    ended = person.grants.exclude(ended_at=None).select_related("division", "unit", "ended_by").order_by("-ended_at")
    context = {
        "person": person,
        "ended_grants": ended,
        "factors": Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES).count(),
        "may_manage": appointments.may_manage(request.actor, person.division) and person != request.actor.user,
        "is_self": person == request.actor.user,
        "today": timezone.localdate(),
    }
    return render(request, "accounts/user.html", context)


def _submitted(form: Form, act: Callable[[dict[str, Any]], Any]) -> Any:
    """Runs the act with the cleaned form; None when the form or the act found faults, which the form then shows."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except ValidationError as error:
        show(error, form)
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.GRANT)
def enrol(request: Request) -> HttpResponse:
    form = UserForm(request.POST or None, by=request.actor)
    made = _submitted(form, lambda data: enrolment.enrol(**data, by=request.actor, at=timezone.now()))
    if made:
        messages.success(request, f"已新建 {made.name} 的账号。下一步：授予角色，并把设置密码的链接交给本人。")
        return HttpResponseRedirect(reverse("accounts:user", args=[made.pk]))
    return render(request, "accounts/user_form.html", {"form": form}, status=_status(form))


def _status(form: BaseForm) -> int:
    return 422 if form.is_bound and form.errors else 200


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.GRANT)
def amend(request: Request, pk: int) -> HttpResponse:
    person = _user(request, pk)
    initial = {"name": person.name, "phone": person.phone, "unit": person.unit, "division": person.division}
    form = UserForm(request.POST or None, by=request.actor, existing=True, initial=initial)
    if form.is_valid():
        enrolment.amend(person, **form.cleaned_data, by=request.actor)
        messages.success(request, "已保存")
        return HttpResponseRedirect(reverse("accounts:user", args=[pk]))
    return render(request, "accounts/user_form.html", {"form": form, "person": person}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.GRANT)
def grant(request: Request, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    form = GrantForm(request.POST or None, by=request.actor)
    made = _submitted(form, lambda data: _grant(request, person, data))
    if made:
        told = "已授权，立即生效" if made.confirmed_at else "已提出授权，等另一位安全员复核后生效"
        if made.confirmed_at and made.from_on > timezone.localdate():
            told = f"已授权，{made.from_on} 起生效"
        messages.success(request, f"{person}：{made}。{told}")
        return HttpResponseRedirect(f"{reverse('accounts:user', args=[pk])}?account={person.username}")
    return render(request, "accounts/grant_form.html", {"form": form, "person": person}, status=_status(form))


def _grant(request: Request, person: User, data: dict[str, Any]) -> Grant:
    role = Role(data.pop("role"))
    return appointments.grant_role(user=person, role=role, **data, by=request.actor, at=timezone.now())


def _back(request: Request, person: User, told: str) -> HttpResponse:
    messages.success(request, told)
    return HttpResponseRedirect(f"{reverse('accounts:user', args=[person.pk])}?account={person.username}")


def _refused(request: Request, person: User, error: ValidationError) -> HttpResponse:
    messages.error(request, "；".join(error.messages))
    return HttpResponseRedirect(reverse("accounts:user", args=[person.pk]))


@require_POST
@needs(Act.GRANT)
def confirm(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(pending_grants(request.actor), pk=pk)
    try:
        appointments.confirm_grant(found, by=request.actor, at=timezone.now())
    except ValidationError as error:
        return _refused(request, found.user, error)
    return _back(request, found.user, f"已复核：{found.user} {found}")


@require_POST
@needs(Act.GRANT)
def end(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Grant.objects.select_related("user", "division", "unit"), pk=pk)
    try:
        appointments.end_grant(found, by=request.actor, at=timezone.now(), reason=request.POST.get("reason", ""))
    except ValidationError as error:
        return _refused(request, found.user, error)
    return _back(request, found.user, f"已终止：{found.user} {found}")


#: What the buttons on a person's page do, by the last part of the address.
_ACTS: dict[str, tuple[Callable[[User, Request, str], Any], str]] = {
    "disable": (
        lambda person, request, reason: enrolment.disable(person, by=request.actor, at=timezone.now(), reason=reason),
        "账号已停用，本人已退出登录，接口令牌已吊销",
    ),
    "enable": (lambda person, request, reason: enrolment.enable(person, by=request.actor, reason=reason), "账号已启用"),
    "second-factor": (
        lambda person, request, reason: enrolment.remove_second_factors(person, by=request.actor, reason=reason),
        "已解除两步验证，请本人登录后重新绑定",
    ),
}


@require_POST
@needs(Act.GRANT)
def act(request: Request, pk: int, name: str) -> HttpResponse:
    if name not in _ACTS:
        raise Http404
    person = get_object_or_404(User.objects.select_related("division"), pk=pk)
    run, told = _ACTS[name]
    try:
        run(person, request, request.POST.get("reason", "")[:200])
    except ValidationError as error:
        return _refused(request, person, error)
    return _back(request, person, f"{person}：{told}")


@require_POST
@needs(Act.GRANT)
def link(request: Request, pk: int) -> HttpResponse:
    """Shows the one-time link, once: it is not kept anywhere."""
    person = get_object_or_404(User.objects.select_related("division"), pk=pk)
    try:
        path = enrolment.one_time_link(person, by=request.actor)
    except ValidationError as error:
        return _refused(request, person, error)
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    context = {"person": person, "link": request.build_absolute_uri(path), "hours": hours}
    return render(request, "accounts/link.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.GRANT)
def units(request: Request) -> HttpResponse:
    form = UnitForm(request.POST or None, by=request.actor)
    if form.is_valid():
        made = form.save(commit=False)
        made.division = form.cleaned_data["division"]
        made.save()
        messages.success(request, f"已新增单位“{made}”")
        return HttpResponseRedirect(reverse("accounts:units"))
    mine = Unit.objects.filter(request.actor.scope(Act.GRANT).q("division")).select_related("division")
    rows, following = keyset.page(mine, request.GET)
    return render(
        request, "accounts/units.html", {"form": form, "units": rows, "next": following}, status=_status(form)
    )


@require_safe
@needs(Act.GRANT)
def unit_options(request: Request) -> HttpResponse:
    """Suggestions for the unit fields, as <option>s of a datalist."""
    text = request.GET.get("unit", "").replace("\0", "").strip()[:60]
    found = Unit.objects.filter(name__icontains=text).order_by("name")[:UNIT_SUGGESTIONS] if text else []
    return render(request, "accounts/_unit_options.html", {"units": found})
