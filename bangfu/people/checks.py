"""What may not be in the register of people (1.1): checked for one row of a form or the API, and by set for an import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Manager

from bangfu.exchange.sheet import Batch, Fault, Frame
from bangfu.kernel import dates
from bangfu.people import codes, identity
from bangfu.people.search import name_keys

ELSEWHERE = "这个证件号码已登记在另一户，一个人不能同时在两户。请先按号码搜索：搜得到的，在原户办理迁出或婚出；搜不到的，请报上级核对"
SECOND_HEAD = "这一户已有户主；要换户主，请在农户页面使用“变更户主”"
TWO_HEADS_IN_FILE = "表格中这一户有两个户主，请只保留一个"
TWO_HOUSEHOLDS_IN_FILE = "表格中这个证件号码出现在两户，请核对此人属于哪一户"
NOT_BORN = "出生日期还没有到，请核对"
NUMBERLESS = "没有证件号码的成员（如新生儿）请在农户页面用“出生”登记，表格无法判断是不是同一个人"


def faults_of_person(people: Manager[Any], data: Mapping[str, Any], record: Any) -> dict[str, str]:
    """Form and API: field name → message."""
    faults = {}
    today, number = dates.today(), data.get("identity_no") or ""
    if data["born_on"] and data["born_on"] > today:
        faults["born_on"] = NOT_BORN
    wrong = identity.fault(number, card_kind=data["card_kind"], born_on=data["born_on"], sex=data["sex"], today=today)
    if wrong:
        faults["identity_no"] = wrong
    if record and data.get("household") not in (None, record.household):
        faults["household"] = "换到另一户请在农户页面使用“转户”“分户”或“并户”，这样变动会留下记录"
    if faults:
        return faults
    others = people.exclude(pk=record.pk) if record else people.all()
    key = identity.key_of(number)
    if key and others.filter(present_key=key).exists():
        faults["identity_no"] = ELSEWHERE
    household = data.get("household") or (record and record.household)
    if household and data["relation_to_head"] == codes.HEAD and others.filter(head_of=household.pk).exists():
        faults["relation_to_head"] = SECOND_HEAD
    return faults


# Imports: rows of the file stand in {rows}, as they will be (exchange.sheet.Batch).

_FILE_HEADS = """
    SELECT _row FROM (SELECT _row, row_number() OVER (PARTITION BY household_id ORDER BY _row) AS place
                      FROM {rows} WHERE relation_to_head = %s) heads WHERE place > 1"""
_SECOND_HEADS = """
    SELECT r._row FROM {rows} r JOIN people_person p ON p.head_of = r.household_id
    WHERE r.relation_to_head = %s AND r._target <> p.id
      AND NOT EXISTS (SELECT FROM {rows} o WHERE o._target = p.id AND o.relation_to_head <> %s)"""
_FILE_TWICE = """
    SELECT _row FROM {rows} WHERE identity_key IN (
        SELECT identity_key FROM {rows} GROUP BY identity_key HAVING count(DISTINCT household_id) > 1)"""
_LEFT = "SELECT _row, left_on FROM {rows} WHERE left_on IS NOT NULL"
_MARK_DOUBLES = """
    WITH marked AS (
        UPDATE {rows} r SET is_disputed = true FROM people_person p
        WHERE p.present_key = r.identity_key AND NOT r._exists RETURNING 1) SELECT count(*) FROM marked"""
#: what the triggers would write, so that the same file twice is seen to change nothing
KEYS_OF_PERSON = {"search_keys": "people_person_keys({search_keys}, {identity_no}, {phone}, {village_id})"}
KEYS_OF_HOUSEHOLD = {"search_keys": "people_household_keys({search_keys}, {phone}, {village_id})"}


_NEW_HOMES = """
    WITH homes AS (
        SELECT household_id, count(*)::smallint AS members,
            min(_row) FILTER (WHERE relation_to_head = %s) AS head
        FROM {persons} WHERE left_on IS NULL AND withdrawn_at IS NULL AND NOT is_disputed GROUP BY household_id
    ), done AS (
        UPDATE {rows} h SET member_count = f.members, head_name = coalesce(p.name, ''), head_key = p.identity_key,
            search_keys = people_household_keys(p.search_keys, h.phone, h.village_id)
        FROM homes f LEFT JOIN {persons} p ON p._row = f.head
        WHERE f.household_id = h._target AND NOT h._exists RETURNING 1
    ) SELECT count(*) FROM done"""


def two_heads(batch: Batch) -> Iterable[Fault]:
    for (row,) in batch.fetch(_FILE_HEADS, [codes.HEAD]):
        yield Fault(row, "relation_to_head", TWO_HEADS_IN_FILE)
    for (row,) in batch.fetch(_SECOND_HEADS, [codes.HEAD, codes.HEAD]):
        yield Fault(row, "relation_to_head", SECOND_HEAD)


def two_households(batch: Batch) -> Iterable[Fault]:
    for (row,) in batch.fetch(_FILE_TWICE):
        yield Fault(row, "identity_no", TWO_HOUSEHOLDS_IN_FILE)


def left_already(batch: Batch) -> Iterable[Fault]:
    for row, left_on in batch.fetch(_LEFT):
        yield Fault(row, "name", f"此人已于 {left_on:%Y-%m-%d} 离开这一户；若已回来，请在农户页面登记“婚入、迁入”")


def doubles_wait(batch: Batch) -> Iterable[Fault]:
    """Who is present in another household comes in as doubtful: counted nowhere, paired for whoever answers for both.

    A refusal would leave the importer with a row that only another county can mend; taking it silently would put one
    person into two households.
    """
    batch.fetch(_MARK_DOUBLES)
    return ()


def settle_new_homes(sheets: Mapping[str, Batch]) -> None:
    """Head, count and keys of new households from the members in the same file, as the triggers would find them after."""
    homes, persons = sheets.get("households"), sheets.get("persons")
    if homes and persons:
        homes.fetch(_NEW_HOMES.replace("{persons}", persons.rows), [codes.HEAD])


OF_PERSONS = (left_already, two_heads, two_households, doubles_wait)


def derive_person(frame: Frame) -> None:
    """Key of the number, keys of the name; what the number says against birth date and sex."""
    rows, today = len(frame), dates.today()
    names, numbers, born, sexes, kinds = (
        frame.columns.get(name) or [None] * rows for name in ("name", "identity_no", "born_on", "sex", "card_kind")
    )
    told = {fault.row for fault in frame.faults if fault.column == "identity_no"}
    days = {day: f"{day:%Y%m%d}" for day in set(born) if day}
    for index, (number, day, sex, kind) in enumerate(zip(numbers, born, sexes, kinds, strict=True)):
        if number and _agrees(number, days.get(day), sex, kind):
            continue
        if day and day > today:
            frame.fault(index, "born_on", NOT_BORN, day.isoformat())
        if not number and frame.numbers[index] in told:
            continue  # the cell was not empty but could not be read, which its own fault explains
        if not number:
            frame.fault(index, "identity_no", NUMBERLESS)
        elif wrong := identity.fault(number, card_kind=kind or codes.RESIDENT, born_on=day, sex=sex, today=today):
            frame.fault(index, "identity_no", wrong, number)
    frame.columns["identity_key"] = [identity.key_of(number) if number else None for number in numbers]
    frame.columns["search_keys"] = _keys_of(names)
    if words := frame.columns.get("household"):
        known = {word: _household_word(word) for word in set(words)}
        frame.columns["household"] = [known[word] for word in words]


def _agrees(number: str, day: str | None, sex: int | None, kind: str | None) -> bool:
    """A resident number, which was checked when its cell was read, says the same as the row: nothing more to ask."""
    return (
        len(number) == 18
        and kind in (None, codes.RESIDENT)
        and number[6:14] == day
        and (not sex or sex == (1 if number[16] in "13579" else 2))
    )


def _keys_of(names: Sequence[str | None]) -> list[list[str] | None]:
    known = {name: name_keys(name) if name else None for name in set(names)}
    return [known[name] for name in names]


def _household_word(word: str | None) -> str | None:
    """A household is named by its number, or by its head's, which is kept as a key."""
    return str(identity.key_of(word)) if word and identity.looks_like_number(word) else word


def derive_household(frame: Frame) -> None:
    if heads := frame.columns.get("head_name"):
        frame.columns["search_keys"] = _keys_of(heads)
    if numbers := frame.columns.get("head_key"):
        frame.columns["head_key"] = [identity.key_of(number) if number else None for number in numbers]
