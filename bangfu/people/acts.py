"""What happens to households and their members (1.1): each a named act in one transaction, with its event and history.

Every act locks the rows it touches, checks them again behind the lock, and refuses with words for a clerk. The caller has
made sure that the actor may edit in the places of all rows given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.kernel import dates
from bangfu.ledger import history, saved
from bangfu.ledger.acts import recorded
from bangfu.people import codes, identity
from bangfu.people.checks import ELSEWHERE
from bangfu.people.models import Household, MemberEvent, Person
from bangfu.people.search import name_keys

Kind = MemberEvent.Kind
_LEFT_KINDS = {Kind.DEATH: "death", Kind.MARRIED_OUT: "marriage", Kind.MOVED_OUT: "move"}
_NEW_HOUSEHOLD_KEEPS = (
    "village_id", "natural_village", "group_name", "kind", "lifted_kind", "lifted_year", "is_marginal_2019",
)  # fmt: skip

history.ACTS.update({f"people.{kind}": str(kind.label) for kind in Kind})


class Refused(ValueError):
    """The act can't be; the message says why and what to do."""


@contextmanager
def _act(by: Actor, kind: MemberEvent.Kind, note: str = "") -> Any:
    """One transaction with its name in history. What somebody else did at the same moment is told as such."""
    try:
        with recorded(by, f"people.{kind}", note):
            yield
    except IntegrityError as error:
        raise Refused("刚刚有人同时修改了这一户，请看过最新情况后再办理") from error


def _locked(*households: Household) -> None:
    """Locks households and their members, always in the order of ids, so that two acts never wait for each other."""
    ids = sorted({household.pk for household in households})
    found = Household.objects.select_for_update().filter(pk__in=ids, withdrawn_at=None).order_by("pk")
    if len(found) < len(ids):
        raise Refused("这一户已被撤回或并入别户，请刷新后再办理")
    list(Person.objects.select_for_update().filter(household__in=ids).order_by("pk").values_list("pk"))


def members_of(household: Household) -> list[Person]:
    """Who lives in the household now, the head first."""
    present = Person.objects.filter(household=household, left_on=None, withdrawn_at=None).order_by("born_on", "pk")
    return sorted(present, key=lambda person: person.relation_to_head != codes.HEAD)


def _present(person: Person) -> Person:
    fresh = Person.objects.get(pk=person.pk)
    if not fresh.is_present:
        raise Refused(f"{fresh.name}已不在这一户，请刷新后再办理")
    return fresh


def _check_day(at: date, *people: Person) -> None:
    if at > dates.today():
        raise Refused("发生日期还没有到，请核对")
    for person in people:
        if at < person.born_on:
            raise Refused(f"发生日期早于{person.name}的出生日期 {person.born_on:%Y-%m-%d}，请核对")


def _change(people: Iterable[int], **columns: Any) -> None:
    Person.objects.filter(pk__in=list(people)).update(**columns, version=F("version") + 1, updated_at=Now())


def _note(kind: MemberEvent.Kind, household: Household, at: date, **more: Any) -> MemberEvent:
    made = MemberEvent(kind=kind, household=household, village_id=household.village_id, happened_on=at, **more)
    made.save(force_insert=True)
    saved.note(made)
    return made


def _relate(relations: Mapping[int, str]) -> None:
    """New relations to the head; who stops being the head goes first, since a household never has two."""
    for person, relation in sorted(relations.items(), key=lambda item: item[1] == codes.HEAD):
        _change([person], relation_to_head=relation)


def _check_relations(people: Sequence[Person], head: int, relations: Mapping[int, str]) -> dict[int, str]:
    known = set(codes.values("relation_to_head"))
    result = {}
    for person in people:
        relation = codes.HEAD if person.pk == head else relations.get(person.pk, "")
        if relation not in known or (relation == codes.HEAD) != (person.pk == head):
            raise Refused(f"请填写{person.name}与新户主的关系")
        result[person.pk] = relation
    return result


def record_birth(
    household: Household, *, name: str, sex: int, relation: str, by: Actor, at: date, identity_no: str = ""
) -> Person:
    """A child is born into the household. The number may come later."""
    child = {"name": name, "sex": sex, "born_on": at, "relation_to_head": relation, "identity_no": identity_no}
    return _add_member(household, child, Kind.BIRTH, by=by, at=at)


