"""How often rules were right orders the list; more clues than chance explains are shown, nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.consolidation import clue_acts, early_warning, precision, response_acts, warning_levels
from bangfu.consolidation.cases import Case
from bangfu.consolidation.clues import Clue
from bangfu.consolidation.contingency import ContingencyTask
from bangfu.consolidation.control_chart import chance_of_at_least
from bangfu.consolidation.todos import response_tasks
from bangfu.consolidation.warning_levels import WarningLevel
from bangfu.consolidation.warning_responses import WarningResponse
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.kernel.periods import add_months
from bangfu.ledger.peek import look
from bangfu.people.models import Household
from bangfu.people.tests import factories
from tests.fixtures.cast import ClientOf

COUNTY, TOWN = 441881000000, 441881137000
TODAY = dates.today()
THIS = TODAY.replace(day=1)


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
    for fate, keys in {"confirmed": 4, "needless": 0, "checked": 4, "brought": 6}.items():
        shown = client_of("县局").get(f"/consolidation/rules/S41/?fate={fate}").context
        figures = {name: count for name, _, count in shown["figures"]}
        assert len(shown["rows"]) == keys == figures[fate]
    assert len(client_of("县局").get("/consolidation/rules/S07/?fate=needless").context["rows"]) == 8
    assert [row.pk for row in client_of("县局").get("/consolidation/rules/channel/hotline/").context["rows"]] == [
        said.pk
    ]
    assert client_of("外县").get("/consolidation/rules/channel/hotline/").context["rows"] == []
    assert client_of("外县").get("/consolidation/rules/S41/").context["rows"] == []
    assert all(found.brought == 0 for _, _, found in client_of("外县").get("/consolidation/rules/").context["rules"])
    for who, status in (("部门", 403), ("审计员", 403), ("", 302)):
        for address in ("/consolidation/rules/", "/consolidation/rules/S41/", "/consolidation/warning/"):
            assert client_of(who).get(address).status_code == status, (who, address)
    assert "近12个月单次住院个人负担最高…元，超过10000元" in page.content.decode()


def test_a_rise_shows_where_it_is_and_opens_to_its_clues(household: Household, client_of: ClientOf) -> None:
    year_of_clues(0)
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
    row = page.context["lines"][0]
    assert len(county.get(row["url"]).context["page"].rows) == row["line"].clues.count == 9
    villages = county.get(f"/consolidation/warning/?at={TOWN}").context["lines"]
    assert villages[0]["line"].place.pk == factories.GUANGMING
    assert client_of("外县").get(f"/consolidation/warning/?at={TOWN}").status_code == 404
    assert client_of("外县").get("/consolidation/warning/").context["red"] == 0
    assert client_of("省厅").get("/consolidation/warning/").context["counties"]


def year_of_clues(now: int = 9) -> None:
    """A quiet year in 大塘村, and some clues of this month in 光明村."""
    for _ in range(40):
        factories.household(factories.DATANG)
    for back in range(1, 13):
        clue(factories.DATANG, on=add_months(THIS, -back) + timedelta(days=3))
    for _ in range(now):
        clue(factories.GUANGMING)


def test_without_a_past_nothing_is_said_and_a_month_that_is_over_is_kept(
    household: Household, client_of: ClientOf
) -> None:
    for _ in range(9):
        clue(factories.GUANGMING)
    page = client_of("县局").get("/consolidation/warning/")
    assert page.context["is_unknown"] and not page.context["red"]
    assert "数据不足" in page.content.decode()
    assert warning_levels.keep_missing(TODAY) == 0  # this month is not over
    for back in range(1, 13):
        clue(factories.DATANG, on=add_months(THIS, -back) + timedelta(days=3))
    for day in range(1, 7):
        clue(factories.GUANGMING, on=add_months(THIS, -2) + timedelta(days=day))
    kept = warning_levels.keep_missing(TODAY)
    rows = sorted(WarningLevel.objects.values_list("place", "month", "colour", "clues"))
    assert kept == len(rows) > 0
    assert warning_levels.keep_missing(TODAY) == 0
    assert warning_levels.keep_again(441800000000, TODAY) == kept
    assert rows == sorted(WarningLevel.objects.values_list("place", "month", "colour", "clues"))
    past = warning_levels.past([factories.GUANGMING, TOWN, COUNTY], TODAY)
    assert [one.colour for one in past[factories.GUANGMING].months[-3:]] == ["none", "red", "none"]
    assert past[TOWN].changed == past[TOWN].months[-1]
    assert [one.colour for one in past[COUNTY].months[:2]] == ["unknown", "unknown"]
    assert client_of("县局").post("/consolidation/warning/keep/", {"at": COUNTY}).status_code == 302
    for who in ("外县", "镇办", "省厅"):
        assert client_of(who).post("/consolidation/warning/keep/", {"at": COUNTY}).status_code == 403, who


def test_a_red_town_gives_the_tasks_of_the_plan_to_those_who_do_them(
    household: Household, client_of: ClientOf, actor_of: Callable[[str], Actor]
) -> None:
    year_of_clues()
    assert response_acts.watch(TODAY) == 0
    page = client_of("县局").get("/consolidation/warning/")
    assert "本县还没有预案" in page.content.decode() and f"county={COUNTY}" in page.context["plan_url"]
    for task, role, days in (
        ("逐户核实本月线索", "village", 3),
        ("会同部门找共同原因", "county", 5),
        ("入户", "town", 2),
    ):
        ContingencyTask.objects.create(
            county_id=COUNTY, level="red", task=task, role=role, responsible="县民政局 陈局长", phone="13800138000",
            within_days=days,
        )  # fmt: skip
    assert response_acts.watch(TODAY) == 2
    assert response_acts.watch(TODAY) == 0  # neither again, nor for the village whose town is at it
    whole, made = WarningResponse.objects.order_by("place")
    assert (whole.place_id, made.place_id, made.level, made.tasks.count()) == (COUNTY, TOWN, "red", 3)
    assert set(whole.tasks.values_list("role", flat=True)) == {"county"}
    response_acts.end(whole, reason="由镇里响应", on=TODAY, by=actor_of("县局"))
    # the village does not cover a town: its task is the town's
    waits = {
        who: [line.what for line in look(list(response_tasks(actor_of(who), TODAY)))] for who in ("村干", "镇办", "县局", "外县")
    }
    assert waits["镇办"] == ["入户", "逐户核实本月线索"]
    assert (waits["县局"], waits["村干"], waits["外县"]) == (["会同部门找共同原因"], [], [])
    town, county, address = client_of("镇办"), client_of("县局"), f"/l/warning-responses/{made.pk}/"
    mine, theirs = (made.tasks.get(task=task) for task in ("入户", "会同部门找共同原因"))
    assert client_of("外县").get(address).status_code == 404
    assert (
        client_of("外县").post(f"/consolidation/warning/tasks/{mine.pk}/finish/", {"result": "好"}).status_code == 404
    )
    assert town.post(f"/consolidation/warning/tasks/{theirs.pk}/finish/", {"result": "好"}).status_code == 403
    town.post(f"/consolidation/warning/tasks/{mine.pk}/finish/", {"result": ""})
    mine.refresh_from_db()
    assert mine.done_on is None
    town.post(f"/consolidation/warning/tasks/{mine.pk}/finish/", {"result": "九户都去过"})
    mine.refresh_from_db()
    assert (mine.done_on, mine.result) == (TODAY, "九户都去过")
    board = county.get("/consolidation/warning/").context["lines"][0]
    assert (board["response"].done, board["response"].number) == (1, 3)
    end = f"/consolidation/warning/responses/{made.pk}/end/"
    assert town.post(end, {"reason": "算了"}).status_code == 403
    county.post(end, {"reason": " "})
    made.refresh_from_db()
    assert made.state == "running"
    county.post(end, {"reason": "已逐户核实"})
    made.refresh_from_db()
    assert (made.state, made.ended_reason) == ("ended", "已逐户核实")
    story = county.get(address).content.decode()
    assert "启动响应" in story and "结束响应" in story and "已逐户核实" in story
    assert list(look(list(response_tasks(actor_of("镇办"), TODAY)))) == []
    assert response_acts.watch(TODAY) == 0  # what was ended this month stays ended
    county.post(f"/consolidation/warning/{TOWN}/begin/")  # unless the county says so
    assert WarningResponse.objects.filter(state="running").count() == 1
    assert client_of("外县").post(f"/consolidation/warning/{TOWN}/begin/").status_code == 404
