"""A workbook brings units and cadres by name or code; who counts is told in the same transaction, and of the undo too."""

import io
from typing import Any

import pytest
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.activities import changed
from bangfu.activities.activity import Activity, ActivityCadre, ActivityUnit
from bangfu.activities.tests.pairing import paired
from bangfu.exchange import registry as books
from bangfu.exchange import runs
from bangfu.exchange.models import State

HEADS = "活动类别,日期,市,县（市、区）,镇（街道）,村（社区）,主题,参加单位,参加干部,结果,其他内容"
PLACE = "清远市,英德市,东华镇,"


def rows(unit: str) -> str:
    lines = (
        f"调研,2026-01-08,{PLACE},,{unit}（分管领导）,,看了茶园,",
        f"培训,2026-01-09,{PLACE},安全培训,,陈志强,,学时：4；授课人：张三",
        f"调研,2026-01-10,{PLACE},,没有的单位,,看了茶园,",
        f"调研,2026-01-11,{PLACE},,,,没写单位,",
        f"培训,2026-01-12,{PLACE},夜校,,没有的人,,学时：很多",
    )
    return "\n".join((HEADS, *lines))


@pytest.fixture
def heard() -> Any:
    told: list[Any] = []
    changed.listeners.append(listener := lambda before, now: told.append((dict(before), dict(now))))
    yield told
    changed.listeners.remove(listener)


def test_a_workbook_counts_like_the_form_and_so_does_its_undo(cast: Any, heard: list[Any]) -> None:
    _, unit, cadre = paired(cast)
    content = rows(unit.name).encode()
    book = books.get("activities")
    assert book
    actor = Actor.of(cast["县局"], timezone.localdate())
    run = runs.start(actor, book, io.BytesIO(content), "活动.csv", len(content))
    assert run.state == State.PREVIEWED, run.message
    totals = runs.totals(run)
    assert (totals["add"], totals["wrong"]) == (2, 3)
    runs.confirm(run, actor)
    run.refresh_from_db()
    assert run.state == State.DONE, run.message
    study = Activity.objects.get(kind="field_study")
    assert study.unit_names == f"{unit.name}（分管负责同志）"
    assert list(study.units.values_list("unit", "rank")) == [(unit.pk, "deputy_leader")]
    training = Activity.objects.get(kind="training")
    assert training.cadres.get().cadre == cadre
    assert training.details == "学时：4学时；授课人：张三"
    before, now = heard[-1]
    assert not before
    assert {seen.units for seen in now.values()} == {frozenset({(unit.pk, "deputy_leader")}), frozenset()}
    runs.ask_undo(run)
    assert not Activity.objects.exists()
    assert not ActivityUnit.objects.exists()
    assert not ActivityCadre.objects.exists()
    before, now = heard[-1]
    assert len(before) == 2
    assert not now
