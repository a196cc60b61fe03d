"""Deciding about two records (1.1): one person, whose records become one, or two people after all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.ledger import history
from bangfu.ledger.acts import recorded
from bangfu.people import identity
from bangfu.people.acts import Refused
from bangfu.people.models import DuplicatePair, MemberEvent, Person
from bangfu.people.search import name_keys

SAME, DIFFERENT = "people.same_person", "people.different_people"
history.ACTS.update({SAME: "合并重复登记", DIFFERENT: "核对为两个人"})


@contextmanager
def _deciding(pair: DuplicatePair, by: Actor, act: str, reason: str) -> Iterator[DuplicatePair]:
    if not reason:
        raise Refused("请写明依据，例如“入户核对户口簿，是同一人”")
    with recorded(by, act, reason):
        locked = DuplicatePair.objects.select_for_update().get(pk=pair.pk)
        if locked.state != DuplicatePair.State.OPEN:
            raise Refused(f"这一对已由{locked.decided_by}核对为“{locked.get_state_display()}”")
        list(Person.objects.select_for_update().filter(pk__in=[pair.first_id, pair.second_id]).order_by("pk"))
        yield locked


def _close(pairs: Any, state: DuplicatePair.State, by: Actor, at: date, reason: str) -> None:
    pairs.update(
        state=state,
        decided_on=at,
        decided_by=str(by.user or ""),
        reason=reason,
        version=F("version") + 1,
        updated_at=Now(),
    )


def decide_same(
    pair: DuplicatePair, *, keep: Person, values: Mapping[str, Any], by: Actor, at: date, reason: str
) -> Person:
    """`keep` stays with the chosen values; the other record is withdrawn and its events go over."""
    with _deciding(pair, by, SAME, reason):
        kept = Person.objects.get(pk=keep.pk)
        dropped = Person.objects.get(pk=pair.second_id if keep.pk == pair.first_id else pair.first_id)
        Person.objects.filter(pk=dropped.pk).update(
            withdrawn_at=Now(), withdrawn_reason=f"与{kept.name}的另一条登记重复：{reason}"[:200], is_disputed=False,
            version=F("version") + 1, updated_at=Now(),
        )  # fmt: skip
        for name, value in values.items():
            setattr(kept, name, value)
        number = identity.stored(kept.identity_no)
        Person.objects.filter(pk=kept.pk).update(
            **dict(values) | {
                "identity_no": number, "identity_key": identity.key_of(number), "is_disputed": False,
                "search_keys": name_keys(kept.name),
            },
            version=F("version") + 1, updated_at=Now(),
        )  # fmt: skip
        MemberEvent.objects.filter(person=dropped).update(person=kept)
        _close(DuplicatePair.objects.filter(pk=pair.pk), DuplicatePair.State.SAME, by, at, reason)
        others = Q(first=dropped) | Q(second=dropped)
        _close(
            DuplicatePair.objects.filter(others, state=DuplicatePair.State.OPEN), DuplicatePair.State.SAME, by, at,
            "其中一条已并入另一条登记",
        )  # fmt: skip
    return Person.objects.get(pk=kept.pk)


def decide_different(pair: DuplicatePair, *, by: Actor, at: date, reason: str) -> None:
    """Both stay. Two people never have one number, so a wrong number is mended first."""
    with _deciding(pair, by, DIFFERENT, reason):
        people = list(Person.objects.filter(pk__in=[pair.first_id, pair.second_id]))
        keys = [person.identity_key for person in people if person.is_present]
        if len(keys) == 2 and keys[0] is not None and keys[0] == keys[1]:
            raise Refused("两条登记的证件号码相同，不会是两个人；若有一条号码登记错了，请先在农户页面“更正身份信息”")
        _close(DuplicatePair.objects.filter(pk=pair.pk), DuplicatePair.State.DIFFERENT, by, at, reason)
