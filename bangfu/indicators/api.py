"""The JSON API of the indicators: their definitions, and numbers by indicator, place and period.

No `from __future__ import annotations` here: the schemas stand in the signatures at run time.
"""

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from django.http import Http404
from ninja import Router, Schema
from ninja.errors import HttpError

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.indicators import board, describing, figures, spans
from bangfu.indicators.counting import View
from bangfu.indicators.figures import Figure
from bangfu.indicators.tallies import Reckoning
from bangfu.kernel import dates
from bangfu.ledger.schemas import FAULTS, Code, Id, Problem, Text
from bangfu.policy import guideline
from bangfu.policy.indicator import Indicator

router = Router(tags=["指标"])


class Definition(Schema):
    code: str
    article: str
    label: str
    says: str
    unit: str
    direction: str
    numerator: str
    denominator: str
    parameters: list[str]


class Number(Schema):
    """`value` null: nothing to share, or nothing was kept of that time. `list`: the address of the rows behind it."""

    code: str
    division: int | None
    name: str
    first: dt.date
    last: dt.date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    before: Decimal | None
    unit: str
    list: str


class Numbers(Schema):
    """`as_of` null: counted just now."""

    as_of: dt.datetime | None
    items: list[Number]


def _definition(indicator: Indicator) -> dict[str, Any]:
    return {
        "code": indicator.code, "article": indicator.article, "label": indicator.label, "says": indicator.says,
        "unit": indicator.unit, "direction": indicator.direction.value, "numerator": describing.tally(indicator.top),
        "denominator": describing.tally(indicator.over) if indicator.over else "", "parameters": list(indicator.parameters),
    }  # fmt: skip


@router.get("", response={200: list[Definition], FAULTS: Problem}, summary="指标：定义", operation_id="indicators_list")
def definitions(request: Request, article: Text = "") -> Any:
    _may(request.actor)
    law = guideline.in_force(dates.today())
    seen = figures.seen(View(request.actor, None), law.indicators.values())
    return [_definition(each) for each in seen if article in ("", each.article)]


@router.get("/values", response={200: Numbers, FAULTS: Problem}, summary="指标：数值", operation_id="indicators_values")
def values(
    request: Request,
    code: Text = "",
    place: Code | None = None,
    cycle: Literal["year", "quarter", "month", "day"] = "year",
    day: dt.date | None = None,
    unit: Id | None = None,
    below: bool = False,
) -> Any:
    """All indicators of a place, or one (`code`); with `below` that one for each place below."""
    _may(request.actor)
    today = dates.today()
    view = _view(request.actor, place, unit)
    span = spans.asked({"cycle": cycle, "day": (day or today).isoformat()}, today)
    law, reckoning = guideline.in_force(span.period.last), Reckoning(today)
    seen = figures.seen(view, [each for each in law.indicators.values() if code in ("", each.code)])
    if code and not seen:
        raise Http404("没有这个指标，或它出自您不能查看的台账")
    if below:
        if not code:
            raise HttpError(422, "要下级各地的数，请写明 code：一次一个指标")
        lines = list(board.below(view, seen[0], span, reckoning))
        return {
            "as_of": None,
            "items": [_number(line.figure, line.code or view.place, line.name, span) for line in lines],
        }
    found = figures.reckon(view, seen, span, reckoning)
    name = Division.objects.filter(pk=view.place).values_list("full_name", flat=True).first() if view.place else ""
    return {"as_of": found.as_of, "items": [_number(found.of(each), view.place, name or "", span) for each in seen]}


def _may(actor: Actor) -> None:
    if not actor.may(Act.READ):
        raise HttpError(403, "您的角色或令牌不能查看指标")


def _view(actor: Actor, place: int | None, unit: int | None) -> View:
    if place is not None and place not in actor.scope(Act.READ):
        raise Http404("这个地方不在您的工作范围内")
    found = board.view_of(actor, {"unit": str(unit or "")})
    return View(actor, place, found.unit) if place is not None else found


def _number(figure: Figure, division: int | None, name: str, span: spans.Span) -> dict[str, Any]:
    return {
        "code": figure.indicator.code, "division": division, "name": name, "first": span.period.first, "last": span.period.last,
        "value": figure.number, "numerator": figure.top, "denominator": figure.over, "before": figure.before,
        "unit": figure.indicator.unit, "list": figure.url,
    }  # fmt: skip
