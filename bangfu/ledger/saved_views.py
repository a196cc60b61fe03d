"""Saved views: a named selection of a list, for oneself or for everybody of one's place."""

from __future__ import annotations

from django.contrib import messages
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request
from bangfu.accounts.models import User
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.kernel.text import clean
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger


class SavedView(models.Model):
    """The query string of a list under a name."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    ledger = models.CharField("台账", max_length=60)
    name = models.CharField("名称", max_length=30)
    query = models.TextField("条件")
    shared_in = models.ForeignKey(Division, models.CASCADE, null=True, related_name="+", verbose_name="共享范围")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "ledger", "name"], name="one_view_a_name")]
        verbose_name = "常用视图"

    def __str__(self) -> str:
        return self.name


def of(actor: Actor, ledger: Ledger) -> list[SavedView]:
    """My own, and those shared in the divisions whose rows I read."""
    mine = Q(user=actor.user) | Q(shared_in__in=_places(actor, ledger))
    return list(SavedView.objects.filter(mine, ledger=ledger.slug).order_by("name"))


def _places(actor: Actor, ledger: Ledger) -> list[int]:
    """Where the actor works, widest first. A grant on a unit opens no division: its words stay unread too."""
    scope = actor.scope(Act.READ, ledger.readers())
    return [home.code for home in actor.homes if home.code in scope]


@require_POST
def save(request: Request, slug: str) -> HttpResponse:
    ledger = registry.get(slug)
    if request.actor.is_anonymous or not ledger or not ledger.may(request.actor, Act.READ):
        raise Http404
    name = clean(request.POST.get("name", ""))[:30]
    params = QueryDict(request.POST.get("query", "")[:2000], mutable=True)
    params.pop("after", None)
    if not name or not params:
        messages.error(request, "请先设好筛选条件，再给视图起个名字")
        return redirect(ledger.url())
    places = _places(request.actor, ledger)
    shared_in = places[0] if request.POST.get("shared") and places else None
    values = {"query": params.urlencode(), "shared_in_id": shared_in}
    SavedView.objects.update_or_create(user=request.actor.user, ledger=slug, name=name, defaults=values)
    messages.success(request, f"已保存视图“{name}”")
    return redirect(f"{ledger.url()}?{params.urlencode()}")


@require_POST
def delete(request: Request, slug: str, pk: int) -> HttpResponse:
    """Only one's own."""
    if request.actor.is_anonymous or not registry.get(slug):
        raise Http404
    SavedView.objects.filter(user=request.actor.user, ledger=slug, pk=pk).delete()
    return redirect("ledger:list", slug=slug)
