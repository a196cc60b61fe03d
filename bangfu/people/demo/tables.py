"""One block of households with members, incomes and events as COPY text, with the quirks of real registers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from bangfu.people import codes
from bangfu.people.demo import families, households, numbers, persons
from bangfu.people.demo.block import (
    Ints,
    Mask,
    Piece,
    Words,
    constant,
    copy_text,
    day,
    digits,
    either,
    full_width,
    hundredths,
    join,
    null_unless,
    number,
    only,
    yes,
)  # fmt: skip
from bangfu.people.demo.chances import happens
from bangfu.people.demo.families import AS_OF, RELATIONS, Families, Slot
from bangfu.people.demo.persons import NONE, Traits
from bangfu.people.demo.world import World

BLOCK = 20_000  # households made at once: some 100 MB of pieces

_RELATIONS = Words([value for slot in Slot for value in codes.values("relation_to_head", *RELATIONS[slot])])
_SCHOOLS = Words(["", *codes.values("school_status", *persons.SCHOOLS)])
_EDUCATIONS = Words(["", *codes.values("education", *persons.EDUCATIONS)])
_POLITICS = Words(codes.values("political_status", *persons.POLITICS))
_ETHNIC = Words(codes.values("ethnic_group", *persons.ETHNIC))
_LABOUR = Words(codes.values("labour_skill", *persons.LABOUR))
_INDUSTRIES = Words(["", *codes.values("industry", *persons.INDUSTRIES)])
_CHANNELS = Words(["", *codes.values("employment_channel", *persons.CHANNELS)])
_POSTS = Words(["", *codes.values("public_post_kind", *persons.POSTS)])
_CARDS = Words([codes.RESIDENT, codes.DISABILITY])
_DROPOUT = Words(["", *codes.values("dropout_reason", "厌学")])
_LEFT = ("", *codes.values("left_kind", "死亡", "婚出", "迁出"))
_LEFT_KINDS, _LEFT_EVENTS = Words(_LEFT), Words(("birth", "death", "married_out", "moved_out"))
_ILLS = codes.values("health", "长期慢性病", "患有大病", "残疾")
_HEALTH = Words(
    [
        "{" + (",".join(ill for bit, ill in enumerate(_ILLS) if bits >> bit & 1) or codes.HEALTHY) + "}"
        for bits in range(8)
    ]
)
_FIRMS = (
    ["恒达", "永兴", "新联", "金泰", "宏业", "顺丰源", "粤华"],
    ["电子厂", "制衣厂", "家具厂", "五金厂", "物流公司", "建筑队", "酒店"],
)
_EMPLOYERS = Words(["", *(name + kind for name in _FIRMS[0] for kind in _FIRMS[1])])
#: where people from the villages work, when it is not their own county; None: outside the province
_FAR: tuple[tuple[int | None, str, int], ...] = (
    (440306000000, "深圳市宝安区", 15), (440307000000, "深圳市龙岗区", 10), (440111000000, "广州市白云区", 11),
    (440113000000, "广州市番禺区", 8), (440114000000, "广州市花都区", 8), (440605000000, "佛山市南海区", 11),
    (440606000000, "佛山市顺德区", 10), (441900000000, "东莞市", 14), (442000000000, "中山市", 6),
    (441303000000, "惠州市惠阳区", 4), (None, "湖南省长沙市", 2), (None, "广西壮族自治区南宁市", 1),
)  # fmt: skip
_FAR_CHANCES = np.array([chance for *_, chance in _FAR]) / sum(chance for *_, chance in _FAR)
_PHONE_PREFIXES = np.array([154, 160, 161, 163, 164, 168, 169, 179])

TABLES = ("people_household", "people_person", "people_householdincome", "people_memberevent")


@dataclass(frozen=True)
class Quirks:
    """What is odd about members, as it is in real registers."""

    left: Ints  # 0 present, 1–3 how the member left
    left_on: np.ndarray
    disputed: Mask  # second record of somebody else
    numberless: Mask
    old_number: Mask  # still the 15 digits of before 1999
    spaced: Mask  # wide blank inside the name
    wide_phone: Mask  # phone in full-width digits


@dataclass
class Maker:
    """Makes the blocks of one load, in the order of villages; ids start at 1."""

    rng: np.random.Generator
    world: World
    known_counties: frozenset[int]
    next_person: int = 1
    next_household: int = 1

    def __post_init__(self) -> None:
        self._numbers = numbers.Numbers()
        counties = np.unique(self.world.counties).tolist()
        self._counties = np.array(counties, dtype=np.int64)
        places = [self.world.county_names.get(code, "") for code in counties] + [name for _, name, _ in _FAR]
        codes_known = [*counties, *(code if code in self.known_counties else None for code, _, _ in _FAR)]
        self._places, self._place_codes = Words(places), Words([str(code) if code else r"\N" for code in codes_known])

    def blocks(self) -> Iterator[dict[str, tuple[tuple[str, ...], bytes]]]:
        """By table: names of the columns, and rows as COPY text."""
        villages = self.world.households
        for start in range(0, len(villages), BLOCK):
            yield self._block(villages[start : start + BLOCK])

    def _block(self, villages: Ints) -> dict[str, tuple[tuple[str, ...], bytes]]:
        rng, count = self.rng, len(villages)
        homes = households.make(rng, count)
        family = families.make(rng, count)
        born, keys = self._numbers.give(rng, family.born, family.sex)
        family = replace(family, born=born)
        traits = persons.make(rng, family, homes.poor[family.household])
        quirks = _quirks(rng, family)
        family, keys, quirks = _double(rng, family, keys, quirks, self._numbers)
        ids = self.next_household + np.arange(count)
        person_ids = self.next_person + np.arange(len(keys))
        self.next_household, self.next_person = int(ids[-1]) + 1, int(person_ids[-1]) + 1
        phone, has_phone = _phones(rng, len(keys)), persons.has_own_phone(rng, family)
        present = (quirks.left == 0) & ~quirks.disputed
        members = np.bincount(family.household, weights=present, minlength=count).astype(np.int64)
        place = _places(villages)
        household = {"id": number(ids), "village_id": number(villages)}
        household |= _household(homes, family, keys, quirks, phone, has_phone, members, ids, place)
        household |= households.marks(rng, homes) | households.conditions(rng, homes, family, traits)
        of_household = {"household_id": number(ids[family.household]), "village_id": number(villages[family.household])}
        person = {"id": number(person_ids)} | of_household | _identity(family, keys, traits, quirks)
        person |= _traits(rng, traits) | self._work(rng, traits, villages[family.household])
        person |= _contact(family, keys, quirks, phone, has_phone, place[family.household])
        incomes = [
            {"household_id": household["id"], "village_id": household["village_id"]} | year
            for year in households.incomes(rng, homes, family, traits, members)
        ]
        events = _events(family, quirks, person)
        written = dict(zip(TABLES, ([household], [person], incomes, [events]), strict=True))
        return {table: (tuple(parts[0]), b"".join(map(copy_text, parts))) for table, parts in written.items()}

    def _work(self, rng: np.random.Generator, traits: Traits, villages: Ints) -> dict[str, Piece]:
        count = len(villages)
        own = np.searchsorted(self._counties, villages // 10**6 * 10**6)
        far = len(self._counties) + rng.choice(len(_FAR), size=count, p=_FAR_CHANCES)
        place = np.where(traits.is_far, far, own)
        employed = traits.works & happens(rng, 0.8, count)
        return {
            "work_place": only(traits.works, self._places[place]),
            "work_county_id": null_unless(traits.works, self._place_codes[place]),
            "work_months": null_unless(traits.works, number(traits.months)),
            "employer": _EMPLOYERS[np.where(employed, rng.integers(1, len(_EMPLOYERS.table), count), 0)],
            "monthly_wage": null_unless(traits.works, hundredths(traits.wage)),
            "industry": _INDUSTRIES[traits.industry + 1],
            "employment_channel": _CHANNELS[traits.channel + 1],
            "is_point_to_point": null_unless(traits.works, yes(traits.channel == 4)),
            "works_abroad": null_unless(traits.works, yes(np.zeros(count, dtype=bool))),
            "public_post_kind": _POSTS[traits.post + 1],
            "public_post_months": null_unless(traits.post != NONE, number(traits.months)),
        }


def _quirks(rng: np.random.Generator, family: Families) -> Quirks:
    count, age = len(family.sex), family.age
    leaves = ~family.is_head & happens(rng, 0.006, count)
    leaves |= family.is_head & (age > 60) & happens(rng, 0.002, count)  # nobody has taken the head's place yet
    kind = np.where(age > 60, 1, np.where((family.sex == 2) & (age > 19) & (age < 36), 2, 3))
    grown = (age >= 20) & (family.slot == Slot.SPOUSE) & (family.sex == 2) & ~leaves
    disputed = grown & happens(rng, 0.0012, count)
    year = family.born.astype("datetime64[Y]").astype(np.int64) + 1970
    return Quirks(
        left=np.where(leaves, kind, 0),
        left_on=np.datetime64(AS_OF, "D") - rng.integers(1, 700, count),
        disputed=disputed,
        numberless=(age < 1) & happens(rng, 0.2, count),
        old_number=(year < 1960) & happens(rng, 0.002, count) & ~disputed,
        spaced=happens(rng, 0.001, count) & (family.names.second == -1),
        wide_phone=happens(rng, 0.001, count),
    )


def _double(
    rng: np.random.Generator, family: Families, keys: Ints, quirks: Quirks, given: numbers.Numbers
) -> tuple[Families, Ints, Quirks]:
    """Married daughters who stand in their parents' household still: the second record takes the first one's facts.

    Some stand there with 15 digits, and some with another number altogether: those two records nobody can refuse.
    """
    seconds = np.flatnonzero(quirks.disputed)
    able = np.flatnonzero((family.slot == Slot.SPOUSE) & (family.sex == 2) & ~quirks.disputed)
    if not len(able) or not len(seconds):
        return family, keys, replace(quirks, disputed=np.zeros(len(keys), dtype=bool))
    near = np.searchsorted(able, seconds) + rng.integers(-40, 40, len(seconds))
    far = rng.integers(0, len(able), len(seconds))
    origin = np.arange(len(keys))
    origin[seconds] = able[np.where(happens(rng, 0.7, len(seconds)), np.clip(near, 0, len(able) - 1), far)]
    slot = np.where(quirks.disputed, Slot.CHILD, family.slot)
    doubled = replace(
        family, slot=slot, sex=family.sex[origin], born=family.born[origin], names=family.names.take(origin)
    )
    renumbered = quirks.disputed & happens(rng, 0.2, len(keys))
    born, fresh = given.give(rng, doubled.born[renumbered], doubled.sex[renumbered])
    doubled.born[renumbered] = born
    keys = keys[origin]
    keys[renumbered] = fresh
    old = quirks.disputed & ~renumbered & happens(rng, 0.15, len(keys)) & (doubled.born < np.datetime64("2000-01-01"))
    return doubled, keys, replace(quirks, disputed=quirks.disputed & ~renumbered, old_number=quirks.old_number | old)


def _phones(rng: np.random.Generator, count: int) -> Piece:
    """With prefixes that no operator has been given: nobody's phone rings."""
    return digits(
        _PHONE_PREFIXES[rng.integers(0, len(_PHONE_PREFIXES), count)] * 10**8 + rng.integers(0, 10**8, count), 11
    )


