"""Clues: one open a household, needless ones in two taps and never again, nothing outside the scope."""

import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.consolidation import clue_acts, intake
from bangfu.consolidation.clues import Clue, State
from bangfu.exchange import registry as books
from bangfu.exchange import runs
from bangfu.kernel import dates
from bangfu.ledger import acts, registry
from tests.fixtures.cast import Cast, ClientOf
from tests.ledgers.samples import HERE, make

TODAY = dates.today()


@pytest.fixture
def household(cast: Cast) -> Any:
    ledger = registry.get("households")
    assert ledger
    return make(ledger, HERE)


@pytest.fixture
def clerk(cast: Cast) -> Actor:
    return Actor.of(cast["镇办"], TODAY)


def received(household: Any, clerk: Actor, **more: Any) -> Clue:
    values = {"village_id": HERE, "household": household, "channel": "hotline", "says": "户主住院，自付三万元"}
    return intake.receive(values | more, by=clerk, at=TODAY)


def test_a_household_has_one_open_clue_into_which_others_merge(household: Any, clerk: Actor) -> None:
    first, second = received(household, clerk), received(household, clerk, says="孩子要辍学")
    assert (first.state, second.state, second.merged_into) == (State.RECEIVED, State.MERGED, first)
    assert first.due_on and first.due_on > TODAY
    assert first.receipt_no != second.receipt_no
    ledger = intake.ledger()
    acts.withdraw(ledger, first, by=clerk, reason="重复")
    second.refresh_from_db()
    assert (second.state, second.merged_into) == (State.RECEIVED, None), "no sign of need goes with a withdrawn row"
    first.refresh_from_db()
    acts.restore(ledger, first, by=clerk, reason="撤错了")
    first.refresh_from_db()
    assert (first.state, first.merged_into) == (State.MERGED, second)


def test_a_needless_clue_is_closed_with_a_reason_and_the_same_fact_never_comes_back(
    household: Any, clerk: Actor
) -> None:
    fact = {"channel": "department_alert", "fingerprints": ["S03 990000 2026"]}
    clue = received(household, clerk, **fact)
    now = timezone.now()
    with pytest.raises(clue_acts.Refused, match="请选择"):
        clue_acts.close_needless([clue], reason="whatever", by=clerk, at=now)
    with pytest.raises(clue_acts.Refused, match="写一句"):
        clue_acts.close_needless([clue], reason="other", by=clerk, at=now)
    assert clue_acts.close_needless([clue], reason="paid_by_insurance", by=clerk, at=now) == 1
    assert received(household, clerk, **fact) == clue
    assert received(household, clerk, says="又病了").state == State.RECEIVED, "who speaks up himself is always heard"
    with pytest.raises(clue_acts.Refused, match="已有人处理"):
        clue_acts.close_needless([clue], reason="solved", by=clerk, at=now)


def test_the_level_above_reopens_and_the_closer_only_on_the_same_day(household: Any, clerk: Actor, cast: Cast) -> None:
    clue, member = received(household, clerk), Actor.of(cast["队员"], TODAY)
    now = timezone.now()
    clue_acts.close_needless([clue], reason="solved", by=member, at=now)
    clue.refresh_from_db()
    assert clue_acts.may_reopen(member, clue, now)
    assert not clue_acts.may_reopen(member, clue, now + datetime.timedelta(days=1))
    assert not clue_acts.may_reopen(Actor.of(cast["外县"], TODAY), clue, now)
    clue_acts.reopen(clue, by=clerk, at=now + datetime.timedelta(days=3), reason="抽查发现仍有困难")
    clue.refresh_from_db()
    assert (clue.state, clue.closed_reason, clue.closed_by) == (State.RECEIVED, "", None)


