from collections.abc import Iterator
from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models

from bangfu.divisions import recode, succession
from bangfu.divisions.models import Change, Division, Recoding
from bangfu.divisions.scope import Scope
from bangfu.divisions.tests.sample import load_sample

pytestmark = pytest.mark.django_db

OLD, NEW, OTHER = 441881137201, 441881137240, 441881137202


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the product catches it."""


def units() -> type[models.Model]:
    """A table with a foreign key to Division; by name, since accounts lies to the right of this package."""
    return apps.get_model("accounts", "Unit")


@pytest.fixture
def change(db: None) -> Change:
    """光明 and 重新 merge into a new village; 23 and 4 units stand under them, 5 elsewhere."""
    load_sample()
    for code, number in ((OLD, 23), (OTHER, 4), (441881137203, 5)):
        units().objects.bulk_create(units()(name=f"{code} 单位 {n}", division_id=code) for n in range(number))
    lines = f"{OLD},{NEW},光明新村委会\n{OTHER},{NEW}"
    made = succession.plan("merge", succession.parse(lines), Scope.of([440000000000]))
    return succession.carry_out(made, from_on=date(2025, 3, 1), document_no="粤民区〔2025〕3号", by="系统员")


def step_of(change: Change) -> Recoding:
    return change.recodings.get(table=units()._meta.db_table, column="division_id")


def test_every_foreign_key_to_a_division_is_followed_but_no_history_and_no_log() -> None:
    found = {target.table for target in recode.targets()}
    histories = {model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model")}
    assert {"accounts_unit", "accounts_grant", "people_household", "people_person"} <= found
    assert histories
    assert not found & histories
    assert not any(table.startswith("divisions_") for table in found)
    assert "accounts_accesslog" not in found


def test_all_rows_move_and_the_counts_say_so(change: Change) -> None:
    assert (step_of(change).expected, step_of(change).moved) == (27, 0)
    recode.run(change, batch=10)
    assert units().objects.filter(division=NEW).count() == 27
    assert units().objects.filter(division=441881137203).count() == 5
    step = step_of(change)
    assert (step.moved, step.left, step.trouble) == (27, 0, "")
    assert step.done_at
    assert not recode.unfinished().exists()


@pytest.mark.parametrize("deadly", [1, 2, 3, 4])
@pytest.mark.parametrize("after_writing", [False, True])
def test_a_killed_run_goes_on_where_it_stopped_and_does_nothing_twice(
    change: Change, monkeypatch: pytest.MonkeyPatch, deadly: int, after_writing: bool
) -> None:
    move, calls, moved = recode._set_code, iter(range(1, 1000)), []

    def dies(target: recode.Target, old: int, new: int, keys: list[object]) -> int:
        is_last = next(calls) == deadly
        if is_last and not after_writing:
            raise Killed
        count = move(target, old, new, keys)
        if is_last:
            raise Killed
        moved.extend(keys)
        return count

    monkeypatch.setattr(recode, "_set_code", dies)
    with pytest.raises(Killed):
        recode.run(change, batch=10)
    assert step_of(change).moved == units().objects.filter(division=NEW).count() == len(moved)
    assert list(recode.unfinished()) == [change]
    recode.run(change, batch=10)
    assert len(moved) == len(set(moved)) == step_of(change).moved == 27


def test_a_second_run_changes_nothing(change: Change) -> None:
    recode.run(change)
    before = list(change.recodings.values())
    recode.run(change)
    assert list(change.recodings.values()) == before


def test_rows_that_came_later_are_found_when_asked_again(change: Change) -> None:
    recode.run(change)
    units().objects.create(name="迟到的单位", division_id=OLD)
    recode.again(change)
    recode.run(change)
    assert units().objects.get(name="迟到的单位").division_id == NEW


def test_a_rule_that_forbids_the_move_is_told_and_the_rest_goes_on(change: Change) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("UPDATE accounts_unit SET address = id::text")
        cursor.execute("CREATE UNIQUE INDEX one_code ON accounts_unit (division_id, address)")
    units().objects.create(
        name="早已在新村", division_id=NEW, address=units().objects.filter(division=OLD)[0].address
    )
    recode.run(change, batch=10)
    step = step_of(change)
    assert f"{OLD} 的数据并入 {NEW} 后会与已有数据重复（one_code）" in step.trouble
    assert units().objects.filter(division=OTHER).count() == 0
    assert step.left == units().objects.filter(division=OLD).count() > 0
    assert step.done_at


def test_rows_of_a_split_village_without_heir_wait_for_people(db: None) -> None:
    load_sample()
    units().objects.create(name="待分配", division_id=OLD)
    made = succession.plan(
        "split", succession.parse(f"{OLD},{NEW},光明一村\n{OLD},441881137241,光明二村"), Scope.of([44 * 10**10])
    )
    assert [division.code for division in made.without_heir] == [OLD]
    change = succession.carry_out(made, from_on=date(2025, 3, 1), document_no="1号", by="系统员")
    recode.run(change)
    assert units().objects.get(name="待分配").division_id == OLD
    assert (step_of(change).moved, step_of(change).left) == (0, 1)


@pytest.fixture
def registered() -> Iterator[None]:
    recode.register(units(), "credit_code")
    yield
    recode._registered.clear()


def test_a_registered_column_is_followed_too(db: None, registered: None) -> None:
    assert any(target.column == "credit_code" for target in recode.targets())


def test_registering_a_field_that_does_not_exist_fails_at_once() -> None:
    with pytest.raises(ImproperlyConfigured, match="no field village_code"):
        recode.register(Division, "village_code")