def _places(villages: Ints) -> Piece:
    """City, county and town, as the database puts them first (people_with_places)."""
    starts = zip(("@", ",@", ",@"), (10**8, 10**6, 10**3), strict=True)
    return join(*(join(constant(sign, len(villages)), number(villages // width)) for sign, width in starts))


def _phone_keys(phone: Piece, has_phone: Mask) -> Piece:
    comma = constant(",", len(phone))
    return only(has_phone, join(comma, phone, comma, phone[:, 7:]))


def _household(
    homes: households.Homes, family: Families, keys: Ints, quirks: Quirks, phone: Piece,
    has_phone: Mask, members: Ints, ids: Ints, place: Piece,
) -> dict[str, Piece]:  # fmt: skip
    heads = np.flatnonzero(family.is_head)
    names, is_named = family.names.take(heads), quirks.left[heads] == 0
    own, has_own = phone[heads], has_phone[heads]
    no = either(homes.poor, digits(4_400_000_000 + ids, 10), join(constant("J", len(ids)), digits(ids, 9)))
    comma = constant(",", len(ids))
    name_keys = only(is_named, join(comma, names.bigrams(), comma, names.initials()))
    return {
        "household_no": no,
        "head_name": only(is_named, names.text()),
        "head_key": null_unless(is_named & ~quirks.numberless[heads], number(keys[heads])),
        "member_count": number(members),
        "phone": only(has_own, own),
        "search_keys": households.array(place, name_keys, _phone_keys(own, has_own)),
    }


def _identity(family: Families, keys: Ints, traits: Traits, quirks: Quirks) -> dict[str, Piece]:
    has_card = (traits.category != NONE) & (keys % 3 == 0)  # their number of the disability card is on record
    card = only(has_card, join(number(np.maximum(traits.category, 0)), number(np.maximum(traits.grade, 0))))
    modern = join(numbers.text18(keys), card)
    old = join(digits(keys // 10**11, 6), digits(keys % 10**9, 9))
    return {
        "name": family.names.text(quirks.spaced),
        "sex": number(family.sex),
        "born_on": day(family.born),
        "card_kind": _CARDS[(has_card & ~quirks.old_number).astype(np.int64)],
        "identity_no": only(~quirks.numberless, either(quirks.old_number, old, modern)),
        "identity_key": null_unless(~quirks.numberless, number(keys)),
        "relation_to_head": _RELATIONS[family.slot * 2 + family.sex - 1],
        "left_on": null_unless(quirks.left > 0, day(quirks.left_on)),
        "left_kind": _LEFT_KINDS[quirks.left],
        "is_disputed": yes(quirks.disputed),
    }


def _traits(rng: np.random.Generator, traits: Traits) -> dict[str, Piece]:
    count = len(traits.labour)
    grown = traits.labour != len(persons.LABOUR) - 1
    resident = ~traits.employee_insured & ~traits.uninsured
    ill = traits.serious | traits.chronic
    return {
        "ethnic_group": _ETHNIC[traits.ethnic],
        "political_status": _POLITICS[traits.politics],
        "education": _EDUCATIONS[traits.education + 1],
        "school_status": _SCHOOLS[traits.school + 1],
        "dropout_reason": _DROPOUT[traits.is_dropout.astype(np.int64)],
        "health": _HEALTH[traits.chronic + 2 * traits.serious + 4 * traits.disabled],
        "disability_category": null_unless(traits.disabled, number(np.maximum(traits.category, 0))),
        "disability_grade": null_unless(traits.disabled, number(np.maximum(traits.grade, 0))),
        "disability_card_year": null_unless(traits.disabled, number(rng.integers(2009, AS_OF.year, count))),
        "labour_skill": _LABOUR[traits.labour],
        "speaks_mandarin": yes(happens(rng, np.where(traits.education == 0, 0.4, 0.93), count)),
        "has_subsistence_allowance": yes(traits.allowance),
        "has_extreme_poverty_support": yes(traits.supported),
        "has_resident_medical": yes(resident),
        "has_employee_medical": yes(traits.employee_insured),
        "has_serious_illness_insurance": yes(~traits.uninsured),
        "has_commercial_medical": yes(happens(rng, 0.04, count)),
        "has_resident_pension": null_unless(grown, yes(resident & happens(rng, 0.9, count))),
        "has_employee_pension": null_unless(grown, yes(traits.employee_insured)),
        "had_medical_relief": null_unless(ill, yes(ill & happens(rng, 0.2, count))),
        "had_serious_illness_relief": null_unless(ill, yes(traits.serious & happens(rng, 0.4, count))),
    }


def _contact(
    family: Families, keys: Ints, quirks: Quirks, phone: Piece, has_phone: Mask, place: Piece
) -> dict[str, Piece]:
    comma, text = constant(",", len(keys)), numbers.text18(keys)
    tails = only(~quirks.numberless, join(comma, text[:, 14:], comma, text[:, 12:]))
    found_by = join(
        place, comma, family.names.bigrams(), comma, family.names.initials(), tails, _phone_keys(phone, has_phone)
    )
    return {
        "phone": only(has_phone, either(quirks.wide_phone, full_width(phone), phone)),
        "search_keys": households.array(found_by),
    }


def _events(family: Families, quirks: Quirks, person: dict[str, Piece]) -> dict[str, Piece]:
    """Births of the last year, and why the members who left are gone."""
    fresh = (family.age < 1) & (quirks.left == 0)
    rows = np.flatnonzero(fresh | (quirks.left > 0))
    happened = np.where(quirks.left > 0, quirks.left_on, family.born)
    return {
        "household_id": person["household_id"][rows],
        "village_id": person["village_id"][rows],
        "person_id": person["id"][rows],
        "kind": _LEFT_EVENTS[quirks.left[rows]],
        "happened_on": day(happened[rows]),
    }
