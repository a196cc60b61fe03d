"""The pages of what happens to a household: one short form each, reached from the household's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.kernel import dates
from bangfu.ledger import drafts, registry, saved
from bangfu.people import acts, forms
from bangfu.people.act_form import ActForm
from bangfu.people.household import Household
from bangfu.people.models import MemberEvent

Run = Callable[[Any, Household, Any], Household]  # form, household, actor → household to show next


@dataclass(frozen=True)
class Page:
    slug: str
    title: str
    form: type[ActForm]
    run: Run


def _birth(form: forms.BirthForm, household: Household, actor: Any) -> Household:
    data = form.cleaned_data
    acts.record_birth(
        household, name=data["name"], sex=data["sex"], relation=data["relation"], identity_no=data["identity_no"],
        by=actor, at=data["at"],
    )  # fmt: skip
    return household


def _arrival(form: forms.ArrivalForm, household: Household, actor: Any) -> Household:
    data = form.cleaned_data
    values = {name: data[name] for name in ("name", "sex", "born_on", "identity_no", "phone")}
    values["relation_to_head"] = data["relation"]
    kind = MemberEvent.Kind(data["kind"])
    acts.record_arrival(household, values, kind=kind, by=actor, at=data["at"], note=data["note"])
    return household


def _departure(form: forms.DepartureForm, household: Household, actor: Any) -> Household:
    data, person = form.cleaned_data, form.member("person")
    assert person
    acts.record_departure(
        person, kind=MemberEvent.Kind(data["kind"]), new_head=form.member("new_head"), relations=form.relations,
        by=actor, at=data["at"], note=data["note"],
    )  # fmt: skip
    return household


def _head(form: forms.HeadForm, household: Household, actor: Any) -> Household:
    data, new_head = form.cleaned_data, form.member("new_head")
    assert new_head
    acts.change_head(household, new_head=new_head, relations=form.relations, by=actor, at=data["at"], note=data["note"])
    return household


def _move(form: forms.MoveForm, household: Household, actor: Any) -> Household:
    data, person = form.cleaned_data, form.member("person")
    assert person
    to = _editable(actor, data["to"].pk)
    acts.move_person(person, to=to, relation=data["relation"], by=actor, at=data["at"], note=data["note"])
    return to


def _split(form: forms.SplitForm, household: Household, actor: Any) -> Household:
    data, new_head = form.cleaned_data, form.member("new_head")
    assert new_head
    return acts.split_household(
        household, people=form.chosen, new_head=new_head, relations=form.relations, by=actor, at=data["at"],
        note=data["note"],
    )  # fmt: skip


def _merge(form: forms.MergeForm, household: Household, actor: Any) -> Household:
    data = form.cleaned_data
    into = _editable(actor, data["into"].pk)
    acts.merge_households(household, into=into, relations=form.relations, by=actor, at=data["at"], note=data["note"])
    return into


def _correct(form: forms.CorrectForm, household: Household, actor: Any) -> Household:
    person = form.member("person")
    assert person
    acts.correct_identity(person, form.changes, by=actor, at=dates.today(), note=form.cleaned_data["note"])
    return household


PAGES = {
    page.slug: page
    for page in (
        Page("birth", "出生", forms.BirthForm, _birth),
        Page("arrival", "婚入、迁入", forms.ArrivalForm, _arrival),
        Page("departure", "死亡、婚出、迁出", forms.DepartureForm, _departure),
        Page("head", "变更户主", forms.HeadForm, _head),
        Page("move", "转到另一户", forms.MoveForm, _move),
        Page("split", "分户", forms.SplitForm, _split),
        Page("merge", "并户", forms.MergeForm, _merge),
        Page("correct", "更正身份信息", forms.CorrectForm, _correct),
    )
}


def _editable(actor: Any, pk: int) -> Household:
    """Errors: Refused, when the household lies where the actor may only look."""
    ledger = registry.of(Household)
    assert ledger
    found = ledger.visible_to(actor, Act.EDIT).filter(pk=pk, withdrawn_at=None).first()
    if found is None:
        raise acts.Refused("您只能看、不能改对方那一户，请由共同的上级办理")
    return found  # type: ignore[no-any-return]


def act_page(request: Request, pk: int, slug: str) -> HttpResponse:
    if request.actor.is_anonymous:
        return redirect_to_login(request.get_full_path())
    page, ledger = PAGES.get(slug), registry.of(Household)
    if page is None or ledger is None:
        raise Http404("没有这个页面")
    if not ledger.may(request.actor, Act.EDIT):
        raise PermissionDenied("您的角色不能办理户和成员的变动")
    household = ledger.visible_to(request.actor, Act.EDIT).select_related("village").filter(pk=pk).first()
    if household is None:
        raise Http404("没有这一户，或不在您的工作范围内")
    members = acts.members_of(household)
    initial = {name: request.GET[name] for name in ("person", "kind") if name in request.GET}
    data = request.POST if request.method == "POST" else None
    draft = drafts.of(request.actor, request.get_full_path())
    form = page.form(household, members, request.actor, data, initial=initial, draft=draft)
    if data is not None and form.is_valid() and not form.asks_relations:
        try:
            shown = page.run(form, household, request.actor)
        except acts.Refused as refused:
            form.add_error(None, str(refused))
        else:
            drafts.discard(request.actor, request.get_full_path())
            messages.success(request, f"已登记：{page.title}")
            saved.tell(request, shown)
            return redirect(ledger.record_url(shown.pk))
    context = {
        "page": page, "form": form, "household": household, "back": ledger.record_url(household.pk),
        "is_draft": bool(draft) and data is None,
    }  # fmt: skip
    status = 422 if data is not None and form.errors else 200
    return render(request, "people/act.html", context, status=status)
