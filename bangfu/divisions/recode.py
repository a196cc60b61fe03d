"""换码: after a change of codes, moves every row that points at an old code to the new one, in batches, resumable.

Every foreign key to Division in every installed app follows by itself; integer columns that hold codes are named with
`register`. Left as they are: history, this package's own tables, and logs that the database lets nobody change, which
tell what was true on their day.

A batch of rows and the note of how far it came (`Recoding`) are one transaction: a killed run is taken up where the
last batch ended, and no row is touched twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pghistory
import pgtrigger
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from bangfu.divisions.models import Change, Division, Recoding

BATCH = 5000
_registered: set[tuple[str, str]] = set()


@dataclass(frozen=True)
class Target:
    """A column that holds division codes."""

    table: str
    column: str
    key: str
    key_type: str
    title: str


def register(model: type[models.Model], field: str) -> None:
    """Name an integer column (no foreign key) that holds division codes. Called at start-up, from AppConfig.ready.

    Errors: ImproperlyConfigured.
    """
    try:
        model._meta.get_field(field)
    except FieldDoesNotExist as error:
        raise ImproperlyConfigured(f"recode.register: {model._meta.label} has no field {field}") from error
    _registered.add((model._meta.label_lower, field))


def targets() -> list[Target]:
    """All columns to follow a change, by table and column."""
    found = [_target(model, field) for model in apps.get_models() if _follows(model) for field in _columns(model)]
    return sorted(found, key=lambda target: (target.table, target.column))


def _follows(model: type[models.Model]) -> bool:
    if model._meta.proxy or not model._meta.managed or model._meta.app_label == Division._meta.app_label:
        return False
    triggers = getattr(model._meta, "triggers", [])
    is_fixed = any(isinstance(each, pgtrigger.Protect) and "UPDATE" in str(each.operation) for each in triggers)
    return not is_fixed and not hasattr(model, "pgh_tracked_model")


def _columns(model: type[models.Model]) -> Iterator[models.Field]:
    for field in model._meta.local_concrete_fields:
        is_key = isinstance(field, models.ForeignKey) and field.related_model is Division
        if is_key or (model._meta.label_lower, field.name) in _registered:
            yield field


def _target(model: type[models.Model], field: models.Field) -> Target:
    key = model._meta.pk
    if key is None or key.column is None or field.column is None:
        raise ImproperlyConfigured(f"{model._meta.label}: rows can only be recoded over a primary key of one column")
    title = f"{model._meta.verbose_name}的{field.verbose_name}"
    return Target(model._meta.db_table, field.column, key.column, str(key.rel_db_type(connection)), title)


def prepare(change: Change) -> None:
    """Write down what there is to do: one Recoding per column, with the number of rows."""
    moving, staying = moves(change), _staying(change)
    rows = []
    for target in targets():
        count = _count(target, [*moving])
        left = _count(target, staying)
        if count or left:
            rows.append(
                Recoding(
                    change=change,
                    table=target.table,
                    column=target.column,
                    title=target.title,
                    expected=count,
                    left=left,
                )
            )
    Recoding.objects.bulk_create(rows)


def moves(change: Change) -> dict[int, int]:
    """old → new of the codes whose rows move."""
    pairs = change.successions.filter(takes_rows=True).exclude(old=models.F("new"))
    return dict(pairs.order_by("old").values_list("old_id", "new_id"))


def _staying(change: Change) -> list[int]:
    """Ended codes whose rows wait for people to assign them (a split without an heir for the rows)."""
    moving = moves(change)
    ended = change.successions.filter(old__valid_to__isnull=False).values_list("old_id", flat=True).distinct()
    return [old for old in ended if old not in moving]


def unfinished() -> models.QuerySet[Change]:
    return Change.objects.filter(recodings__done_at=None, recodings__isnull=False).distinct().order_by("id")


def again(change: Change) -> None:
    """Start over: picks up rows that came under the old codes since, or that stood in the way of a rule before."""
    with transaction.atomic():
        change.recodings.all().delete()
        prepare(change)


def run(change: Change, batch: int = BATCH) -> list[Recoding]:
    """Do what is left of a change. Two at once do no harm: each batch locks its note of progress."""
    known = {(target.table, target.column): target for target in targets()}
    moving = moves(change)
    with pghistory.context(reason=f"区划代码变更 {change.document_no}", change=change.pk):
        for step in change.recodings.filter(done_at=None):
            target = known.get((step.table, step.column))
            if target is None:
                Recoding.objects.filter(pk=step.pk).update(done_at=timezone.now(), trouble="数据表已不存在")
                continue
            while _advance(step.pk, target, moving, batch):
                pass
    return list(change.recodings.all())


def _advance(step_id: int, target: Target, moving: Mapping[int, int], batch: int) -> bool:
    """One batch of one column; False when the column is done."""
    try:
        return _move_batch(step_id, target, moving, batch)
    except IntegrityError as error:
        _note_refusal(step_id, moving, error)
        return True


@transaction.atomic
def _move_batch(step_id: int, target: Target, moving: Mapping[int, int], batch: int) -> bool:
    step = Recoding.objects.select_for_update().get(pk=step_id)
    old = next((code for code in sorted(moving) if code >= step.at_old), None)
    if step.done_at or old is None:
        if not step.done_at:
            step.done_at = timezone.now()
            step.left = _count(target, [*moving]) + _count(target, _staying(step.change))
            step.save(update_fields=["done_at", "left"])
        return False
    keys = _lock_rows(target, old, step.at_row, batch)
    if keys:
        step.moved += _set_code(target, old, moving[old], keys)
        step.at_row = str(keys[-1])
    if len(keys) < batch:
        step.at_old, step.at_row = old + 1, ""
    step.save(update_fields=["moved", "at_old", "at_row"])
    return True


def _note_refusal(step_id: int, moving: Mapping[int, int], error: IntegrityError) -> None:
    """A unique rule forbids the move of one code's rows: say so, and go on with the next code."""
    with transaction.atomic():
        step = Recoding.objects.select_for_update().get(pk=step_id)
        old = next(code for code in sorted(moving) if code >= step.at_old)
        rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "唯一约束"
        trouble = f"{old} 的数据并入 {moving[old]} 后会与已有数据重复（{rule}），没有改动；处理重复后请再查一遍。"
        step.trouble = (step.trouble + trouble)[:400]
        step.at_old, step.at_row = old + 1, ""
        step.save(update_fields=["trouble", "at_old", "at_row"])


