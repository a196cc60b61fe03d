"""The page of a household visit: what is known beside it, five inputs at most, three of them filled in already."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.activities import acts
from bangfu.kernel import dates
from bangfu.kernel.text import clean, clean_prose
from bangfu.ledger import drafts, registry
from bangfu.ledger.fields import shown
from bangfu.ledger.forms import kept
from bangfu.people.act_form import Day
from bangfu.people.models import Household

#: what a visitor checks first, shown beside the form
FACTS = (
    "kind", "monitored_kind", "risks", "member_count", "phone", "house_grade", "has_safe_water", "has_dropout",
    "has_uninsured",
)  # fmt: skip


VISITED = ("held_on", "people", "has_change", "found", "follow_up")


class VisitForm(forms.Form):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    held_on = Day(label="走访日期")
    people = forms.CharField(label="走访人", max_length=200, help_text="姓名用顿号隔开")
    has_change = forms.TypedChoiceField(
        label="情况",
        choices=[("false", "没有变化"), ("true", "有变化")],
        coerce=lambda value: value == "true",
        widget=forms.RadioSelect,
    )
    found = forms.CharField(
        label="发现的情况", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="有变化的写一句：谁、什么事、影响多大",
    )  # fmt: skip
    follow_up = forms.CharField(label="后续要办的事", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data |= {name: clean(data.get(name)) for name in ("people", "follow_up")}
        data["found"] = clean_prose(data.get("found"))
        if data.get("has_change") and not data["found"]:
            self.add_error("found", "情况有变化的，请写一句发现了什么")
        if data.get("has_change") is False and not data["found"]:
            data["found"] = acts.UNCHANGED
        return data


def household_or_404(request: Request, pk: int) -> Household:
    """The household if the actor may record a visit there."""
    ledger, activities = registry.of(Household), acts.ledger()
    assert ledger
    if not activities.may(request.actor, Act.EDIT):
        raise PermissionDenied("您的角色不能登记走访")
    scope = request.actor.scope(Act.EDIT, activities.edited_by)
    found = Household.objects.filter(scope.q("village"), pk=pk, withdrawn_at=None).select_related("village").first()
    if found is None:
        raise Http404("没有这一户，或不在您的工作范围内")
    return found


def back(request: Request, otherwise: str) -> str:
    """The page one came from (?next=), never another site."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    return asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}) else otherwise


@needs(Act.EDIT)
def visit_page(request: Request, pk: int) -> HttpResponse:
    household = household_or_404(request, pk)
    ledger = registry.of(Household)
    assert ledger
    target = back(request, ledger.record_url(household.pk))
    initial = {"held_on": dates.today(), "people": str(request.actor.user), "client_uuid": uuid4()}
    draft = drafts.of(request.actor, request.get_full_path())
    form = VisitForm(request.POST if request.method == "POST" else None, initial=initial)
    for name in VISITED if draft else ():
        form.initial[name] = kept(name, form.fields[name], draft, form.initial.get(name))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        client_uuid: UUID | None = values.pop("client_uuid")
        visit = acts.record_visit(household, values, by=request.actor, client_uuid=client_uuid)
        drafts.discard(request.actor, request.get_full_path())
        messages.success(
            request, f"已登记走访。计入：{acts.ledger().article} {acts.ledger().title}、{visit.household}的经过"
        )
        return redirect(target)
    facts = [(item.label, item.text(household)) for item in (shown(ledger, name) for name in FACTS)]
    context = {
        "form": form, "household": household, "facts": facts, "back": target, "ledger": acts.ledger(),
        "is_draft": bool(draft) and request.method == "GET",
    }  # fmt: skip
    return render(request, "activities/visit.html", context, status=422 if form.errors else 200)