def record_arrival(
    household: Household, values: Mapping[str, Any], *, kind: MemberEvent.Kind, by: Actor, at: date, note: str = ""
) -> Person:
    """Somebody who is in no household of the register marries or moves in. Who left before comes back as the same row."""
    key = identity.key_of(values.get("identity_no", ""))
    former = key and Person.objects.filter(identity_key=key, left_on__isnull=False, withdrawn_at=None).first()
    if not former:
        return _add_member(household, values, kind, by=by, at=at, note=note)
    with _act(by, kind, note):
        _locked(household, former.household)
        _refuse_elsewhere(key)
        _check_day(at, former)
        _change(
            [former.pk], household_id=household.pk, village_id=household.village_id, joined_on=at, left_on=None,
            left_kind="", relation_to_head=values["relation_to_head"],
        )  # fmt: skip
        origin = former.household if former.household_id != household.pk else None
        _note(kind, household, at, person=former, other_household=origin, note=note)
    return Person.objects.get(pk=former.pk)


def _refuse_elsewhere(key: int | None) -> None:
    if key and Person.objects.filter(present_key=key).exists():
        raise Refused(ELSEWHERE)


def _add_member(
    household: Household, values: Mapping[str, Any], kind: MemberEvent.Kind, *, by: Actor, at: date, note: str = ""
) -> Person:
    person = Person(**values, household=household, village_id=household.village_id, joined_on=at)
    person.identity_no = identity.stored(person.identity_no)
    person.identity_key = identity.key_of(person.identity_no)
    person.search_keys = name_keys(person.name)
    if person.relation_to_head == codes.HEAD and Person.objects.filter(head_of=household.pk).exists():
        raise Refused("这一户已有户主，请改选与户主的关系；要换户主请用“变更户主”")
    with _act(by, kind, note):
        _locked(household)
        _check_day(at, person)
        _refuse_elsewhere(person.identity_key)
        person.save(force_insert=True)
        _note(kind, household, at, person=person, note=note)
    return person


def record_departure(
    person: Person, *, kind: MemberEvent.Kind, by: Actor, at: date, new_head: Person | None = None,
    relations: Mapping[int, str] | None = None, note: str = "",
) -> None:  # fmt: skip
    """Death, marriage or move out of the register. When the head goes, who takes the place is said in the same act."""
    with _act(by, kind, note):
        _locked(person.household)
        person = _present(person)
        _check_day(at, person)
        left = [member for member in members_of(person.household) if member.pk != person.pk]
        is_head = person.relation_to_head == codes.HEAD
        if is_head and left and new_head is None:
            raise Refused(f"{person.name}是户主，请选择新户主")
        _change([person.pk], left_on=at, left_kind=_LEFT_KINDS[kind])
        _note(kind, person.household, at, person=person, note=note)
        if is_head and new_head is not None:
            _hand_over(person.household, left, new_head, relations or {}, at)


def record_death(person: Person, *, by: Actor, at: date, **more: Any) -> None:
    record_departure(person, kind=Kind.DEATH, by=by, at=at, **more)


def change_head(
    household: Household, *, new_head: Person, relations: Mapping[int, str], by: Actor, at: date, note: str = ""
) -> None:
    """Another member becomes the head; everybody's relation is said anew."""
    with _act(by, Kind.HEAD_CHANGED, note):
        _locked(household)
        _check_day(at)
        _hand_over(household, members_of(household), new_head, relations, at, note)


def _hand_over(
    household: Household,
    people: Sequence[Person],
    new_head: Person,
    relations: Mapping[int, str],
    at: date,
    note: str = "",
) -> None:
    if new_head.pk not in {person.pk for person in people}:
        raise Refused("新户主必须是本户现在的成员")
    _relate(_check_relations(people, new_head.pk, relations))
    _note(Kind.HEAD_CHANGED, household, at, person=new_head, note=note)


