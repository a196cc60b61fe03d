"""The page that takes one step of several flows with one paper: what was ticked, one form, then who was refused and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from bangfu.accounts.http import Request
from bangfu.workflow import registry, together
from bangfu.workflow.declaration import Step, Workflow
from bangfu.workflow.forms import StepForm
from bangfu.workflow.together import Candidate


@require_POST
def page(request: Request, slug: str, step: str) -> HttpResponse:
    """First the list with the form, then, when it is sent from there, the act."""
    workflow = registry.get(slug)
    chosen = workflow.step(step) if workflow else None
    if workflow is None or chosen is None:
        raise Http404("没有这一步")
    ticked = [int(pk) for pk in request.POST.getlist("flow") if pk.isdecimal() and len(pk) < 19]
    found = together.candidates(workflow, chosen, ticked, request.actor, timezone.localdate())
    able = [each for each in found if each.opening and not each.refused]
    if not found:
        messages.error(request, "请先勾选要一起办的事")
        return redirect(_list(workflow, chosen))
    if not able or "sent" not in request.POST:
        form = StepForm(able[0].opening, able[0].flow, timezone.localdate()) if able and able[0].opening else None
        return _show(request, workflow, chosen, found, form)
    first = able[0]
    assert first.opening
    form = StepForm(first.opening, first.flow, timezone.localdate(), request.POST)
    if not form.is_valid():
        return _show(request, workflow, chosen, found, form, 422)
    return _take(request, workflow, chosen, found, form)


def _take(request: Request, workflow: Workflow, step: Step, found: list[Candidate], form: StepForm) -> HttpResponse:
    able = [each for each in found if not each.refused]
    outcome = together.take_all(
        step, able, _versions(request), by=request.actor, at=timezone.now(), on=form.cleaned_data["on"],
        once=form.cleaned_data["client_uuid"], evidence=form.given(),
        files={asked.code: request.FILES.getlist(form.add_prefix(f"given_{asked.code}")) for asked in form.papers},
    )  # fmt: skip
    refused = {each.name: each.refused for each in found if each.refused} | outcome.refused
    if outcome.refused and not outcome.done:  # the paper itself is wrong: the form stays, with what was typed
        for why in dict.fromkeys(outcome.refused.values()):
            names = [name for name, each in outcome.refused.items() if each == why]
            form.add_error(None, why if len(names) == len(able) else f"{'、'.join(names)}：{why}")
        return _show(request, workflow, step, found, form, 422)
    if outcome.done:
        messages.success(request, f"已办理“{step.label}” {len(outcome.done)} 件：{'、'.join(outcome.done)}")
    for name, why in refused.items():
        messages.warning(request, f"{name} 没有办：{why}")
    return redirect(_list(workflow, step))


def _versions(request: Request) -> dict[int, int]:
    """As the page that was ticked on showed them: "12:3"."""
    pairs = [text.partition(":") for text in request.POST.getlist("version")]
    return {int(pk): int(version) for pk, _, version in pairs if pk.isdecimal() and version.isdecimal()}


def _list(workflow: Workflow, step: Step) -> str:
    return f"{reverse('workflow:flows', args=[workflow.slug])}?state={step.sources[0]}"


def _show(
    request: Request, workflow: Workflow, step: Step, found: list[Candidate], form: StepForm | None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "workflow": workflow, "step": step, "found": found, "form": form, "back": _list(workflow, step),
        "able": sum(not each.refused for each in found),
    }  # fmt: skip
    return render(request, "workflow/together.html", context, status=status)
