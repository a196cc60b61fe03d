"""What every page shows around its content: who looks, from where, the navigation, the size of type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.forms import BoundField, Form
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.forms import DivisionField
from bangfu.divisions.models import LEVEL_LABELS, Division
from bangfu.kernel.codes import Level
from bangfu.ledger import registry

LARGE_TYPE_COOKIE = "large_type"
SWITCHER = "accounts/_switcher.html"
#: ledgers reached by 户和人, beside the households themselves
PEOPLE = ("households", "persons", "member-events", "household-incomes", "duplicate-people")
#: query parameters that belong to the rows of one place, not to the next one
OF_THE_PLACE = frozenset({"place", "after"})


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation; `prefixes`: the addresses that count as being there."""

    word: str
    icon: str
    url: str
    prefixes: tuple[str, ...]
    is_current: bool = False


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Everything that asks the database is asked only when a template shows it."""
    actor = getattr(request, "actor", None) or Actor(None)
    return {
        "actor": actor,
        "menu": lambda: menu(actor, request.path),
        "place": Place(actor, request),
        "may_search": actor.may(Act.READ),
        "large_type": request.COOKIES.get(LARGE_TYPE_COOKIE) == "1",
        "demo": settings.DEMO,
        "switcher": _switcher(),
    }


def _switcher() -> str:
    """The role switcher of the demo, shown in the demo only."""
    if not settings.DEMO:
        return ""
    try:
        get_template(SWITCHER)
    except TemplateDoesNotExist:
        return ""
    return SWITCHER


def menu(actor: Actor, path: str) -> list[Entry]:
    """At most five entries; those who keep or watch the system itself get their own instead of the business ones."""
    if actor.is_anonymous:
        return []
    entries = [Entry("今日", "checklist", reverse("today"), ()), *_work(actor), *_keeping(actor), *_own()]
    best = max((len(prefix) for entry in entries for prefix in entry.prefixes if path.startswith(prefix)), default=0)
    return [_marked(entry, path, best) for entry in entries]


def _marked(entry: Entry, path: str, best: int) -> Entry:
    here = path == entry.url or any(len(prefix) == best and path.startswith(prefix) for prefix in entry.prefixes)
    return Entry(entry.word, entry.icon, entry.url, entry.prefixes, here)


def _work(actor: Actor) -> Iterator[Entry]:
    households = registry.get("households")
    if households and households.may(actor, Act.READ):
        yield Entry("户和人", "users", households.url(), tuple(f"/l/{slug}/" for slug in PEOPLE))
    if actor.may(Act.READ):
        yield Entry(
            "台账",
            "books",
            reverse("ledger:menu"),
            ("/ledgers/", "/l/", "/imports/", "/exports/", "/workflows/"),
        )
        standings = registry.get("duty-standings")
        if standings and standings.may(actor, Act.READ):
            yield Entry("履职", "checklist", reverse("duties:board"), ("/duties/", "/guideline/"))
        yield Entry("看板", "chart-bar", reverse("indicators:board"), ("/indicators/", "/figures/"))


def _keeping(actor: Actor) -> Iterator[Entry]:
    """三员分立: auditor, security officer and operator see no business data."""
    if actor.may(Act.GRANT):
        yield Entry("用户和授权", "user-plus", reverse("accounts:users"), ("/grants/",))
    if actor.may(Act.AUDIT):
        yield Entry("操作留痕", "history", reverse("accounts:traces"), ("/traces/",))
        yield Entry("账目核验", "circle-check", reverse("funds:verify"), ("/funds/verify/",))
    if actor.may(Act.OPERATE):
        yield Entry("区划", "map", reverse("divisions:changes"), ("/divisions/",))


def _own() -> Iterator[Entry]:
    yield Entry("我的", "user-circle", reverse("accounts:me"), ("/me/", "/accounts/", "/permissions/"))


@dataclass(frozen=True)
class Choice:
    name: str
    note: str
    url: str
    is_current: bool


class Place:
    """The place chip: where one looks, in which role, and the ways to look elsewhere."""

    def __init__(self, actor: Actor, request: HttpRequest) -> None:
        self.actor, self.request = actor, request

    @cached_property
    def division(self) -> Division | None:
        """The chosen place, else the one of the only grant."""
        if self.actor.place is None:
            return self.actor.homes[0] if self.actor.homes else None
        known = {home.code: home for home in self.actor.homes}
        return (
            known.get(self.actor.place)
            or Division.objects.select_related("parent").filter(code=self.actor.place).first()
        )

    @property
    def name(self) -> str:
        return self.division.name if self.division else ""

    @property
    def full_name(self) -> str:
        return self.division.full_name if self.division else ""

    @property
    def role(self) -> str:
        return self.actor.title

    @property
    def home(self) -> str:
        return "、".join(division.name for division in self.actor.homes)

    @property
    def is_narrowed(self) -> bool:
        return self.division is not None and self.division not in self.actor.homes

    @cached_property
    def choices(self) -> list[Choice]:
        """The places of the grants, and the way up from the chosen one as far as the scope reaches."""
        scope = self.actor.scope(Act.READ)
        found = {home.code: home for home in self.actor.homes}
        above = self.division.parent if self.division and self.is_narrowed else None
        if above and above.code in scope:
            found[above.code] = above
        ordered = sorted(found.values(), key=lambda division: (division.level, division.code))
        return [self._choice(division) for division in ordered]

    def _choice(self, division: Division) -> Choice:
        kept = self.request.GET.copy()
        for name in OF_THE_PLACE:
            kept.pop(name, None)
        kept["place"] = str(division.code)
        here = self.division is not None and division.code == self.division.code
        note = LEVEL_LABELS[Level(division.level)]
        return Choice(division.name, note, f"{self.request.path}?{kept.urlencode()}", here)

    @cached_property
    def picker(self) -> BoundField | None:
        """Nothing to pick for who works for one village."""
        if not any(home.level < Level.VILLAGE for home in self.actor.homes):
            return None
        return _PlaceForm(self.actor)["place"]

    @property
    def kept(self) -> list[tuple[str, str]]:
        return [
            (name, value) for name, values in self.request.GET.lists() if name not in OF_THE_PLACE for value in values
        ]


class _PlaceForm(Form):
    def __init__(self, actor: Actor) -> None:
        super().__init__(auto_id="place-%s")
        self.fields["place"] = DivisionField(within=actor.scope(Act.READ), required=False, label="区划")
