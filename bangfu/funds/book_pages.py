"""Pages over the books: trial balance, accounts, one account with its vouchers, one voucher, spending, closing, checks."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum, Window
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.bookkeeping import closing
from bangfu.bookkeeping.models import Account, Entry, Posting
from bangfu.bookkeeping.posting import Refused
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.funds import books, forbidden, progress, trial
from bangfu.funds.forms import holders_of
from bangfu.funds.powers import READERS, may_issue, may_spend
from bangfu.kernel import dates
from bangfu.kernel.dates import DateError, parse_date
from bangfu.kernel.money import from_fen

PAGE = 100


def place_of(request: Request) -> Division:
    """Where the person looks: the place chosen, else the widest of the own."""
    scope = request.actor.scope(Act.READ, READERS)
    code = request.actor.place if request.actor.place and request.actor.place in scope else None
    home = next((each.pk for each in request.actor.homes if each.pk in scope), None)
    found = Division.objects.select_related("parent").filter(pk=code or home or 0).first()
    if found is None:
        raise PermissionDenied("您的角色不看资金")
    return found


def day_of(request: Request) -> date:
    try:
        return min(parse_date(request.GET["on"]), dates.today()) if request.GET.get("on") else dates.today()
    except DateError:
        return dates.today()


def _years(request: Request) -> tuple[int, ...]:
    text = request.GET.get("year", "")
    return (int(text),) if text.isdecimal() and 2000 <= int(text) <= 2100 else ()


@require_safe
@needs(Act.READ)
def trial_page(request: Request) -> HttpResponse:
    place, on = place_of(request), day_of(request)
    found = trial.of(place, on, _years(request))
    issues = bool(holders_of(request.actor, lambda each: may_issue(request.actor, each)))
    pays = bool(holders_of(request.actor, lambda each: may_spend(request.actor, each.pk)))
    context = {
        "trial": found, "on": on, "years": _years(request), "year_choices": range(dates.today().year, 2020, -1),
        "issues": issues, "pays": pays, "kinds": books.KINDS, "is_today": on == dates.today(), "closable": _closable(request.actor),
    }  # fmt: skip
    return render(request, "funds/trial.html", context)


def _closable(actor: Actor) -> list[tuple[Division, int]]:
    """Places whose last year may be closed now."""
    holders = holders_of(actor, lambda each: may_issue(actor, each))
    last = dates.today().year - 1
    closed = closing.closed_years([books.book(each) for each in holders])
    return [(each, last) for each in holders if closed.get(books.book(each), 0) < last]


@require_POST
@needs(Act.POLICY)
def close(request: Request) -> HttpResponse:
    wanted = request.POST.get("division", ""), request.POST.get("year", "")
    place = next((each for each, year in _closable(request.actor) if (str(each.pk), str(year)) == wanted), None)
    if place is None:
        raise Http404("这一年不能在这里结账，或已经结过")
    try:
        closing.close(books.book(place), int(wanted[1]), by=request.actor)
        messages.success(request, f"{place.label} {wanted[1]} 年已结账；以后的更正记在当年，注明所冲的凭证")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("funds:trial")


def _accounts(actor: Actor, within: Division | None = None) -> QuerySet[Account]:
    scope = actor.scope(Act.READ, READERS)
    scope = scope.intersect(Scope.of([within.pk])) if within else scope
    kinds = [*books.KINDS, *books.OTHERS]
    return Account.objects.filter(scope.q("division"), kind__in=kinds).select_related("division")


@require_safe
@needs(Act.READ)
def accounts(request: Request) -> HttpResponse:
    """The accounts behind a number of the trial balance, with what was left on that day."""
    place, on, years = place_of(request), day_of(request), _years(request)
    rows = _accounts(request.actor, place).filter(kind__in=books.KINDS)
    for name in ("kind", "category"):
        if (value := request.GET.get(name, "")) and value.isprintable():
            rows = rows.filter(**{name: value})
    rows = rows.filter(year__in=years) if years else rows
    after = request.GET.get("after", "")
    rows = rows.filter(pk__gt=after) if after.isdecimal() and len(after) < 19 else rows
    found = list(rows.order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    left = dict(
        Posting.objects.filter(account__in=[row.pk for row in shown], happened_on__lte=on)
        .values_list("account").annotate(fen=Sum("fen")).order_by()
    )  # fmt: skip
    context = {
        "accounts": [(row, from_fen(left.get(row.pk, 0))) for row in shown], "place_here": place, "on": on,
        "kind": books.KINDS.get(request.GET.get("kind", ""), ""), "query": request.GET.urlencode(),
        "source": books.source_label(request.GET.get("category", "")), "next": found[PAGE - 1].pk if found[PAGE:] else None,
    }  # fmt: skip
    return render(request, "funds/accounts.html", context)


@require_safe
@needs(Act.READ)
def account(request: Request, pk: int) -> HttpResponse:
    """Every voucher of one account with the balance after it, newest first."""
    row = _accounts(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404("没有这个账户，或不在您的工作范围内")
    running = Window(Sum("fen"), order_by=["happened_on", "pk"])
    rows = list(row.postings.annotate(left=running).select_related("entry").order_by("-happened_on", "-pk")[: PAGE * 5])
    lines = [(each, from_fen(max(each.fen, 0)), from_fen(max(-each.fen, 0)), from_fen(each.left)) for each in rows]
    context = {
        "account": row,
        "lines": lines,
        "kind": (books.KINDS | books.OTHERS)[row.kind],
        "left": from_fen(row.balance_fen),
    }
    return render(request, "funds/account.html", context)


@require_safe
@needs(Act.READ)
def entry(request: Request, pk: int) -> HttpResponse:
    """One voucher, for who sees one of its accounts."""
    mine = _accounts(request.actor)
    found = Entry.objects.filter(pk=pk, postings__account__in=mine).select_related("reverses").first()
    if found is None:
        raise Http404("没有这张凭证，或不在您的工作范围内")
    seen = set(mine.filter(postings__entry=found).values_list("pk", flat=True))
    legs = [
        (leg.account, leg.account_id in seen, from_fen(max(leg.fen, 0)), from_fen(max(-leg.fen, 0)))
        for leg in found.postings.select_related("account").order_by("fen")
    ]
    later = Entry.objects.filter(reverses=found).first()
    return render(request, "funds/entry.html", {"entry": found, "legs": legs, "later": later, "what": books.WHAT})


@require_safe
@needs(Act.READ)
def progress_page(request: Request) -> HttpResponse:
    place, on = place_of(request), day_of(request)
    year = (_years(request) or (on.year,))[0]
    found = progress.of(place, year, on)
    context = {"progress": found, "year_choices": range(dates.today().year, 2020, -1), "on": on}
    return render(request, "funds/progress.html", context)


@require_safe
@needs(Act.READ)
def forbidden_page(request: Request) -> HttpResponse:
    return render(request, "funds/forbidden.html", {"rules": forbidden.rules()})
