"""Pages of the official sheets: a page of rows, the same at county, town and village, and its workbook."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.exchange import exports, rendering
from bangfu.exchange.sheet import Kind
from bangfu.funds import official_sheets
from bangfu.funds.book_pages import place_of
from bangfu.funds.official_sheets import Sheet
from bangfu.kernel import codes, dates

SIZE = 50
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL)


def _sheet(request: Request, slug: str, place: Division) -> Sheet:
    try:
        return official_sheets.sheet(slug, request.actor, place.pk, dates.today())
    except LookupError:
        raise Http404("没有这本台账") from None


def _after(text: str) -> tuple[int, int, int] | None:
    """Division, key and number of the last row seen."""
    parts = text.split("-")
    return (
        (int(parts[0]), int(parts[1]), int(parts[2]))
        if len(parts) == 3 and all(p.isdecimal() and len(p) < 19 for p in parts)
        else None
    )


@require_safe
@needs(Act.READ)
def sheet(request: Request, slug: str) -> HttpResponse:
    place = place_of(request)
    made, after = _sheet(request, slug, place), _after(request.GET.get("after", ""))
    rows, keys = official_sheets.page(made, after[:2] if after else None, SIZE + 1)
    first = after[2] if after else 0
    shown = _texts(made, rows[:SIZE], first)
    heads = [(column.label, column.kind in _NUMBERS) for column in made.columns]
    context = {
        "sheet": made, "heads": heads, "place_here": place, "title": _title(made, place), "slug": slug,
        "rows": [(list(zip(row, heads, strict=True)), made.source.ledger().record_url(key))
                 for row, (_, key) in zip(shown, keys, strict=False)],
        "next": f"{keys[SIZE - 1][0]}-{keys[SIZE - 1][1]}-{first + SIZE}" if rows[SIZE:] else "",
        "levels": _levels(place),
    }  # fmt: skip
    return render(request, "funds/sheet.html", context)


def _texts(made: Sheet, rows: list[Any], first: int) -> list[list[str]]:
    """As the workbook shows them; the running number goes on from page to page."""
    if not rows:
        return []
    rendered = rendering.columns(made.columns, "", unmasked=False, typed=False)
    cells = [each.render(values)[0] for each, values in zip(rendered, zip(*rows, strict=True), strict=True)]
    shown = [[str(cell) for cell in row] for row in zip(*cells, strict=True)]
    names = [column.name for column in made.columns]
    if "sheet_number" in names:
        for number, row in enumerate(shown, first + 1):
            row[names.index("sheet_number")] = str(number)
    return shown


def _title(made: Sheet, place: Division) -> str:
    return f"{place.label}{made.label}"


def _levels(place: Division) -> list[Division]:
    """The places above and right below, to go from the county's to the town's and the village's ledger."""
    above = Division.objects.filter(pk__in=codes.ancestors(place.pk))
    below = Division.objects.filter(parent=place.pk, valid_to=None)
    return [*above.order_by("level"), *below.order_by("code")]


@require_POST
@needs(Act.EXPORT)
def workbook(request: Request, slug: str) -> HttpResponseBase:
    place = place_of(request)
    made = _sheet(request, slug, place)
    params = {"sheet": slug, "place": place.pk, "title": _title(made, place), "on": dates.today().isoformat()}
    return exports.deliver(request, official_sheets.EXPORT, params)
