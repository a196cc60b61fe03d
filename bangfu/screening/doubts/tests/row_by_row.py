"""The same checks as a town's programmer would write them: one row after another, plain Python. The independent answer to
which the rules are held, and what the bench measures them against."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bangfu.kernel import identity
from bangfu.policy.code_lists import code_list

Row = dict[str, Any]
MOBILE = re.compile(r"1[3-9][0-9]{9}")
LOCAL = ("乡镇内", "乡（镇）内", "县内", "本县", "本村", "村内")


@dataclass
class Family:
    """A household with what belongs to it."""

    row: Row
    members: list[Row] = field(default_factory=list)
    measures: list[Row] = field(default_factory=list)
    labour: list[Row] = field(default_factory=list)


@dataclass
class Everything:
    """All rows, and what must be known of all before one can be judged."""

    as_of: date
    values: Mapping[str, Any]
    families: dict[str, Family] = field(default_factory=dict)
    stray: Family = field(default_factory=lambda: Family({}))
    cards: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    phones: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    villages: list[Row] = field(default_factory=list)
    village_families: dict[str, list[Family]] = field(default_factory=lambda: defaultdict(list))


Check = Callable[[Row, Family, Everything], bool]
OF_MEMBERS: dict[str, Check] = {}
OF_HOUSEHOLDS: dict[str, Check] = {}
OF_LABOUR: dict[str, Check] = {}
OF_MEASURES: dict[str, Check] = {}


def check(table: dict[str, Check]) -> Callable[[Check], Check]:
    def noted(function: Check) -> Check:
        table[function.__name__.upper()] = function
        return function

    return noted


def gather(tables: Mapping[str, list[Row]], as_of: date, values: Mapping[str, Any]) -> Everything:
    everything = Everything(as_of, values)
    for row in tables["households"]:
        everything.families.setdefault(row["household_no"], Family(row))
        everything.village_families[place(row)].append(everything.families[row["household_no"]])
    for name in ("members", "measures", "labour"):
        for row in tables.get(name, ()):
            getattr(everything.families.get(row["household_no"], everything.stray), name).append(row)
    for row in tables.get("members", ()):
        if key := key_of(row["card_no"]):
            everything.cards[key].append(row)
    for row in tables.get("labour", ()):
        if row["phone"]:
            everything.phones[row["phone"]].add(row["household_no"])
    everything.villages = tables.get("villages", [])
    return everything


def doubts(everything: Everything) -> Iterator[tuple[str, str | None, str | None, Row]]:
    """(rule, household number, person number, row) of every doubt."""
    for family in [*everything.families.values(), everything.stray]:
        for table, rows in (
            (OF_MEMBERS, family.members),
            (OF_LABOUR, family.labour),
            (OF_MEASURES, family.measures),
            (OF_HOUSEHOLDS, [family.row] if family.row else []),
        ):
            for row in rows:
                for rule, holds in table.items():
                    if holds(row, family, everything):
                        person = row["person_no"] if table in (OF_MEMBERS, OF_LABOUR) else None
                        yield rule, row["household_no"], person, row
    for row in everything.villages:
        if r48(row, everything):
            yield "R48", None, None, row


def r48(v: Row, e: Everything) -> bool:
    families = e.village_families[place(v)]
    for name in ("arable_mu", "forest_mu"):
        known = [f.row[name] for f in families if f.row[name] is not None]
        if known and v[name] is not None and round(v[name], 2) < round(sum(known), 2):
            return True
    most = v["household_count"]
    return most is not None and any(
        v[name] is not None and v[name] > most for name in ("unsafe_water_households", "unsafe_house_households")
    )


# what is worked out of a row


def place(row: Row) -> str:
    return f"{row['county'] or ''}{row['town'] or ''}{row['village'] or ''}"


def key_of(card: str | None) -> str | None:
    """First 17 digits, when the first 18 characters have the form of a number."""
    if not card:
        return None
    card = identity.normalise(card)
    if re.fullmatch(r"[0-9]{15}", card):
        return f"{card[:6]}19{card[6:]}"
    return card[:17] if len(card) in (18, 20, 22) and re.fullmatch(r"[0-9]{17}[0-9X].*", card) else None


def age(m: Row, e: Everything) -> int | None:
    born = m["born_on"]
    if born is None and (key := key_of(m["card_no"])):
        try:
            born = date(int(key[6:10]), int(key[10:12]), int(key[12:14]))
        except ValueError:
            return None
        if not 1900 <= born.year < 2100:
            return None
    if born is None:
        return None
    return e.as_of.year - born.year - ((e.as_of.month, e.as_of.day) < (born.month, born.day))


def card_length(m: Row) -> int | None:
    return len(m["card_no"]) if m["card_no"] else None


def health(m: Row, word: str) -> bool:
    return word in (m["health"] or ())


def grade(m: Row) -> int | None:
    if m["disability_grade"]:
        return int(m["disability_grade"])
    return _card_digit(m, 19)


def category(m: Row) -> int | None:
    if m["disability_category"]:
        return int(m["disability_category"])
    return _card_digit(m, 18)


def _card_digit(m: Row, at: int) -> int | None:
    card = m["card_no"] or ""
    if len(card) >= 20 and key_of(card) and card[at].isdigit() and card[at] != "0":
        return int(card[at])
    return None


def is_disabled(m: Row) -> bool:
    return health(m, "disability") or m["card_kind"] == "disability" or grade(m) is not None


def is_student(m: Row) -> bool:
    return bool(m["school_status"]) and m["school_status"] not in ("before_school", "kindergarten")


def is_worker(m: Row) -> bool:
    return (m["work_months"] or 0) > 0 or bool(m["work_place"])


def is_away(m: Row, f: Family) -> bool:
    county = f.row.get("county")
    return bool(m["work_place"] and county) and m["work_place"] not in LOCAL and county not in m["work_place"]


def has_post(m: Row) -> bool:
    return bool(m["public_post_kind"]) or (m["public_post_months"] or 0) > 0


def is_able(m: Row) -> bool:
    return m["labour_skill"] in ("general_labour", "skilled_labour")


def is_uninsured(m: Row) -> bool:
    return m["has_resident_medical"] is False and m["has_employee_medical"] is False


def month(day: date | None) -> int | None:
    return None if day is None else day.year * 12 + day.month - 1


def fact(name: str, value: str | None, key: str) -> Any:
    return code_list(name).code(value).facts.get(key) if value else None
