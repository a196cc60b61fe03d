"""The page of a household: who lives there, income by year, and everything that happened, in one time line (1.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.accounts.together import lists
from bangfu.ledger import history, registry
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import all_shown
from bangfu.ledger.rows import Related, Row, all_related, cells
from bangfu.people import codes, offers
from bangfu.people.loads import BulkLoad

_MEMBER = ("name", "relation_to_head", "sex", "born_on", "identity_no", "phone", "health", "labour_skill")
_FORMER = ("name", "left_on", "left_kind", "identity_no")
_INCOME = (
    "year", "population", "wage_income", "business_income", "property_income", "transfer_income", "business_expense",
    "net_income", "per_capita_net", "compliant_self_paid",
)  # fmt: skip
_LONGEST_STORY = 60


@dataclass(frozen=True)
class Item:
    """One line of the story, as ui/_timeline.html shows it."""

    at: date | datetime
    act: str
    who: str = ""
    reason: str = ""
    text: str = ""
    changes: tuple[history.Change, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Member:
    row: Row
    age: int
    is_disputed: bool


def page_of(household: Any, actor: Actor) -> dict[str, Any]:
    """Context of people/household.html. All that is listed is read in one query."""
    households, persons, incomes = (registry.get(slug) for slug in ("households", "persons", "household-incomes"))
    assert households and persons and incomes
    living = household.members.filter(withdrawn_at=None)
    parts = [part for add in offers.parts for part in add(household, actor)]
    people, years, events, loads, changes, changes_of_people, *others = lists(
        [
            living.order_by("born_on", "pk"),
            household.incomes.filter(withdrawn_at=None).order_by("-year"),
            _events(household),
            BulkLoad.of(household.pk),
            history.rows_of(households, [household.pk]),
            history.rows_of(persons, living.values("pk")),
            *(part.rows for part in parts),
        ]
    )
    told = list(zip(parts, others, strict=True))
    items = [_happened(event, household) for event in events]
    items += [Item(load.made_at, "装入", text=str(load)) for load in loads]
    items += _changes(history.told(households, changes, household))
    items += _changes_of(persons, people, changes_of_people, household)
    items += [line for part, rows in told for line in part.lines(rows)]
    present = sorted((p for p in people if p.left_on is None), key=lambda p: p.relation_to_head != codes.HEAD)
    left = [p for p in people if p.left_on is not None]
    return {
        "members": [Member(cells(persons, p, _MEMBER), _age(p.born_on), p.is_disputed) for p in present],
        "member_headers": all_shown(persons, _MEMBER),
        "former": [cells(persons, p, _FORMER) for p in left],
        "former_headers": all_shown(persons, _FORMER),
        "incomes": [cells(incomes, row, _INCOME) for row in years],
        "income_headers": all_shown(incomes, _INCOME),
        "is_headless": bool(present) and all(p.relation_to_head != codes.HEAD for p in present),
        "related": _others(household, actor),
        "offers": [
            *(offer for part, rows in told for offer in part.buttons(rows)),
            *(offer for add in offers.buttons for offer in add(household, actor)),
        ],
        "items": sorted(items, key=lambda item: _instant(item.at), reverse=True)[:_LONGEST_STORY],
    }


def _age(born_on: date) -> int:
    today = timezone.localdate()
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def _others(household: Any, actor: Actor) -> list[Related]:
    """Ledgers of other articles that hang on a household, with the rows of this one."""
    own = {"persons", "household-incomes", "member-events"}
    hang = [ledger for ledger in registry.all_ledgers() if _hangs(ledger, type(household)) and ledger.slug not in own]
    return all_related(actor, [(ledger.slug, "household") for ledger in hang if ledger.may(actor, Act.READ)], household)


def _hangs(ledger: Ledger, model: type) -> bool:
    return any(field.name == "household" and field.related_model is model for field in ledger.model._meta.fields)


def _changes_of(persons: Ledger, people: list[Any], rows: list[Any], household: Any) -> Iterable[Item]:
    names = {person.pk: person.name for person in people}
    for key, event in history.told_of_many(persons, rows, [household, household.village]):
        yield from _changes([event], names.get(key, ""), persons.record_url(key))


def _events(household: Any) -> QuerySet[Any]:
    """What happened to members, also when they went over into another household or came from there."""
    model = household.events.model
    rows = model.objects.filter(Q(household=household) | Q(other_household=household), withdrawn_at=None)
    return rows.select_related("person", "household", "other_household").order_by("-pk")[:_LONGEST_STORY]  # type: ignore[no-any-return]


def _happened(event: Any, household: Any) -> Item:
    act = f"{event.get_kind_display()} {event.person.name if event.person else ''}".strip()
    return Item(event.happened_on, act, text=_where(event, household), reason=event.note)


def _where(event: Any, household: Any) -> str:
    if event.other_household_id is None:
        return ""
    if event.household_id == household.pk:
        return (
            f"转到 {event.other_household}"
            if event.kind in ("moved", "split", "merged")
            else f"来自 {event.other_household}"
        )
    return f"来自 {event.household}"


def _changes(events: Iterable[history.Event], name: str = "", url: str = "") -> list[Item]:
    return [
        Item(event.at, f"{event.act} {name}".strip(), event.who, event.reason, changes=tuple(event.changes), url=url)
        for event in events
        if event.changes or not name
    ]


def _instant(at: date | datetime) -> datetime:
    return at if isinstance(at, datetime) else timezone.make_aware(datetime.combine(at, time.min))
