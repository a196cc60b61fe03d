"""What may be wrong with rows that read well: asked by set, so that a fault is told by row before the database refuses
everything. Each finder gets the batch and yields faults; the rows it names are not asked further."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bangfu.exchange.batches import SheetBatch
from bangfu.exchange.models import Verdict
from bangfu.exchange.sheet import Fault
from bangfu.exchange.staging import INTAKE
from bangfu.exchange.targets import Unique, q, within

NEUTRAL = "这一行暂不能导入，请报县级管理员核对"  # says nothing about rows of others
_AND = " AND "


def elsewhere(batch: SheetBatch) -> Iterator[Fault]:
    """The identity belongs to a row outside the importer's scope, or to several rows."""
    column = _identity_column(batch)
    for (number,) in batch.fetch("SELECT DISTINCT _row FROM {rows} WHERE _elsewhere"):
        yield Fault(number, column, NEUTRAL)
    several = batch.fetch("SELECT _row, count(*) FROM {rows} WHERE NOT _elsewhere GROUP BY _row HAVING count(*) > 1")
    for number, rows in several:
        yield Fault(
            number, column, f"系统里已有 {rows} 条“{batch.sheet.identity_label}”相同的记录，请先处理重复，再导入这一行"
        )


def doubles(batch: SheetBatch) -> Iterator[Fault]:
    """The same identity twice in the file. Rows that repeat the first in every cell count as no change."""
    identity = ", ".join(q(c) for c in batch.target.identity)
    found = batch.fetch(
        "SELECT d._row, d._first, i.data = f.data, i.worksheet, f.worksheet, i.row_no, f.row_no FROM ("
        f" SELECT _row, min(_row) OVER same AS _first, count(*) OVER same AS n FROM {{rows}} WINDOW same AS (PARTITION BY {identity})"
        f") d JOIN {INTAKE} i ON i.number = d._row JOIN {INTAKE} f ON f.number = d._first WHERE d.n > 1 AND d._row <> d._first ORDER BY 1"
    )
    repeats = [row[0] for row in found if row[2]]
    if repeats:
        batch.settle(repeats, Verdict.SAME)
    firsts: set[int] = set()
    for number, first, equal, here, there, row_no, first_row_no in found:
        if equal:
            continue
        if first not in firsts:
            firsts.add(first)
            yield Fault(first, _identity_column(batch), _double(batch, row_no, here != there))
        yield Fault(number, _identity_column(batch), _double(batch, first_row_no, here != there))


def _double(batch: SheetBatch, row_no: int, is_other: bool) -> str:
    where = f"另一张工作表第 {row_no} 行" if is_other else f"第 {row_no} 行"
    return f"与{where}重复（{batch.sheet.identity_label}相同）但内容不同，请只留一行"


def strays(batch: SheetBatch) -> Iterator[Fault]:
    """Rows without a place, or whose place the importer may not write."""
    scope = q(batch.target.scope)
    label = batch.target.label_of(batch.target.scope)
    rows = batch.fetch(
        f"SELECT _row, {scope} IS NULL FROM {{rows}} WHERE {scope} IS NULL OR NOT {within(scope, batch.ranges)}"
    )
    for number, is_blank in rows:
        yield Fault(number, batch.sheet.scope, f"没有填“{label}”，不知道属于哪里" if is_blank else NEUTRAL)


def gaps(batch: SheetBatch) -> Iterator[Fault]:
    """What a new row must have and the file does not give; what must not be cleared."""
    target = batch.target
    needed = {c.attname for c in batch.sheet.columns if c.required}
    needed |= {name for name, field in target.fields.items() if not field.null and name not in target.defaults}
    copied = {own for c in batch.sheet.columns if c.reference for own, _ in c.reference.copies}
    names = [name for name in target.fields if name in needed and name not in copied]
    if not names:
        return
    empty = [f"({q(name)} IS NULL OR {q(name)}::text = '')" for name in names]
    flags = ", ".join(f"CASE WHEN {blank} THEN {place} END" for place, blank in enumerate(empty))
    rows = batch.fetch(
        f"SELECT _row, array_remove(ARRAY[{flags}], NULL) FROM {{rows}} WHERE NOT _exists AND ({' OR '.join(empty)})"
    )
    for number, places in rows:
        for place in places:
            column = batch.sheet.column(names[place])
            message = f"新增一行必须填写“{target.label_of(names[place])}”"
            yield Fault(number, column.name if column else "", message)


