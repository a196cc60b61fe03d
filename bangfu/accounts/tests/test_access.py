"""The log: written by every reveal, export and grant; changed by nobody."""

import datetime

import pytest
from django.db import Error, connection, transaction
from django.db.models import ProtectedError

from bangfu.accounts import access
from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind, AccessLog
from tests.fixtures.cast import Cast

TODAY = datetime.date(2026, 6, 15)


@pytest.fixture
def county(cast: Cast) -> Actor:
    actor = Actor.of(cast["县局"], TODAY)
    return Actor(actor.user, actor.grants, ip="10.1.2.3", request_id="abc")


def test_a_row_says_who_in_which_role_where_what_and_why(county: Actor, cast: Cast) -> None:
    row = access.record(county, "reveal", cast["村干"], "入户核对")
    row.refresh_from_db()
    assert (row.user, row.who, row.role) == (cast["县局"], "陈志强", "县级")
    assert (row.division_id, row.ip, row.request_id) == (441881000000, "10.1.2.3", "abc")
    assert (row.subject, row.subject_id, row.reason, row.rows) == ("accounts.user", cast["村干"].pk, "入户核对", 1)
    assert row.at is not None


def test_an_export_names_the_ledger_the_filter_and_the_rows(county: Actor) -> None:
    row = access.record(county, AccessKind.EXPORT, "household-toilets", rows=1234, detail="kind=dry&place=441881137000")
    assert (row.subject, row.subject_id, row.rows, row.detail) == (
        "household-toilets",
        None,
        1234,
        "kind=dry&place=441881137000",
    )


def test_the_chosen_place_is_kept_rather_than_the_home(county: Actor) -> None:
    looking = Actor(county.user, county.grants, place=441881137000)
    assert access.record(looking, "export", "households").division_id == 441881137000


@pytest.mark.parametrize("kind", ["reveal", "unmasked_export"])
@pytest.mark.parametrize("reason", ["", "  "])
def test_what_is_masked_is_not_shown_without_a_reason(county: Actor, kind: str, reason: str) -> None:
    with pytest.raises(access.ReasonMissing, match="须填写事由"):
        access.record(county, kind, "households", reason)


def test_an_unknown_kind_is_an_error_of_the_programme(county: Actor) -> None:
    with pytest.raises(ValueError, match="peek"):
        access.record(county, "peek", "households")


def test_long_texts_and_nul_do_not_lose_a_row(county: Actor) -> None:
    row = access.record(county, "export", "x" * 500, "因" * 500 + "\0", detail="\0" + "过滤" * 2000)
    row.refresh_from_db()
    assert (len(row.subject), len(row.reason), len(row.detail)) == (120, 200, 1000)


def test_a_liaison_belongs_where_the_unit_is(cast: Cast) -> None:
    actor = Actor.of(cast["部门"], TODAY)
    assert access.record(actor, "export", "x").division_id == 441881000000
    assert cast["联络员"].unit is not None
    cast["联络员"].unit.division_id = 441882000000
    cast["联络员"].unit.save()
    assert access.record(Actor.of(cast["联络员"], TODAY), "export", "x").division_id == 441882000000


@pytest.mark.parametrize(
    "sql",
    [
        "update accounts_accesslog set who = '别人'",
        "update accounts_accesslog set rows = rows",
        "delete from accounts_accesslog",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_row(county: Actor, sql: str) -> None:
    access.record(county, "export", "households")
    with pytest.raises(Error, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert AccessLog.objects.count() == 1


def test_the_orm_cannot_either(county: Actor) -> None:
    row = access.record(county, "export", "households")
    row.who = "别人"
    with pytest.raises(Error, match="append_only"), transaction.atomic():
        row.save()
    with pytest.raises(Error, match="append_only"), transaction.atomic():
        AccessLog.objects.all().delete()


def test_a_person_in_the_log_cannot_be_deleted(county: Actor) -> None:
    access.record(county, "export", "households")
    assert county.user is not None
    with pytest.raises(ProtectedError):
        county.user.delete()


def test_labels_of_subjects_are_chinese() -> None:
    assert access.subject_label("accounts.grant") == "授权"
    assert access.subject_label("household-toilets") == "户厕台账"
    assert access.subject_label("households/12/phone") == "农户 12"
    assert access.subject_label("no-such-ledger") == "no-such-ledger"
    assert access.subject_label("accounts.nothing") == "accounts.nothing"
