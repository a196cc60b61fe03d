"""Start-up checks of every slot of every ledger: half of a declaration is telling its author what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Field, ForeignKey, Q, TextField

from bangfu.accounts.models import Unit
from bangfu.divisions.models import Division
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.record import BOOKKEEPING, Record
from bangfu.policy import guideline

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
FIELD_SLOTS = ("columns", "card", "filters", "sorts", "form", "bulk", "exchange", "identity", "untracked")
MAPPING_SLOTS = ("masked", "tones", "aliases", "choice_aliases", "kinds", "limits")
REQUIRED = ("slug", "model", "article", "columns", "form")

Complaint = tuple[str, str]  # what is wrong, how to mend it


def check_ledgers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(f"{type(ledger).__name__}: {wrong}", hint=hint, id=f"ledger.E{number:03d}")
        for ledger in registry.all_ledgers()
        for number, check in enumerate(CHECKS, 1)
        for wrong, hint in check(ledger)
    ]


def field_of(ledger: Ledger, name: str) -> Field[Any, Any] | None:
    try:
        field = ledger.model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None


def _slots(ledger: Ledger) -> Iterator[Complaint]:
    for slot in REQUIRED:
        if not getattr(ledger, slot, None) and not (slot == "form" and ledger.acts_only):
            yield f"slot {slot} is missing", f"declare {slot} in the class"
    for name in vars(type(ledger)):
        if not name.startswith("_") and not hasattr(Ledger, name) and name not in Ledger.__annotations__:
            yield f"unknown slot {name}", "see the reference of slots in docs/reference/slots.md"


def _slug(ledger: Ledger) -> Iterator[Complaint]:
    if not SLUG.fullmatch(ledger.slug):
        yield f"slug {ledger.slug!r}", "use plural-kebab: small letters, digits and hyphens"


def _model(ledger: Ledger) -> Iterator[Complaint]:
    if not issubclass(ledger.model, Record):
        yield f"model {ledger.model.__name__} is no Record", "derive it from bangfu.ledger.record.Record"


def _article(ledger: Ledger) -> Iterator[Complaint]:
    if ledger.article not in guideline.load().articles:
        yield f"article {ledger.article!r}", 'name one of the 24 articles, quoted: "2.3"'


def _fields(ledger: Ledger) -> Iterator[Complaint]:
    for slot in FIELD_SLOTS + MAPPING_SLOTS:
        for name in getattr(ledger, slot):
            if field_of(ledger, name) is None:
                yield f"{slot}: {ledger.model.__name__} has no column {name!r}", "correct the name"
    for title, names in ledger.groups.items():
        for name in names:
            if field_of(ledger, name) is None:
                yield f"groups[{title!r}]: no column {name!r}", "correct the name"


def _masked(ledger: Ledger) -> Iterator[Complaint]:
    for name in ledger.masked:
        field = field_of(ledger, name)
        if field is not None and (not isinstance(field, CharField | TextField) or field.choices):
            yield (
                f"masked: {name!r} is no plain text",
                "mask a text column; what is a number or a choice is left out of form",
            )


def _form(ledger: Ledger) -> Iterator[Complaint]:
    for slot in ("form", "bulk", "exchange"):
        for name in getattr(ledger, slot):
            field = field_of(ledger, name)
            if field is not None and (name in BOOKKEEPING or field.generated):
                yield f"{slot}: {name!r} is kept by the system", "leave it out"
    for name in ledger.bulk:
        if name not in ledger.form:
            yield f"bulk: {name!r} is not in form", "what one row may not set, many may not either"


def _scope(ledger: Ledger) -> Iterator[Complaint]:
    field = field_of(ledger, ledger.scope)
    if not isinstance(field, ForeignKey) or field.related_model is not Division:
        yield f"scope {ledger.scope!r} is no foreign key to Division", "rows without a place cannot be protected"
        return
    starts = [[name.lstrip("-") for name in index.fields][:2] for index in ledger.model._meta.indexes]
    if [ledger.scope, "id"] not in starts:
        yield (
            f"no index ({ledger.scope}, id)",
            f'add models.Index(fields=["{ledger.scope}", "id"], name=…) to Meta.indexes',
        )
    parent = field_of(ledger, ledger.scope_from) if ledger.scope_from else None
    if ledger.scope_from and (not isinstance(parent, ForeignKey) or registry.of(parent.related_model) is None):
        yield f"scope_from {ledger.scope_from!r} is no foreign key to a row of a ledger", "correct the name"
    if ledger.unit:
        unit = field_of(ledger, ledger.unit)
        if not isinstance(unit, ForeignKey) or unit.related_model is not Unit:
            yield f"unit {ledger.unit!r} is no foreign key to Unit", "correct the name or drop the slot"


def _sorts(ledger: Ledger) -> Iterator[Complaint]:
    firsts = {index.fields[0].lstrip("-") for index in ledger.model._meta.indexes if index.fields}
    for name in ledger.sorts:
        field = field_of(ledger, name)
        if field is not None and not (name in firsts or getattr(field, "db_index", False) or field.unique):
            yield f"sorts: {name!r} has no index", "a list sorted without an index reads the whole table"


def _search(ledger: Ledger) -> Iterator[Complaint]:
    if isinstance(ledger.search, tuple):
        for name in ledger.search:
            if field_of(ledger, name.split("__")[0]) is None:
                yield f"search: no column {name!r}", "correct the name"
    elif not hasattr(ledger.search, "q"):
        yield "search has no method q(text, scope)", "give a tuple of fields or an object with q(text, scope) → Q"
    if ledger.in_search and not ledger.search:
        yield "in_search without search", "declare search"
    gin = [index for index in ledger.model._meta.indexes if isinstance(index, GinIndex)]
    if ledger.in_search and isinstance(ledger.search, tuple) and not gin and len(ledger.search) > 3:
        yield "in_search over more than three plain fields", "keep search keys in one array column with a GIN index"


def _identity(ledger: Ledger) -> Iterator[Complaint]:
    if ledger.exchange and not ledger.identity:
        yield "exchange without identity", "name the fields that make two rows the same, or the same file doubles all"
    for name in ledger.identity:
        if ledger.exchange and name not in ledger.exchange and type(ledger).derive is None:
            yield f"identity: {name!r} is not in exchange", "a workbook must carry its identity"


def _told_by(ledger: Ledger) -> Iterator[Complaint]:
    for path in ledger.told_by:
        first, _, rest = path.partition("__")
        field: Any = field_of(ledger, first)
        is_masked = path in ledger.masked
        if rest and isinstance(field, ForeignKey):
            other = registry.of(field.related_model)
            is_masked, field = bool(other and rest in other.masked), field.related_model._meta.get_field(rest)
        if is_masked or field is None or field.is_relation or field.choices:
            yield f"told_by: {path!r} is no plain column, or masked", "name texts, numbers and dates that one may read"


def _point(ledger: Ledger) -> Iterator[Complaint]:
    for name in ledger.point or ():
        if field_of(ledger, name) is None:
            yield f"point: no column {name!r}", "name (longitude, latitude)"


def _stats(ledger: Ledger) -> Iterator[Complaint]:
    for stat in ledger.stats:
        ways = [bool(stat.by), bool(stat.total), stat.where is not None]
        if sum(ways) != 1:
            yield f"stat {stat.title!r} must have exactly one of by, total, where", "split it into two"
        if stat.by and (field := field_of(ledger, stat.by)) is not None and not field.choices:
            yield f"stat {stat.title!r}: {stat.by!r} has no choices", "count by a choice field"
        for name in [stat.by, stat.total, *_names(stat.where), *_names(stat.over)]:
            if name and field_of(ledger, name.split("__")[0]) is None:
                yield f"stat {stat.title!r}: no column {name!r}", "correct the name"
        if stat.by and stat.by not in ledger.filters:
            yield f"stat {stat.title!r}: {stat.by!r} is no filter", "a figure must open to its rows: add it to filters"


def _names(condition: Q | None) -> Iterator[str]:
    for child in condition.children if condition is not None else []:
        if isinstance(child, Q):
            yield from _names(child)
        elif isinstance(child, tuple):
            yield child[0]


def _related(ledger: Ledger) -> Iterator[Complaint]:
    for slug, name in ledger.related:
        other = registry.get(slug)
        if other is None:
            yield f"related: no ledger {slug!r}", "correct the slug"
        elif field_of(other, name) is None:
            yield f"related: {slug} has no column {name!r}", "name the foreign key that refers here"


CHECKS: tuple[Callable[[Ledger], Iterator[Complaint]], ...] = (
    _slots, _slug, _model, _article, _fields, _form, _scope, _sorts, _search, _identity, _told_by, _point, _stats, _related, _masked,
)  # fmt: skip
