"""Which account a cadre works with (5.3): offered when name and phone agree, chosen by somebody, never guessed silently."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.ledger import acts, history, registry
from bangfu.units.cadre import Cadre
from bangfu.units.days import during
from bangfu.units.posts import FOREVER

history.ACTS["units.account"] = "关联账号"


class Refused(ValueError):
    """In words for a clerk."""


def offered(cadres: Iterable[Cadre]) -> dict[int, User]:
    """Cadre without an account → the one active account of the same name and phone. One query."""
    asked = {(cadre.name, cadre.phone): cadre.pk for cadre in cadres if cadre.phone and not cadre.user_id}
    found: dict[int, list[User]] = {}
    if asked:
        names, phones = {name for name, _ in asked}, {phone for _, phone in asked}
        for user in User.objects.filter(name__in=names, phone__in=phones, is_active=True):
            if (user.name, user.phone) in asked:
                found.setdefault(asked[user.name, user.phone], []).append(user)
    return {pk: users[0] for pk, users in found.items() if len(users) == 1}


def link(cadre: Cadre, user: User | None, *, by: Actor) -> None:
    """None takes the account off. Errors: Refused, Overtaken. The caller has made sure that `by` edits the cadre."""
    ledger = registry.of(Cadre)
    assert ledger
    term = during(cadre.from_on, cadre.to_on or cadre.from_on.replace(year=FOREVER, day=1))
    other = Cadre.objects.filter(term, user=user, withdrawn_at=None).exclude(pk=cadre.pk).select_related("team").first()
    if user and other:
        raise Refused(f"账号“{user}”在这段时间已是{other.team}的{other}，请先在那里解除")
    try:
        with transaction.atomic(), acts.recorded(by, "units.account"):
            acts.change(ledger, cadre, {"user": user}, by=by, version=cadre.version)
    except IntegrityError as error:
        raise Refused("这个账号刚刚被关联到另一名干部，请核对") from error
