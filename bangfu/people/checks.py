"""What may not be in the register of people (1.1): checked for one row of a form or the API, and by set for an import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Manager

from bangfu.exchange.sheet import Batch, Fault, Frame
from bangfu.kernel import dates
from bangfu.people import codes, identity
from bangfu.people.search import keys_of, keys_of_household

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


# Imports: rows of the file stand in {rows} (exchange.sheet.Batch); a NULL there keeps what the register has.

_FILE_HEADS = """
    SELECT _row FROM (SELECT _row, row_number() OVER (PARTITION BY household_id ORDER BY _row) AS place
                      FROM {rows} WHERE relation_to_head = %s) heads WHERE place > 1"""
_SECOND_HEADS = """
    SELECT r._row FROM {rows} r JOIN people_person p ON p.head_of = r.household_id
    WHERE r.relation_to_head = %s AND NOT (r._exists AND r._target = p.id)
      AND NOT EXISTS (SELECT 1 FROM {rows} o WHERE o._exists AND o._target = p.id AND o.relation_to_head <> %s)"""
_FILE_TWICE = """
    SELECT _row, household_id FROM {rows} WHERE identity_key IN (
        SELECT identity_key FROM {rows} GROUP BY identity_key HAVING count(DISTINCT household_id) > 1)"""


def two_heads(batch: Batch) -> Iterable[Fault]:
    for (row,) in batch.fetch(_FILE_HEADS, [codes.HEAD]):
        yield Fault(row, "relation_to_head", TWO_HEADS_IN_FILE)
    for (row,) in batch.fetch(_SECOND_HEADS, [codes.HEAD, codes.HEAD]):
        yield Fault(row, "relation_to_head", SECOND_HEAD)


def two_households(batch: Batch) -> Iterable[Fault]:
    for row, _ in batch.fetch(_FILE_TWICE):
        yield Fault(row, "identity_no", TWO_HOUSEHOLDS_IN_FILE)


OF_PERSONS = (two_heads, two_households)


def derive_person(frame: Frame) -> None:
    """Keys of the number and of the search; what a number says against birth date and sex."""
    rows, today = len(frame), dates.today()
    names, numbers, phones, born, sexes, kinds = (
        frame.columns.get(name) or [None] * rows
        for name in ("name", "identity_no", "phone", "born_on", "sex", "card_kind")
    )
    for index in range(rows):
        if born[index] and born[index] > today:
            frame.fault(index, "born_on", NOT_BORN, born[index].isoformat())
        number = numbers[index] or ""
        if not number:
            frame.fault(index, "identity_no", NUMBERLESS)
        elif wrong := identity.fault(
            number, card_kind=kinds[index] or identity.RESIDENT, born_on=born[index], sex=sexes[index], today=today
        ):
            frame.fault(index, "identity_no", wrong, number)
    frame.columns["identity_key"] = [identity.key_of(number) if number else None for number in numbers]
    frame.columns["search_keys"] = [
        keys_of(name or "", number or "", phone or "") for name, number, phone in zip(names, numbers, phones, strict=True)
    ]


def derive_household(frame: Frame) -> None:
    rows = len(frame)
    heads, phones = (frame.columns.get(name) or [None] * rows for name in ("head_name", "phone"))
    keys = [keys_of_household(head or "", phone or "") for head, phone in zip(heads, phones, strict=True)]
    frame.columns["search_keys"] = keys