def test_the_list_shows_what_is_open_the_worst_first_and_closes_a_clue_by_one_form(
    household: Any, clerk: Actor, client_of: ClientOf
) -> None:
    ledger = registry.get("households")
    assert ledger
    clue = received(household, clerk)
    worse = received(make(ledger, HERE), clerk, score=90, colour="red", says="房子塌了")
    client = client_of("镇办")
    page = client.get("/consolidation/clues/")
    assert [card.clue for card in page.context["cards"]] == [worse, clue]
    assert "房子塌了" in page.content.decode()
    answer = client.post(f"/consolidation/clues/{worse.pk}/close/", {"reason": "solved"})
    assert answer.headers["Location"] == "/consolidation/clues/"
    card = client.post(
        f"/consolidation/clues/{clue.pk}/close/", {"reason": "income_steady"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "撤销" in card
    assert client.get("/consolidation/clues/").context["cards"] == []
    client.post(f"/consolidation/clues/{clue.pk}/reopen/", headers={"HX-Request": "true"})
    assert [card.clue for card in client.get("/consolidation/clues/").context["cards"]] == [clue]
    visit = client.post(f"/consolidation/clues/{clue.pk}/verify/").headers["Location"]
    assert visit.startswith(f"/activities/visit/{household.pk}/")


def test_an_outsider_sees_and_does_nothing(household: Any, clerk: Actor, client_of: ClientOf) -> None:
    clue = received(household, clerk)
    assert client_of("外县").get("/consolidation/clues/").context["cards"] == []
    for who, status in (("外县", 404), ("省厅", 403), ("审计员", 403), ("", 302)):
        for act in ("close", "reopen", "verify", "assign", "match", "case"):
            answer = client_of(who).post(f"/consolidation/clues/{clue.pk}/{act}/", {"reason": "solved"})
            assert answer.status_code == status, (who, act)
    clue.refresh_from_db()
    assert clue.state == State.RECEIVED


def test_the_screening_adds_by_set_and_the_same_run_again_adds_nothing(household: Any, clerk: Actor) -> None:
    ledger = registry.get("households")
    assert ledger
    closed, watched, spoken = make(ledger, HERE), make(ledger, HERE), make(ledger, HERE)
    ledger.model._default_manager.exclude(pk=watched.pk).update(monitored_kind="")
    ledger.model._default_manager.filter(pk=watched.pk).update(
        monitored_kind="marginal", risks=["illness"], is_risk_removed=None
    )

    def fact(which: Any, *rules: str, score: int = 40) -> dict[str, Any]:
        reasons = [{"rule": rule, "says": f"{rule} 自付三万元", "fingerprint": f"{rule} {which}"} for rule in rules]
        values = {"channel": "department_alert", "received_on": TODAY, "risks": ["illness"], "colour": "orange"}
        return values | {"household_id": which, "score": score, "reasons": reasons}

    def run(*rows: dict[str, Any]) -> intake.Counts:
        return intake.receive_many(rows, run="2026-11", at=TODAY)

    assert run(fact(closed.pk, "S03")) == intake.Counts(new=1)
    clue_acts.close_needless([Clue.objects.get()], reason="solved", by=clerk, at=timezone.now())
    first = received(spoken, clerk)
    rows = [fact(household.pk, "S01", "S03"), fact(closed.pk, "S03"), fact(watched.pk, "S03"), fact(10**12, "S03")]
    rows.append(fact(spoken.pk, "S12", score=60) | {"colour": "red"})
    assert run(*rows) == intake.Counts(new=1, merged=1, suppressed=1, monitored=1, missing=1)
    assert run(*rows) == intake.Counts(known=2, suppressed=1, monitored=1, missing=1)
    made = Clue.objects.get(household=household)
    assert (made.says, made.score, made.due_on, len(made.reasons)) == ("S01 自付三万元", 40, first.due_on, 2)
    first.refresh_from_db()
    assert (first.score, first.colour, first.fingerprints) == (60, "red", [f"S12 {spoken.pk}"])
    assert run(fact(closed.pk, "S03", "S17")) == intake.Counts(new=1), (
        "a new fact is heard, without the one that was closed"
    )
    again = Clue.objects.get(household=closed, state=State.RECEIVED)
    assert [reason["rule"] for reason in again.reasons] == ["S17"]


def test_a_report_of_an_unknown_number_is_matched_assigned_and_becomes_a_case(
    household: Any, clerk: Actor, client_of: ClientOf, cast: Cast
) -> None:
    type(household)._default_manager.filter(pk=household.pk).update(monitored_kind="")
    clue = received(None, clerk, reporter_name="李大山", received_on=TODAY - datetime.timedelta(days=2))
    client, base = client_of("镇办"), f"/consolidation/clues/{clue.pk}/"
    page = client.get(base)
    assert "对上这一户" in page.content.decode()
    client.post(f"{base}match/", {"household": household.pk})
    client.post(f"{base}assign/", {"assignee": cast["外县"].pk})
    clue.refresh_from_db()
    assert (clue.household, clue.assignee) == (household, None)
    client.post(f"{base}assign/", {"assignee": cast["队员"].pk})
    clue.refresh_from_db()
    assert (clue.state, clue.assignee) == (State.ASSIGNED, cast["队员"])
    opened = client.post(f"{base}case/").headers["Location"]
    clue.refresh_from_db()
    assert clue.case is not None
    assert (clue.state, clue.case.opened_on) == (State.CASE_OPENED, clue.received_on), "the clock began with the clue"
    assert opened == f"/l/cases/{clue.case.pk}/"
    more = received(household, clerk)
    client.post(f"/consolidation/clues/{more.pk}/case/")
    more.refresh_from_db()
    assert more.case == clue.case, "a household has one open case"


def test_clues_of_a_workbook_have_term_and_score_like_those_typed_in(
    household: Any, clerk: Actor, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    typed = received(None, clerk, receipt_no="R1")
    file = openpyxl.Workbook()
    page = file.worksheets[0]
    page.append(["线索编号", "行政村", "线索来源", "情况", "收到日期"])
    page.append(["R2", str(HERE), "热线", "儿子车祸，花了八万元", TODAY.isoformat()])
    file.save(tmp_path / "clues.xlsx")
    book = books.get("clues")
    assert book
    with (tmp_path / "clues.xlsx").open("rb") as opened:
        run = runs.start(clerk, book, opened, "clues.xlsx", (tmp_path / "clues.xlsx").stat().st_size)
    assert run.state == "previewed", run.message
    runs.confirm(run, clerk)
    assert run.state == "done", run.message
    clue = Clue.objects.get(receipt_no="R2")
    assert clue.due_on and clue.score
    assert (clue.due_on, clue.score, clue.colour, clue.need) == (typed.due_on, typed.score, typed.colour, typed.need)
