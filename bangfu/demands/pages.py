"""Pages of the officers: what is being asked for, registering, mapping the heads, the steps after that, the download."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.demands import acts, handing_out, overview, papers
from bangfu.demands.demand import ASKERS, Demand
from bangfu.demands.forms import CHOICES, RegisterForm, chosen, decide
from bangfu.demands.kinds import KINDS, facts, masked
from bangfu.demands.opening import TooMany
from bangfu.demands.question import ANSWERERS
from bangfu.demands.reading import Layout
from bangfu.demands.states import State, Use
from bangfu.demands.suggesting import suggest
from bangfu.demands.todos import of_answers
from bangfu.divisions.models import Division
from bangfu.exchange.exports import NoReason
from bangfu.exchange.sniff import Refused
from bangfu.kernel import dates
from bangfu.kernel.text import clean
from bangfu.ledger import registry
from bangfu.ledger.acts import Overtaken
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.peek import look

SHOWN = 50


def ledger() -> Ledger:
    found = registry.of(Demand)
    assert found
    return found


def _asks(request: Request) -> bool:
    return request.actor.may(Act.EXPORT, ASKERS)


def _carried(request: Request, pk: int) -> Demand:
    """A demand that the actor carries through; outside the scope there is none."""
    demand: Demand | None = ledger().visible_to(request.actor).filter(pk=pk, withdrawn_at=None).first()
    if demand is None:
        raise Http404("没有这份数据需求，或不在您的工作范围内")
    if not overview.may_carry(request.actor, demand):
        raise PermissionDenied("这份数据需求由登记的那一级办理，您可以查看")
    return demand


@require_GET
def board(request: Request) -> HttpResponse:
    """What is being asked for here, and what waits for an answer of mine."""
    if not _asks(request) and not request.actor.may(Act.EDIT, ANSWERERS):
        raise PermissionDenied("您的角色不登记也不回答数据需求")
    seen = ledger().visible_to(request.actor).filter(withdrawn_at=None)
    context = {
        "ledger": ledger(),
        "may_register": _asks(request),
        "demands": list(seen.exclude(state__in=[State.DELIVERED, State.CLOSED]).order_by("due_on", "pk")[:SHOWN]),
        "delivered": list(seen.filter(state=State.DELIVERED).order_by("-delivered_at")[:10]),
        "figures": _figures(seen) if _asks(request) else [],
        "waiting": list(look(list(of_answers(request.actor, dates.today())))),
        "today": dates.today(),
    }  # fmt: skip
    return render(request, "demands/board.html", context)


def _figures(seen: QuerySet[Demand]) -> list[dict[str, Any]]:
    """Over all demands that one sees; each opens to its rows."""
    names = {"head_count": ("要的项目", "项"), "known_count": ("系统自动填的", "项"), "question_count": ("问村镇的", "格"),
             "spared_count": ("不用打扰的村", "村次")}  # fmt: skip
    sums = seen.order_by().aggregate(**{name: Sum(name) for name in names})
    answers = reverse("ledger:list", args=["demand-answers"])
    return [
        {
            "title": title,
            "text": sums[name] or 0,
            "unit": unit,
            "url": answers if name == "question_count" else ledger().url(),
        }
        for name, (title, unit) in names.items()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    if not _asks(request):
        raise PermissionDenied("登记上级要数由镇级以上办理")
    initial = {"client_uuid": uuid.uuid4(), "asker_level": "city"}
    is_sent = request.method == "POST"
    form = RegisterForm(request.actor, request.POST if is_sent else None, request.FILES if is_sent else None, initial)
    if request.method == "POST" and form.is_valid() and form.reading:
        places = form.cleaned_data["places"]
        demand = acts.register(
            form.values(), places, form.cleaned_data["units"], form.content, form.file_name, form.reading,
            office=_office(request), by=request.actor, client_uuid=form.cleaned_data["client_uuid"],
        )  # fmt: skip
        _tell(request, form.reading.notes)
        return _next(demand)
    return render(request, "demands/new.html", {"form": form, "ledger": ledger()}, status=422 if form.errors else 200)


def _office(request: Request) -> Division:
    """Where the officer works: the widest grant that may ask."""
    granted = [grant.division for grant in request.actor.grants if grant.role in ASKERS and grant.division]
    return min(granted, key=lambda division: (division.level, division.code))


def _tell(request: Request, notes: list[str]) -> None:
    for note in notes:
        messages.info(request, note)


def _next(demand: Demand) -> HttpResponse:
    """Where one goes on: to the heads when they are known, else to the page that says what is missing."""
    if demand.layout and demand.state in acts.UNSENT:
        return redirect("demands:map", pk=demand.pk)
    return redirect(ledger().record_url(demand.pk))


@require_POST
def file(request: Request, pk: int) -> HttpResponse:
    """Another workbook, or one of its worksheets."""
    demand = _carried(request, pk)
    upload = request.FILES.get("file")
    try:
        if upload:
            content = upload.read()
            found = papers.looked_through(content, upload.name or "表")
            acts.replace_file(demand, content, upload.name or "表", found, by=request.actor)
        else:
            wanted = request.POST.get("sheet", "")
            layout = next(
                (each for each in papers.layouts_of(demand.sha256, demand.file_name) if each.sheet == wanted), None
            )
            if layout is None:
                raise Refused("请选择一张工作表，或上传对方的表")
            acts.choose_sheet(demand, layout, by=request.actor)
    except Refused as refused:
        messages.error(request, str(refused))
    except Overtaken:
        messages.error(request, "这份数据需求刚刚被他人办理，请看过再办")
    return _next(demand)


@require_http_methods(["GET", "HEAD", "POST"])
def map_heads(request: Request, pk: int) -> HttpResponse:
    """Each head once: what of the system it is, or a question, or nothing."""
    demand = _carried(request, pk)
    if demand.state not in acts.UNSENT or not demand.layout:
        return redirect(ledger().record_url(pk))
    heads, wrong = list(demand.heads.all()), {}
    if request.method == "POST":
        demand.version = _version(request, 0)
        wrong = decide(heads, demand.row_kind, request.POST)
        if not wrong and (done := _map(request, demand, heads)):
            return done
    labels = {code: fact.label for code, fact in facts(demand.row_kind).items()}
    near = suggest(demand.row_kind, [names for _, names in Layout.of(demand.layout).heads], without=demand.pk)
    lines = [
        (
            head,
            chosen(head),
            request.POST.get(f"fact-{head.pk}", labels.get(head.fact, "")),
            wrong.get(head.pk, ""),
            told,
        )
        for head, told in zip(heads, near, strict=True)
    ]
    context: dict[str, Any] = {
        "ledger": ledger(), "demand": demand, "lines": lines, "choices": CHOICES, "wrong": wrong,
        "facts": facts(demand.row_kind).values(), "doubled": Layout.of(demand.layout).doubled(),
        "samples": Layout.of(demand.layout).samples, "known": sum(head.use == Use.FILL for head in heads),
        "asked": sum(head.use == Use.ASK for head in heads),
    }  # fmt: skip
    return render(request, "demands/map.html", context, status=422 if wrong else 200)


def _version(request: Request, otherwise: int) -> int:
    """Of the demand as the page showed it."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else otherwise