def move_person(person: Person, *, to: Household, relation: str, by: Actor, at: date, note: str = "") -> None:
    """From one household of the register into another."""
    if to.pk == person.household_id:
        raise Refused("这个人已经在这一户")
    with _act(by, Kind.MOVED, note):
        _locked(person.household, to)
        person = _present(person)
        _check_day(at, person)
        if person.relation_to_head == codes.HEAD and len(members_of(person.household)) > 1:
            raise Refused(f"{person.name}是户主，请先变更户主，再转户")
        if relation == codes.HEAD and Person.objects.filter(head_of=to.pk).exists():
            raise Refused("对方户已有户主，请改选与户主的关系")
        _move([person], person.household, to, Kind.MOVED, at, {person.pk: relation}, note)


def _move(
    people: Sequence[Person], origin: Household, to: Household, kind: MemberEvent.Kind, at: date,
    relations: Mapping[int, str], note: str,
) -> None:  # fmt: skip
    for person in sorted(people, key=lambda person: relations[person.pk] == codes.HEAD):
        _change(
            [person.pk],
            household_id=to.pk,
            village_id=to.village_id,
            joined_on=at,
            relation_to_head=relations[person.pk],
        )
        _note(kind, origin, at, person=person, other_household=to, note=note)


def split_household(
    household: Household, *, people: Sequence[Person], new_head: Person, relations: Mapping[int, str], by: Actor,
    at: date, note: str = "",
) -> Household:  # fmt: skip
    """Some members set up a household of their own; its marks are those of the old one until they are changed."""
    with _act(by, Kind.SPLIT, note):
        _locked(household)
        going, staying = _part(household, people)
        _check_day(at, *going)
        if new_head.pk not in {person.pk for person in going}:
            raise Refused("新户的户主必须在分出去的成员中")
        if any(person.relation_to_head == codes.HEAD for person in going):
            raise Refused("现户主留在原户；要由户主分出去，请先变更户主")
        if not staying:
            raise Refused("原户至少要留一个人")
        made = Household.objects.create(**{name: getattr(household, name) for name in _NEW_HOUSEHOLD_KEEPS})
        _move(going, household, made, Kind.SPLIT, at, _check_relations(going, new_head.pk, relations), note)
    return Household.objects.get(pk=made.pk)


def _part(household: Household, people: Sequence[Person]) -> tuple[list[Person], list[Person]]:
    chosen, present = {person.pk for person in people}, members_of(household)
    if not chosen or not chosen <= {person.pk for person in present}:
        raise Refused("请在本户现在的成员中选择")
    return [p for p in present if p.pk in chosen], [p for p in present if p.pk not in chosen]


def merge_households(
    household: Household, *, into: Household, relations: Mapping[int, str], by: Actor, at: date, note: str = ""
) -> None:
    """All members go over into another household; the emptied one is withdrawn and points to it."""
    if household.pk == into.pk:
        raise Refused("请选择另一户")
    with _act(by, Kind.MERGED, note):
        _locked(household, into)
        people = members_of(household)
        _check_day(at, *people)
        _move(people, household, into, Kind.MERGED, at, _check_relations(people, 0, relations), note)
        if not people:
            _note(Kind.MERGED, household, at, other_household=into, note=note)
        Household.objects.filter(pk=household.pk).update(
            withdrawn_at=Now(),
            withdrawn_reason=f"并入{into}（{into.household_no}）",
            version=F("version") + 1,
            updated_at=Now(),
        )


def correct_identity(person: Person, values: Mapping[str, Any], *, by: Actor, at: date, note: str) -> None:
    """Name, sex, birth date or number were recorded wrongly. The reason is kept with the old and the new value."""
    if not note:
        raise Refused("请写明更正的依据，例如“按户口簿更正”")
    key = identity.key_of(values.get("identity_no", person.identity_no))
    with _act(by, Kind.CORRECTED, note):
        _locked(person.household)
        person = _present(person)
        if key != person.identity_key:
            _refuse_elsewhere(key)
        fresh = {"name": person.name, "identity_no": person.identity_no} | dict(values)
        number = identity.stored(fresh["identity_no"])
        settled = {"is_disputed": person.is_disputed and key == person.identity_key}
        computed = {"identity_no": number, "identity_key": key, "search_keys": name_keys(fresh["name"])}
        _change([person.pk], **dict(values) | computed | settled)
        _note(Kind.CORRECTED, person.household, at, person=person, note=note)
