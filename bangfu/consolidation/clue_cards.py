"""A clue as a card on a phone: which household, why in one sentence, until when, and what came to the same clue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.accounts.models import Grant, User
from bangfu.accounts.roles import Role
from bangfu.consolidation.clues import REASONS, Clue
from bangfu.kernel import codes, dates
from bangfu.kernel.text import clean
from bangfu.policy.code_lists import code_list
from bangfu.workflow.clocks import soon_on

TONES = {Clue.Colour.RED: "bad", Clue.Colour.ORANGE: "warn", Clue.Colour.YELLOW: "muted"}


@dataclass(frozen=True)
class Card:
    clue: Clue
    #: "第二村民小组", or who reported when no household is known
    where: str
    #: further sentences, the first one is clue.says
    more: tuple[str, ...]
    tone: str
    clock_tone: str


def cards(clues: Sequence[Clue], today: date) -> list[Card]:
    """Three queries, however many clues; each has household and village selected."""
    soon, merged = soon_on(today), _merged([clue.pk for clue in clues])
    return [_card(clue, merged.get(clue.pk, []), today, soon) for clue in clues]


def _merged(keys: Sequence[int]) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = Clue.objects.filter(merged_into__in=keys, withdrawn_at=None).order_by("pk")
    for row in rows.only("merged_into_id", "says", "channel"):
        found[row.merged_into_id or 0].append(f"{row.get_channel_display()}：{row.says}")
    return found


def _card(clue: Clue, merged: list[str], today: date, soon: date) -> Card:
    household = clue.household
    where = f"{household.natural_village} {household.group_name}" if household else f"申报人 {clue.reporter_name}"
    said = [text for reason in clue.reasons if (text := _text(reason)) and text != clue.says]
    return Card(clue, clean(where), (*said, *merged), TONES[Clue.Colour(clue.colour)], clock_tone(clue, today, soon))


def _text(reason: Any) -> str:
    return str(reason.get("says", "")) if isinstance(reason, dict) else ""


def clock_tone(clue: Clue, today: date, soon: date) -> str:
    if clue.due_on is None or clue.due_on > soon:
        return "muted"
    return "bad" if clue.due_on < today else "warn"


def quick_reasons() -> list[tuple[str, str]]:
    """The reasons that are one tap: (value, label)."""
    return [(str(c.value), c.label) for c in code_list(REASONS).codes if not c.facts.get("needs_remark")]


def people_of(village: int) -> list[User]:
    """Those who may be sent to a household: whose grant as village, town or team lies on the village or its town."""
    places = [village, village // codes.SPANS[codes.Level.TOWN] * codes.SPANS[codes.Level.TOWN]]
    roles = (Role.VILLAGE, Role.TOWN, Role.CAPTAIN, Role.MEMBER)
    held = Grant.objects.in_force(dates.today()).filter(division__in=places, role__in=roles, user__is_active=True)
    return list(User.objects.filter(pk__in=held.values("user")).order_by("name", "pk"))