def _lock_rows(target: Target, old: int, after: str, batch: int) -> list[object]:
    query = "SELECT {key} FROM {table} WHERE {column} = %s {rest} ORDER BY {key} LIMIT %s FOR UPDATE"
    rest = f"AND {{key}} > %s::{target.key_type}" if after else ""
    with connection.cursor() as cursor:
        cursor.execute(_named(query.replace("{rest}", rest), target), [old, *([after] if after else []), batch])
        return [key for (key,) in cursor.fetchall()]


def _set_code(target: Target, old: int, new: int, keys: Sequence[object]) -> int:
    query = "UPDATE {table} SET {column} = %s WHERE {column} = %s AND {key} = ANY (%s)"
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")  # those of triggers may be made for one row, and try each old row with each new
        cursor.execute(_named(query, target), [new, old, list(keys)])
        return int(cursor.rowcount)


def _count(target: Target, old_codes: Sequence[int]) -> int:
    if not old_codes:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_named("SELECT count(*) FROM {table} WHERE {column} = ANY (%s)", target), [list(old_codes)])
        return int(cursor.fetchone()[0])


def _named(template: str, target: Target) -> str:
    """As text: the wrapper that tells history the reason reads statements as text."""
    quote = connection.ops.quote_name
    return template.format(table=quote(target.table), column=quote(target.column), key=quote(target.key))
