"""Every figure equals a naive recount, kept or live, and the list that it opens to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db.models import Q
from django.http import QueryDict

from bangfu.accounts.actor import Actor
from bangfu.divisions.models import Division
from bangfu.indicators import board, counting, figures, keeping, spans, tallies
from bangfu.indicators.counting import View, count
from bangfu.indicators.figures import Figure
from bangfu.indicators.tallies import Reckoning
from bangfu.indicators.tests.conftest import TODAY, naive
from bangfu.kernel import dates
from bangfu.kernel.periods import Cycle
from bangfu.lawbook.models import ParameterOverride
from bangfu.ledger import registry
from bangfu.ledger.filters import Selection
from bangfu.people.models import Household
from bangfu.policy import guideline
from bangfu.policy.indicator import Condition, How, Op, Placing, Tally
from tests.fixtures.cast import Cast, ClientOf

pytestmark = pytest.mark.django_db
ALL = list(guideline.load().indicators.values())
PROVINCE, COUNTY, TOWN = 440000000000, 441881000000, 441881137000
SPANS = [spans.of(Cycle.YEAR, TODAY), spans.of(Cycle.QUARTER, date(2025, 2, 1)), spans.of(None, TODAY)]


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "today", lambda: TODAY)


def looking(cast: Cast, name: str, place: int | None) -> View:
    return View(replace(Actor.of(cast[name], TODAY), place=place), place)


def told(figure: Figure) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    return figure.top, figure.over, figure.before


def test_every_declared_figure_is_what_a_naive_recount_finds(rows: None, cast: Cast) -> None:
    seen = 0
    for span in SPANS:
        for place in (PROVINCE, COUNTY, TOWN):
            view = looking(cast, "省厅", place)
            found = figures.reckon(view, figures.seen(view, ALL), span, Reckoning(TODAY))
            for indicator in figures.seen(view, ALL):
                for tally, number in (
                    (indicator.top, found.of(indicator).top),
                    (indicator.over, found.of(indicator).over),
                ):
                    known = not tally or not tally.placing.is_state or span.period.last >= TODAY
                    wanted = naive(tally, span.period, place) if tally and known else None
                    assert number == wanted, (indicator.code, span.period, place)
                    seen += bool(wanted)
    assert seen > 100


def test_the_places_below_add_up_and_each_is_its_own_recount(rows: None, cast: Cast) -> None:
    view, span = looking(cast, "县局", COUNTY), SPANS[0]
    children = list(Division.objects.filter(parent=COUNTY).values_list("code", flat=True))
    found = figures.reckon(view, ALL, span, Reckoning(TODAY), children)
    for indicator in ALL:
        own = found.found.get((indicator.code, COUNTY))
        for child in children:
            assert found.of(indicator, child).top == naive(indicator.top, span.period, child), indicator.code
        if indicator.top.how is not How.DISTINCT:
            parts = sum(found.of(indicator, child).top or 0 for child in children) + (own.top or 0 if own else 0)
            assert parts == naive(indicator.top, span.period, COUNTY), indicator.code


def test_kept_figures_are_the_live_ones(rows: None, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping.keep_all(TODAY)
    keeping.keep_all(TODAY)  # again doubles nothing
    children = {PROVINCE: list(Division.objects.filter(parent=PROVINCE).values_list("code", flat=True)), TOWN: []}
    for place, below in children.items():
        view = looking(cast, "省厅", place)
        for span in (*SPANS[:2], spans.of(Cycle.MONTH, TODAY)):
            live = figures.reckon(view, ALL, span, Reckoning(TODAY), below)
            with monkeypatch.context() as patch:
                patch.setattr(counting, "LIVE_ROWS", -1)
                kept = figures.reckon(view, ALL, span, Reckoning(TODAY), below)
            assert kept.as_of and not live.as_of
            for name in live.found.keys() & kept.found.keys():
                assert told(live.found[name])[:2] == told(kept.found[name])[:2], (name, span.period)


def test_a_state_of_a_past_month_is_what_was_kept_of_it(rows: None, cast: Cast) -> None:
    keeping.keep_all(TODAY)
    households = guideline.load().indicators["households"]
    was = naive(households.top, SPANS[0].period, COUNTY)
    one = Household.objects.filter(village__gte=COUNTY, village__lt=COUNTY + 10**6).earliest("pk")
    Household.objects.filter(pk=one.pk).update(withdrawn_at="2026-12-01T00:00Z")
    view, later = looking(cast, "县局", COUNTY), Reckoning(date(2027, 6, 20))
    figure = figures.reckon(view, [households], spans.of(Cycle.MONTH, date(2027, 6, 1)), later).of(households)
    assert (figure.number, figure.before) == (
        naive(households.top, SPANS[0].period, COUNTY),
        was,
    ) and was > figure.number
    past = figures.reckon(view, [households], spans.of(Cycle.MONTH, TODAY), later).of(households)
    assert past.number == was and past.url == ""  # the rows of today do not prove it
    unknown = figures.reckon(view, [households], spans.of(Cycle.MONTH, date(2026, 5, 1)), later).of(households)
    assert unknown.text == "—"


def test_every_figure_opens_to_its_rows(rows: None, cast: Cast, client_of: ClientOf) -> None:
    for name, span in (("县局", SPANS[0]), ("联络员", SPANS[1]), ("外县", SPANS[2]), ("村干", SPANS[0])):
        actor = Actor.of(cast[name], TODAY)
        view = board.view_of(actor, {})
        for _, articles in board.of_place(view, span, Reckoning(TODAY)).chapters:
            for figure in (figure for _, found in articles for figure in found):
                for url, tally, number in (
                    (figure.url, figure.indicator.top, figure.top), (figure.over_url, figure.indicator.over, figure.over)
                ):  # fmt: skip
                    if url and tally:
                        assert _listed(actor, url, tally) == number, (name, url)
    page = client_of("县局").get(f"/l/activities/?indicator=field_studies&indicator_from=2026-01-01&place={COUNTY}")
    assert "指标：到镇调研" in page.content.decode()
    for wrong in ("indicator=nothing", "indicator=households"):
        assert "/l/activities/1" not in client_of("县局").get(f"/l/activities/?{wrong}").content.decode()


def _listed(actor: Actor, url: str, tally: Tally) -> Any:
    parts = urlsplit(url)
    params = QueryDict(parts.query)
    ledger = registry.get(parts.path.split("/")[2])
    assert ledger
    place = int(params["place"]) if params["place"] else None
    found = Selection(ledger, replace(actor, place=place), params).queryset
    return found.order_by().aggregate(number=tallies.amount(tally, Q()))["number"] or 0


def test_a_unit_sees_what_concerns_it_and_an_officer_may_ask_for_one_unit(rows: None, cast: Cast) -> None:
    unit = cast["联络员"].grants.get().unit
    assert unit
    mine = board.of_place(board.view_of(Actor.of(cast["联络员"], TODAY), {}), SPANS[0], Reckoning(TODAY))
    assert mine.chapters
    view = replace(looking(cast, "县局", COUNTY), unit=unit.pk)
    found = [
        f for _, articles in board.of_place(view, SPANS[0], Reckoning(TODAY)).chapters for _, fs in articles for f in fs
    ]
    assert found and all(f"indicator_unit={unit.pk}" in f.url for f in found if f.url)
    assert not {"households", "toilets_retrofitted"} & {figure.indicator.code for figure in found}


def test_a_county_may_have_its_own_standard(rows: None, cast: Cast) -> None:
    condition = Condition("headcount", Op.AT_LEAST, parameter="cadre_trainings_per_year")
    tally = Tally("activities", How.COUNT, "", Placing(dated="held_on"), (condition,))
    ParameterOverride.objects.create(
        code="cadre_trainings_per_year",
        division_id=COUNTY,
        value="100",
        from_on=date(2025, 1, 1),
        document_no="演示1号",
    )
    view, children = looking(cast, "省厅", 441800000000), [COUNTY, 441882000000]
    found = count(view, [tally], SPANS[0], Reckoning(TODAY), children)
    for place, least in zip(children, (100, 1), strict=True):
        plain = replace(tally, where=(Condition("headcount", Op.AT_LEAST, Decimal(least)),))
        assert found.of(tally, 0, place) == naive(plain, SPANS[0].period, place) > 0


def test_what_is_private_is_counted_by_who_may_see_it(cast: Cast) -> None:
    private = [each for each in registry.all_ledgers() if each.slug in ("care-items", "yearly-opinions", "duty-standings")]
    assert private
    for ledger in private:
        assert not looking(cast, "队长", TOWN).sees_all(ledger) and looking(cast, "县局", TOWN).sees_all(ledger)
