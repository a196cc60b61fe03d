"""How often rules were right orders the list; more clues than chance explains are shown, nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.consolidation import clue_acts, early_warning, precision
from bangfu.consolidation.cases import Case
from bangfu.consolidation.clues import Clue
from bangfu.consolidation.control_chart import chance_of_at_least
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.kernel.periods import add_months
from bangfu.people.models import Household
from bangfu.people.tests import factories
from tests.fixtures.cast import ClientOf

COUNTY, TOWN = 441881000000, 441881137000
TODAY = dates.today()


def clue(village: int = factories.GUANGMING, *rules: str, on: date = TODAY) -> Clue:
    reasons = [{"rule": rule, "says": f"{rule} 命中", "fingerprint": f"{rule} {village} {on}"} for rule in rules]
    home = factories.household(village)
    made = Clue(household=home, village_id=village, channel="department_alert" if rules else "hotline", received_on=on)
    made.reasons, made.says, made.receipt_no = reasons, "情况", f"测{home.pk}"
    made.risks = ["illness"]
    made.save(force_insert=True)
    return made


def test_the_chart_agrees_with_tables_of_poisson() -> None:
    assert chance_of_at_least(0, 3.0) == 1.0
    assert chance_of_at_least(1, 2.0) == pytest.approx(0.8646647, abs=1e-6)
    assert chance_of_at_least(10, 3.0) == pytest.approx(0.0011025, abs=1e-6)
    assert chance_of_at_least(200, 100.0) < 1e-15
    assert chance_of_at_least(2000, 2000.0) == pytest.approx(0.503, abs=1e-3)


def test_a_rule_that_was_right_lifts_its_clues_and_people_come_first(
    actor_of: Callable[[str], Actor], household: Household, client_of: ClientOf
) -> None:
    by, now = actor_of("村干"), timezone.now()
    for _ in range(8):
        clue_acts.close_needless([clue(factories.GUANGMING, "S07")], reason="solved", by=by, at=now)
    for _ in range(4):
        confirmed = clue(factories.GUANGMING, "S41")
        clue_acts.open_case(confirmed, by=by, at=now)
    Case.objects.update(identified_on=TODAY, closed_on=TODAY, state="monitored")
    weak, strong = clue(factories.GUANGMING, "S07"), clue(factories.GUANGMING, "S41")
    both, said = clue(factories.GUANGMING, "S07", "S41"), clue()
    record = precision.records(Scope.of([COUNTY]))
    assert (record["S07"].checked, record["S07"].needless, record["S41"].confirmed) == (8, 8, 4)
    assert precision.order_all(TODAY) == 4
    shown = [card.clue.pk for card in client_of("镇办").get("/consolidation/clues/").context["cards"]]
    assert shown == [said.pk, both.pk, strong.pk, weak.pk]
    page = client_of("县局").get("/consolidation/rules/")
    told = {rule.code: found.percent for rule, _, found in page.context["rules"]}
    assert (told["S07"], told["S41"]) == (0, 100)
    assert len(client_of("县局").get("/consolidation/rules/S41/").context["rows"]) == 6
    assert client_of("外县").get("/consolidation/rules/S41/").context["rows"] == []
    assert all(found.brought == 0 for _, _, found in client_of("外县").get("/consolidation/rules/").context["rules"])
    for who, status in (("部门", 403), ("审计员", 403), ("", 302)):
        for address in ("/consolidation/rules/", "/consolidation/rules/S41/", "/consolidation/warning/"):
            assert client_of(who).get(address).status_code == status, (who, address)
    assert "近12个月单次住院个人负担最高…元，超过10000元" in page.content.decode()


def test_a_rise_shows_where_it_is_and_opens_to_its_clues(household: Household, client_of: ClientOf) -> None:
    for _ in range(40):
        factories.household(factories.DATANG)
    for back in range(1, 13):
        clue(factories.DATANG, on=add_months(TODAY.replace(day=1), -back) + timedelta(days=3))
    assert all(line.colour == "none" for line in early_warning.board(COUNTY, TODAY))
    for _ in range(9):
        clue(factories.GUANGMING)
    lines = early_warning.board(COUNTY, TODAY)
    assert [(line.place.pk, line.colour) for line in lines][0] == (TOWN, "red")
    assert lines[0].risks == (("因病", 9),)
    assert lines[1].colour == "none"
    assert sum(lines[1].clues.past) == 12
    county = client_of("县局")
    page = county.get("/consolidation/warning/")
    assert (page.context["red"], page.context["at"].pk) == (1, COUNTY)
    line, url = page.context["lines"][0]
    assert len(county.get(url).context["page"].rows) == line.clues.count == 9
    villages = county.get(f"/consolidation/warning/?at={TOWN}").context["lines"]
    assert villages[0][0].place.pk == factories.GUANGMING
    assert client_of("外县").get(f"/consolidation/warning/?at={TOWN}").status_code == 404
    assert client_of("外县").get("/consolidation/warning/").context["red"] == 0
    assert client_of("省厅").get("/consolidation/warning/").context["counties"]
