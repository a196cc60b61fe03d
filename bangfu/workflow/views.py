"""Pages of workflows: the matrix, the list by due date, one flow and the acts on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.http import Request
from bangfu.accounts.models import User
from bangfu.divisions.scope import Scope
from bangfu.workflow import acts, clocks, diagram, matrix, registry, together
from bangfu.workflow.clocks import Standing
from bangfu.workflow.declaration import Step, Workflow
from bangfu.workflow.forms import StepForm
from bangfu.workflow.models import Flow, subjects, within
from bangfu.workflow.openings import openings
from bangfu.workflow.refused import page_again
from bangfu.workflow.sheet import sheet


@require_GET
def index(request: Request) -> HttpResponse:
    """Every workflow, for whoever is logged in: how work goes is no secret."""
    mine = [(w, bool(request.actor.roles & set(w.read_by))) for w in registry.all_workflows()]
    return render(request, "workflow/index.html", {"workflows": mine})


def _workflow_or_404(slug: str) -> Workflow:
    found = registry.get(slug)
    if found is None:
        raise Http404("没有这个流程")
    return found


@require_GET
def workflow_page(request: Request, slug: str) -> HttpResponse:
    workflow = _workflow_or_404(slug)
    home = request.actor.home
    context = {
        "workflow": workflow,
        "lines": matrix.lines(workflow, timezone.localdate(), home.code if home else None),
        "roles": matrix.roles(workflow),
        "diagram": diagram.draw(workflow),
        "may_read": bool(request.actor.roles & set(workflow.read_by)),
        "home": home,
    }
    return render(request, "workflow/workflow.html", context)


@require_GET
def flows_page(request: Request, slug: str) -> HttpResponse:
    """What is in hand, soonest first; by state and by colour."""
    workflow, on = _workflow_or_404(slug), timezone.localdate()
    if not request.actor.roles & set(workflow.read_by):
        raise PermissionDenied(f"您的角色不能看“{workflow.title}”")
    everywhere = Flow.objects.visible_to(request.actor, workflow)
    if request.actor.place:
        everywhere = everywhere.filter(within(Scope.of([request.actor.place])))
    chosen, state = _standing(request), request.GET.get("state", "")
    flows = everywhere.filter(clocks.in_standing(chosen, on) if chosen else Q(ended_on=None))
    if state in {each.code for each in workflow.states}:
        flows = flows.filter(state=state) if chosen else everywhere.filter(state=state)
    rows, after = _page(flows, request.GET.get("after", ""))
    names = subjects(rows)
    soon = clocks.soon_on(on)
    context = {
        "workflow": workflow,
        "rows": [
            _line(flow, names.get((flow.slug, flow.subject_id)), clocks.standing_between(flow, on, soon))
            for flow in rows
        ],
        "after": after,
        "count": "" if request.GET.get("after") else _count(flows),
        "standings": [(each.value, each.label) for each in Standing],
        "standing": chosen,
        "state": state,
        "together": together.steps_at(workflow, state, request.actor) if state and rows else [],
    }
    return render(request, "workflow/flows.html", context)


def _line(flow: Flow, subject: Any, standing: Standing) -> tuple[Flow, Any, Standing, str]:
    return flow, subject, standing, clocks.TONES[standing]


def _standing(request: Request) -> Standing | None:
    given = request.GET.get("standing", "")
    return Standing(given) if given in Standing.values else None


def _page(flows: QuerySet[Flow], after: str) -> tuple[list[Flow], str]:
    """One page by (due date, id), and the key of the next."""
    if after:
        try:
            key = signing.loads(after, salt="flows")
        except signing.BadSignature:
            raise Http404("地址不完整，请从名单重新进入") from None
        flows = flows.filter(TupleGreaterThan(Tuple("sort_on", "pk"), tuple(key)))
    size = settings.PAGE_SIZE
    ordered = flows.select_related("division", "assignee").order_by("sort_on", "pk")
    rows = list(ordered[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return rows[:size], after_key(last.sort_on, last.pk) if last else ""


def after_key(day: date, pk: int) -> str:
    """The address of the page behind that row."""
    return signing.dumps([day.isoformat(), pk], salt="flows")


def _count(flows: QuerySet[Flow]) -> str:
    """How many, up to a cap: an exact number over a county costs more than the page."""
    count = flows.values("pk")[: settings.COUNT_CAP + 1].count()
    return f"超过 {settings.COUNT_CAP:,} 件" if count > settings.COUNT_CAP else f"{count:,} 件"


def _flow_or_404(request: Request, pk: int) -> Flow:
    """A flow outside the scope does not exist, whatever the address."""
    flow = Flow.objects.select_related("division", "assignee").filter(pk=pk).first()
    if flow is None or registry.get(flow.slug) is None or not flow.is_visible_to(request.actor):
        raise Http404("没有这件事，或不在您的工作范围内")
    return flow


@require_GET
def flow_page(request: Request, pk: int) -> HttpResponse:
    return _show(request, _flow_or_404(request, pk))


def _show(request: Request, flow: Flow, bound: StepForm | None = None, status: int = 200) -> HttpResponse:
    if bound and flow.workflow.url:
        return page_again(request, flow, bound, status)
    shown = sheet(flow, request.actor, timezone.localdate(), bound)
    return render(request, "workflow/flow.html", {"sheet": shown, "flow": flow}, status=status)


@require_POST
def take(request: Request, pk: int, step: str) -> HttpResponse:
    flow = _flow_or_404(request, pk)
    mine = openings(flow, request.actor, timezone.localdate())
    opening = next((each for each in mine if each.step.code == step), None)
    if opening is None:
        return _not_mine(request, flow, step)
    form = StepForm(opening, flow, timezone.localdate(), request.POST)
    if not form.is_valid():
        return _show(request, flow, form, 422)
    try:
        given = form.given() | _files(request, flow, form)
        acts.take(
            opening.step, flow, by=request.actor, at=timezone.now(), version=form.cleaned_data["version"],
            on=form.cleaned_data["on"], client_uuid=form.cleaned_data["client_uuid"], evidence=given,
            reason=form.cleaned_data.get("reason") or request.POST.get("reason_tap", ""),
        )  # fmt: skip
    except acts.Overtaken as error:
        form.add_error(None, str(error))
        form.retype("version", str(error.flow.version))
        return _show(request, error.flow, form, 409)
    except acts.Refused as error:
        for refusal in error.refusals:
            form.add_error(None, f"{refusal.words}（{refusal.source}）" if refusal.source else refusal.words)
        return _show(request, flow, form, 422)
    messages.success(request, _told(opening.step, flow))
    return _back(request, flow)


def _told(step: Step, flow: Flow) -> str:
    return f"已办理“{step.label}”，现在是“{flow.now.label}”"


def _not_mine(request: Request, flow: Flow, code: str) -> HttpResponse:
    """Done already by somebody else (or by a first tap), or never this person's."""
    step, last = flow.workflow.step(code), flow.records.order_by("-pk").first()
    if step is None:
        raise Http404("没有这一步")
    sent = request.POST.get(f"{code}-client_uuid", "")
    if sent and sent in {str(each) for each in flow.records.values_list("client_uuid", flat=True)}:
        messages.success(request, _told(step, flow))
        return _back(request, flow)
    said = str(acts.Overtaken(flow, last)) if flow.state not in step.sources else f"您的角色不能办理“{step.label}”"
    messages.warning(request, said)
    return _back(request, flow)


