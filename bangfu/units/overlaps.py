"""Terms that may not share a day, asked of all rows of an import at once: the database would refuse the whole file."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model

from bangfu.exchange.sheet import Batch, Check, Fault


def never_twice(model_of: type[Model], *columns: str, message: str, only: str = "true") -> Check:
    """No two rows with the same `columns` at a time, among those for which `only` holds: SQL over {row}.

    Rows of the file are held against each other and against what is there and not changed by the file.
    """
    table, wanted = model_of._meta.db_table, ", ".join(columns)
    same = " AND ".join(f"o.{column} = r.{column}" for column in columns)

    def check(batch: Batch) -> Iterable[Fault]:
        kept = (
            f"SELECT t.id, {wanted}, from_on, to_on FROM {table} t WHERE t.withdrawn_at IS NULL"  # noqa: S608
            f" AND {only.format(row='t')} AND NOT EXISTS (SELECT FROM {{rows}} c WHERE c._target = t.id)"
        )
        coming = f"SELECT c._target, {wanted}, from_on, to_on FROM {{rows}} c WHERE {only.format(row='c')}"  # noqa: S608
        found = (
            f"SELECT DISTINCT r._row FROM {{rows}} r JOIN ({kept} UNION ALL {coming}) o ON {same} AND o.id <> r._target"  # noqa: S608
            " AND daterange(r.from_on, r.to_on, '[]') && daterange(o.from_on, o.to_on, '[]')"
            f" WHERE {only.format(row='r')}"
        )
        return [Fault(row, "from_on", message) for (row,) in batch.fetch(found)]

    return check