def _map(request: Request, demand: Demand, heads: list[Any]) -> HttpResponse | None:
    try:
        acts.map_heads(demand, heads, by=request.actor)
    except acts.NotYet as error:
        messages.error(request, str(error))
        return None
    except Overtaken:
        messages.error(request, "表头刚刚被他人对过，请看过再改")
        return redirect("demands:map", pk=demand.pk)
    return redirect(ledger().record_url(demand.pk))


@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """One step on by button: open, deliver, close, override, withdraw."""
    demand = _carried(request, pk)
    reason = clean(request.POST.get("reason", ""))[:200]
    demand.version = _version(request, demand.version)
    try:
        messages.success(request, _take(name, demand, reason, request))
    except (acts.NotYet, TooMany) as error:
        messages.error(request, str(error))
    except Overtaken:
        messages.error(request, "这份数据需求刚刚被他人办理，请看过再办")
    return redirect(ledger().url() if name == "withdraw" else ledger().record_url(pk))


def _take(name: str, demand: Demand, reason: str, request: Request) -> str:
    by, now = request.actor, timezone.now()
    match name:
        case "open":
            acts.open_demand(demand, by=by, at=now)
            return "已发出，等村镇回答" if demand.question_count else "全部由系统填好，不用问村镇，可以直接交出"
        case "deliver":
            acts.deliver(demand, by=by, at=now, reason=reason)
            return "已交出；同样的需求再来，会指到这一份"
        case "close":
            acts.close(demand, reason, by=by)
            return "已停办，不再向村镇要"
        case "override":
            acts.override(demand, reason, by=by)
            return "已写明理由，可以接着办"
        case "withdraw":
            acts.withdraw(demand, reason, by=by)
            return "已撤回"
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def download(request: Request, pk: int) -> HttpResponseBase:
    demand: Demand | None = ledger().visible_to(request.actor, Act.EXPORT).filter(pk=pk, withdrawn_at=None).first()
    if demand is None or not demand.layout or demand.state in (State.DRAFT, State.REFUSED):
        raise Http404("没有这份数据需求，或不在您的工作范围内")
    may_unmask = handing_out.may_unmask(request.actor)
    if request.method == "POST":
        unmasked = bool(request.POST.get("unmasked"))
        if unmasked and not may_unmask:
            raise PermissionDenied("您的角色不能导出完整号码")
        try:
            reason = clean(request.POST.get("reason", ""))[:200]
            return handing_out.hand_out(demand, request.actor, unmasked=unmasked, reason=reason)
        except (NoReason, TooMany, Refused) as error:
            messages.error(request, str(error))
    context = {
        "demand": demand, "ledger": ledger(), "may_unmask": may_unmask,
        "masked": masked(demand.row_kind, [head.fact for head in demand.heads.all() if head.use == Use.FILL]),
        "of_villages": KINDS[demand.row_kind].of_villages,
    }  # fmt: skip
    return render(request, "demands/download.html", context)
