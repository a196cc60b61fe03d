"""The declaration of a ledger (台账): one class beside its model gives list, form, history, import, export, map, API.

A slot is a plain tuple or an object to replace. Unknown names fail at start-up (see checks.py), not in a request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Protocol

import pghistory
import pgtrigger
from django.db.models import Q, QuerySet
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.divisions.scope import Scope
from bangfu.exchange.sheet import Check, Derive, Kind
from bangfu.ledger import registry, touched
from bangfu.ledger.record import Record

TEAM = (Role.CAPTAIN, Role.MEMBER)
OFFICIALS = (Role.PROVINCE, Role.CITY, Role.COUNTY, Role.TOWN, Role.VILLAGE)
BUSINESS = (*OFFICIALS, *TEAM, Role.LIAISON, Role.DEPARTMENT)
FIELD = (Role.COUNTY, Role.TOWN, Role.VILLAGE, *TEAM)


@dataclass(frozen=True)
class Stat:
    """One figure of a ledger. `by`: rows per value of a choice field; `total`: sum of a number;
    `where`/`over`: share of rows in percent; `where` alone: number of such rows."""

    title: str
    by: str = ""
    where: Q | None = None
    over: Q | None = None
    total: str = ""
    unit: str = ""


class Search(Protocol):
    """How the search box of a list finds rows; the text is already cleaned and not empty.

    `scope` is where the viewer looks. Rows outside are filtered anyway; a search over many rows uses it to stay fast.
    """

    def q(self, text: str, scope: Scope) -> Q: ...


@dataclass(frozen=True)
class Containing:
    """Rows in which any of the fields contains the text; for ledgers of up to some 100,000 rows in a scope."""

    fields: tuple[str, ...]

    def q(self, text: str, scope: Scope) -> Q:
        condition = Q(pk__in=[])
        for name in self.fields:
            condition |= Q(**{f"{name}__icontains": text})
        return condition


class Ledger:
    #: part of the address and of the API, plural-kebab
    slug: ClassVar[str]
    model: ClassVar[type[Record]]
    #: article of the guideline, "1.1" to "5.5"
    article: ClassVar[str]
    #: one line for the menu and the empty list: what is kept here
    says: ClassVar[str] = ""
    #: foreign key to Division by which rows are seen or not
    scope: ClassVar[str] = "village"
    #: foreign key to a row of another ledger whose place this row has: the place is never asked again
    scope_from: ClassVar[str] = ""
    #: foreign key to Unit: holders of a unit grant see the rows of their unit
    unit: ClassVar[str] = ""
    #: no secret between places (units, pairings): whoever may read at all reads every row; one changes the own as ever
    is_open: ClassVar[bool] = False
    read_by: ClassVar[tuple[Role, ...]] = BUSINESS
    edited_by: ClassVar[tuple[Role, ...]] = FIELD
    #: columns of the list; the first links to the row
    columns: ClassVar[tuple[str, ...]]
    #: the fields of a card on a phone; default: the first three columns
    card: ClassVar[tuple[str, ...]] = ()
    filters: ClassVar[tuple[str, ...]] = ()
    #: fields one may sort by beside the default (scope, id); each needs an index
    sorts: ClassVar[tuple[str, ...]] = ()
    #: fields searched by the box, or a Search
    search: ClassVar[tuple[str, ...] | Search] = ()
    #: fields asked for, in this order; none in a ledger of acts
    form: ClassVar[tuple[str, ...]] = ()
    #: rows come from named acts alone (events, decisions, entries): nobody adds, changes or withdraws one by hand
    acts_only: ClassVar[bool] = False
    #: fields that one may set for many rows at once; none on which `clean` depends
    bulk: ClassVar[tuple[str, ...]] = ()
    #: columns of the workbook, in and out
    exchange: ClassVar[tuple[str, ...]] = ()
    #: import: same identity → update, else → add
    identity: ClassVar[tuple[str, ...]] = ()
    #: how the workbooks of ledgers that refer here name a row: fields, also of a row it hangs on ("institution__name");
    #: default: the first of `identity`, and behind a slash the place where several share that
    told_by: ClassVar[tuple[str, ...]] = ()
    #: other heads under which a column may come: field → names
    aliases: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    #: other words for a choice: field → (word, value)
    choice_aliases: ClassVar[Mapping[str, tuple[tuple[str, Any], ...]]] = {}
    #: what a cell holds where the field's class does not tell: field → Kind
    kinds: ClassVar[Mapping[str, Kind]] = {}
    #: smallest and largest value of a number or date: field → (min, max)
    limits: ClassVar[Mapping[str, tuple[Any, Any]]] = {}
    #: set-based checks of an import, see exchange.sheet
    checks: ClassVar[tuple[Check, ...]] = ()
    #: fills computed columns of an import (a staticmethod), see exchange.sheet
    derive: ClassVar[Derive | None] = None
    #: columns that the database works out of others in an import: column → SQL with {column}, see exchange.sheet
    computed: ClassVar[Mapping[str, str]] = {}
    #: fields shown masked: field → function(text) → masked text
    masked: ClassVar[Mapping[str, Callable[[str], str]]] = {}
    #: colour of a state beside its word: field → value → "ok", "warn", "bad" or "muted"
    tones: ClassVar[Mapping[str, Mapping[Any, str]]] = {}
    #: groups of the detail page: title → fields; default: all of `form`
    groups: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    #: ledgers shown on the detail page: (slug, field that refers here)
    related: ClassVar[tuple[tuple[str, str], ...]] = ()
    #: longitude and latitude of the map
    point: ClassVar[tuple[str, str] | None] = None
    stats: ClassVar[tuple[Stat, ...]] = ()
    #: technical columns that history leaves out
    untracked: ClassVar[tuple[str, ...]] = ()
    #: its page shows every change of the row; not where the template tells a story of its own
    shows_history: ClassVar[bool] = True
    #: template of the detail page
    detail_template: ClassVar[str] = "ledger/detail.html"
    #: shown in the menu of its article
    in_menu: ClassVar[bool] = True
    #: (name of an address, words): the page where the rows of a ledger of acts come from, as the button of its list
    work_page: ClassVar[tuple[str, str]] = ("", "")
    #: millions of rows: figures are not counted with every list, and kept by village (cube.py) where a place has many
    is_vast: ClassVar[bool] = False
    #: workbook through which rows come in; default: the ledger's own
    book: ClassVar[str] = ""
    #: found by the search box of every page
    in_search: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        trackers = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
        pghistory.track(*trackers, exclude=list(cls.untracked))(cls.model)
        if cls.is_vast:
            column = cls.model._meta.get_field(cls.scope).attname  # type: ignore[union-attr]
            pgtrigger.register(*touched.triggers(cls.slug, column))(cls.model)
        cls.book = cls.book or cls.slug
        registry.add(cls())

    # What a ledger may say about one row or one act; the default says nothing.

    def clean(self, data: dict[str, Any], record: Any) -> dict[str, str]:
        """Checks across fields: field name → message ("" for the whole form)."""
        return {}

    def prepare(self, record: Any) -> None:
        """Fill computed columns before a row is saved by a form or the API."""

    def more(self, record: Any, actor: Actor) -> dict[str, Any]:
        """More context for the ledger's own detail template."""
        return {}

    def of_units(self, units: frozenset[int]) -> Q:
        """The rows that holders of a grant on one of these units see and, where their role may, change."""
        return Q(**{f"{self.unit}__in": units}) if self.unit and units else Q(pk__in=[])

    def open_rows(self) -> Q:
        """Of an open ledger: the rows that every business role reads."""
        return Q(pk__isnull=False)

    def unit_faults(self, data: dict[str, Any], units: frozenset[int]) -> dict[str, str]:
        """Why somebody may not write this for one of these units, outside the places of the own: field → message."""
        return {} if self.unit else {self.scope_from or self.scope: "不在您的工作范围内，请选择您负责的地方"}

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        """Around every write of rows, in its transaction: forms, API, bulk edits, imports and their undo. The block adds
        the keys of rows that it makes."""
        return nullcontext()

    # What the core derives.

    def place(self, record: Any) -> None:
        """Gives the row the place of the row it hangs on."""
        if self.scope_from and (parent := getattr(record, self.scope_from)):
            setattr(record, f"{self.scope}_id", getattr(parent, f"{self.parent_scope}_id"))

    @property
    def parent_scope(self) -> str:
        parent = registry.of(self.model._meta.get_field(self.scope_from).related_model)  # type: ignore[arg-type]
        return parent.scope if parent else self.scope

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def finder(self) -> Search | None:
        return Containing(self.search) if isinstance(self.search, tuple) and self.search else self.search or None  # type: ignore[return-value]

    @property
    def card_fields(self) -> tuple[str, ...]:
        return self.card or self.columns[:3]

    @property
    def sort_options(self) -> list[tuple[str, str]]:
        names = [(name, str(self.model._meta.get_field(name).verbose_name)) for name in self.sorts]  # type: ignore[union-attr]
        return [option for name, label in names for option in ((name, f"{label} ↑"), (f"-{name}", f"{label} ↓"))]

    def readers(self) -> tuple[Role, ...]:
        return tuple(dict.fromkeys((*self.read_by, *self.edited_by)))

    def may(self, actor: Actor, act: Act) -> bool:
        if self.acts_only and act in WRITING:
            return False
        roles = self.edited_by if act in WRITING else self.readers()
        return actor.may(act, roles) and actor.may_in_ledger(act, self.slug)

    def works(self, actor: Actor) -> bool:
        """Whether the work page is for the actor: as a rule for who brings rows in."""
        return bool(self.work_page[0]) and actor.may(Act.IMPORT, self.edited_by)

    def visible_to(self, actor: Actor, act: Act = Act.READ) -> QuerySet[Any]:
        """The rows on which the actor may do the act: the only way from a request to rows."""
        if not self.may(actor, act):
            return self.model._default_manager.none()
        roles = self.edited_by if act in WRITING else self.readers()
        condition = actor.scope(act, roles).q(self.scope)
        if self.is_open and act in (Act.READ, Act.EXPORT):
            condition |= self.open_rows()
        if units := actor.units(act, roles):
            condition |= self.of_units(units)
        return self.model._default_manager.filter(condition)

    def may_open(self, actor: Actor, record: Any) -> bool:
        """Whether a link to a row that another names is worth drawing: no by role or place. Asks no query; its page does."""
        if not self.may(actor, Act.READ):
            return False
        place = getattr(record, f"{self.scope}_id", None)
        by_place = place is None or place in actor.scope(Act.READ, self.readers())
        return by_place or self.is_open or bool(actor.units(Act.READ, self.readers()))

    def reach(self, actor: Actor, act: Act = Act.READ) -> Scope:
        """Where the actor looks now: the scope of the act, narrowed to the place chosen."""
        scope = actor.scope(act, self.edited_by if act in WRITING else self.readers())
        return scope.intersect(Scope.of([actor.place])) if actor.place else scope

    def url(self, page: str = "list", **kwargs: Any) -> str:
        return reverse(f"ledger:{page}", kwargs={"slug": self.slug, **kwargs}) if kwargs else _page_url(self.slug, page)

    @property
    def new_url(self) -> str:
        """Where a row is entered by hand: the form made of the declaration, or a shorter one of the package."""
        return self.url("new")

    def record_url(self, pk: int) -> str:
        return f"{_page_url(self.slug, 'list')}{pk}/"


@cache
def _page_url(slug: str, page: str) -> str:
    """A list names a hundred rows; looking the address up for each takes longer than their texts."""
    return reverse(f"ledger:{page}", kwargs={"slug": slug})


WRITING = frozenset({Act.EDIT, Act.WITHDRAW, Act.BULK, Act.IMPORT})