def breaches(batch: SheetBatch) -> Iterator[Fault]:
    """Check constraints of the table, all in one reading of the rows; a row that breaks one is looked at by each."""
    checks = batch.target.checks
    if not checks:
        return
    broken = [f"NOT ({condition})" for _, condition in checks]
    flags = ", ".join(f"CASE WHEN {one} THEN {place} END" for place, one in enumerate(broken))
    found = batch.fetch(
        f"SELECT _row, array_remove(ARRAY[{flags}]::int[], NULL) FROM {{rows}} WHERE {' OR '.join(broken)}"
    )
    for number, places in found:
        for place in places:
            name = checks[place][0]
            yield Fault(number, _column_in(batch, name), batch.target.message_of(name))


def taken(batch: SheetBatch) -> Iterator[Fault]:
    """Values that another row has and that must be unique, in the file or in the database."""
    for unique in batch.target.uniques:
        if set(unique.columns) & set(batch.written):
            yield from _taken(batch, unique)


def _taken(batch: SheetBatch, unique: Unique) -> Iterator[Fault]:
    label = "、".join(batch.target.label_of(column) for column in unique.columns)
    column = next((known for c in unique.columns if (known := batch.sheet.column(c))), None)
    name = column.name if column else ""
    listed = ", ".join(q(c) for c in unique.columns)
    filled = _AND.join(f"{q(c)} IS NOT NULL" for c in unique.columns)
    inside = batch.fetch(
        f"SELECT _row FROM (SELECT _row, count(*) OVER (PARTITION BY {listed}) AS n FROM {{rows}}"
        f" WHERE {unique.condition} AND {filled}) d WHERE n > 1"
    )
    for (number,) in inside:
        yield Fault(number, name, f"文件里还有一行的“{label}”与此相同，不能重复")
    same = _AND.join(f"t.{q(c)} = c.{q(c)}" for c in unique.columns)
    own = within(f"t.{q(batch.target.scope)}", batch.ranges)
    outside = batch.fetch(
        f"SELECT c._row, {own}, {batch.target.living} FROM {{rows}} c"
        f" JOIN (SELECT * FROM {batch.target.table} WHERE {unique.condition}) t ON {same} AND t.id <> c._target"
    )
    for number, is_own, is_living in outside:
        if not is_own:
            yield Fault(number, name, NEUTRAL)
        elif is_living:
            yield Fault(number, name, f"“{label}”已被另一条记录使用，请核对")
        else:
            yield Fault(number, name, f"有一条已撤回的记录“{label}”与此相同，请先恢复那一条，再导入")


def _identity_column(batch: SheetBatch) -> str:
    known = [column.name for name in batch.sheet.identity if (column := batch.sheet.column(name))]
    return known[0] if known else ""


def _column_in(batch: SheetBatch, constraint: str) -> str:
    """The column that stands last in the constraint's name: natural_village_mode_of_treated is told beside the mode."""
    named = [c for c in batch.sheet.columns if f"_{c.attname}_" in constraint]
    return max(named, key=lambda c: constraint.rfind(c.attname)).name if named else ""


Finder = Callable[[SheetBatch], Iterator[Fault]]

ALL: tuple[Finder, ...] = (elsewhere, doubles, gaps, strays, breaches, taken)
#: asked again before writing: the others look at the file alone, or at values that are compared with the preview's
AGAIN: tuple[Finder, ...] = (elsewhere, strays, taken)
