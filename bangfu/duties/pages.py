"""Pages of the duties: the board of a year, closing a year and what changed since, an exemption."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.duties import board, exemptions, seals
from bangfu.duties.changed import settle
from bangfu.duties.forms import ExemptionForm
from bangfu.duties.keeping import recount
from bangfu.kernel import dates


def _year(request: Request) -> int:
    text = request.GET.get("year") or request.POST.get("year") or ""
    return int(text) if text.isdecimal() and 2021 <= int(text) <= 2100 else dates.today().year


def _read(request: Request) -> None:
    if not board.ledger().may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能查看履职情况")
    settle()


@require_GET
def duties(request: Request) -> HttpResponse:
    _read(request)
    year, today = _year(request), dates.today()
    known, lines = board.years(request.actor), list(board.lines(request.actor, year))
    context = {
        "ledger": board.ledger(), "year": year, "years": sorted({*known, today.year}, reverse=True),
        "lines": lines, "missed": board.missed(lines, year, request.actor),
        "sealable": list(_sealable(request)) if year < today.year else [],
        "sealed": seals.sealed(year, _scope(request)),
    }  # fmt: skip
    return render(request, "duties/board.html", context)


@require_GET
def differences(request: Request, year: int) -> HttpResponse:
    """What would come out otherwise today than when the year was closed."""
    _read(request)
    context = {"ledger": board.ledger(), "year": year, "differences": list(seals.differences(year, _scope(request))),
               "sealed": seals.sealed(year, _scope(request))}  # fmt: skip
    return render(request, "duties/differences.html", context)


@require_POST
def seal(request: Request) -> HttpResponse:
    year = _year(request)
    division = get_object_or_404(Division, pk=request.POST.get("division") or 0)
    if division not in list(_sealable(request)):
        raise PermissionDenied("您不能封存这个地方的年度履职情况")
    try:
        seals.seal(year, division, by=request.actor, on=dates.today())
        messages.success(request, f"已封存 {division.label} {year} 年的履职情况；以后有变化会在这里并排列出")
    except (seals.AlreadySealed, seals.TooEarly) as error:
        messages.error(request, str(error))
    return redirect(f"/duties/?year={year}")


@require_POST
def exempt(request: Request, pk: int) -> HttpResponse:
    standing = board.seen(request.actor).filter(pk=pk).first()
    if standing is None:
        raise Http404
    if not exemptions.may_exempt(standing, request.actor):
        raise PermissionDenied("免除要求由县级登记")
    form = ExemptionForm(request.POST)
    if not form.is_valid():
        return render(request, "duties/exempt.html", {"form": form, "standing": standing}, status=422)
    exemptions.exempt(standing, form.cleaned_data, by=request.actor)
    recount(standing)
    messages.success(request, "已登记免除；本期不再计入没有做到")
    return redirect(board.ledger().record_url(pk))


def _scope(request: Request):  # type: ignore[no-untyped-def]
    return board.ledger().reach(request.actor)


def _sealable(request: Request) -> list[Division]:
    """Where the person registers policy: the county closes its year, the city and the province theirs."""
    return [
        grant.division
        for grant in request.actor.grants
        if grant.division and seals.may_seal(request.actor, grant.division.pk)
    ]