def _files(request: Request, flow: Flow, form: StepForm) -> dict[str, list[str]]:
    """Files sent now, and those kept from a first try that was refused. Errors: Refused."""
    papers, found = flow.workflow.papers, {}
    for asked in form.papers:
        assert papers, "start-up checks hold it"
        kept = [each for each in form.cleaned_data[f"kept_{asked.code}"].split() if each]
        known = list(papers.links(flow, kept)) if kept else []
        try:
            known += [
                papers.add(flow, file, request.actor)
                for file in request.FILES.getlist(form.add_prefix(f"given_{asked.code}"))
            ]
        except ValueError as error:
            raise acts.refuse(f"“{asked.label}”：{error}") from None
        form.retype(f"kept_{asked.code}", " ".join(known))
        found[asked.code] = known
    return found


def _back(request: Request, flow: Flow) -> HttpResponse:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if target and is_ours else flow.get_absolute_url())


def _number(request: Request, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _done(request: Request, flow: Flow, words: str, act: Any) -> HttpResponse:
    """Runs an act that has no form to show again, and says how it went."""
    try:
        act()
    except (acts.Refused, acts.Overtaken) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return _back(request, flow)


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    flow, reason = _flow_or_404(request, pk), request.POST.get("reason", "")
    given: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "version": _number(request, "version")}
    return _done(request, flow, "已撤销上一步", lambda: acts.undo(flow, reason=reason, **given))


@require_POST
def flag(request: Request, pk: int) -> HttpResponse:
    flow, reason, code = _flow_or_404(request, pk), request.POST.get("reason", ""), request.POST.get("flag", "")
    if flow.workflow.flag(code) is None:
        raise Http404("没有这个标记")
    given: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "version": _number(request, "version")}
    return _done(request, flow, "已标记", lambda: acts.raise_flag(flow, code, reason=reason, **given))


@require_POST
def assign(request: Request, pk: int) -> HttpResponse:
    flow = _flow_or_404(request, pk)
    person = User.objects.filter(pk=_number(request, "to"), is_active=True).first()
    if person is None:
        raise Http404("没有这位用户")
    given: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "version": _number(request, "version")}
    return _done(request, flow, f"已指定 {person}", lambda: acts.assign(flow, person, **given))
