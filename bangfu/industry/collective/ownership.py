"""Shares of joint companies (4.4): on no day more than the whole, and no company that holds itself through others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection

from bangfu.exchange.sheet import Batch, Fault
from bangfu.ledger.acts import Refused

CIRCLE = "循环持股：这家股东公司直接或间接由“{company}”持有，请核对"
#: advisory lock: shares are written one after another, they are few
_LOCK = 44_001

_COLUMNS = "company_id, holding_company_id, share_percent, from_on, to_on"
_STORED = f"SELECT id, {_COLUMNS} FROM industry_companyshare WHERE withdrawn_at IS NULL"  # noqa: S608
#: what stands after the import: rows not touched by the file, and those of the file (a blank keeps what is there)
_AFTER = """SELECT id, company_id, holding_company_id, share_percent, from_on, to_on FROM industry_companyshare k
        WHERE k.withdrawn_at IS NULL AND NOT EXISTS (SELECT FROM {rows} c WHERE c._target = k.id)
    UNION ALL SELECT c._target, c.company_id, coalesce(c.holding_company_id, k.holding_company_id),
        coalesce(c.share_percent, k.share_percent), c.from_on, coalesce(c.to_on, k.to_on)
        FROM {rows} c LEFT JOIN industry_companyshare k ON k.id = c._target"""

#: shares (`s`, those of `mine`) that share a day with others to more than 100 %
_OVER = """WITH shares AS ({shares}), days AS (
    SELECT DISTINCT s.id, s.company_id, greatest(s.from_on, o.from_on) AS day FROM shares s JOIN shares o
        ON o.company_id = s.company_id AND daterange(o.from_on, o.to_on, '[]') && daterange(s.from_on, s.to_on, '[]')
    WHERE {mine})
SELECT d.id, sum(o.share_percent) FROM days d JOIN shares o ON o.company_id = d.company_id AND o.from_on <= d.day
    AND (o.to_on IS NULL OR o.to_on >= d.day) GROUP BY d.id, d.day HAVING sum(o.share_percent) > 100"""

#: shares whose holder is, over others, held by the company itself
_ROUND = """WITH RECURSIVE shares AS ({shares}), held AS (
    SELECT s.id, s.company_id AS start, s.company_id AS company FROM shares s
        WHERE s.holding_company_id IS NOT NULL AND {mine}
    UNION SELECT h.id, h.start, o.company_id FROM held h JOIN shares o ON o.holding_company_id = h.company)
SELECT DISTINCT h.id FROM held h JOIN shares s ON s.id = h.id WHERE h.company = s.holding_company_id"""


def _words(percent: Any) -> str:
    return f"这家公司的持股比例合计会达到 {percent:f}%，超过 100%，请核对各股东的比例和起止"


def above_the_whole(batch: Batch) -> Iterable[Fault]:
    mine = "s.id IN (SELECT _target FROM {rows})"
    found = _OVER.replace("{shares}", _AFTER).replace("{mine}", mine)
    sql = f"SELECT r._row, max(f.sum) FROM ({found}) f JOIN {{rows}} r ON r._target = f.id GROUP BY 1"  # noqa: S608
    return [Fault(row, "share_percent", _words(percent)) for row, percent in batch.fetch(sql)]


def in_circles(batch: Batch) -> Iterable[Fault]:
    mine = "s.id IN (SELECT _target FROM {rows})"
    found = _ROUND.replace("{shares}", _AFTER).replace("{mine}", mine)
    sql = f"SELECT r._row, j.name FROM ({found}) f JOIN {{rows}} r ON r._target = f.id JOIN industry_jointcompany j ON j.id = r.company_id"  # noqa: S608
    return [Fault(row, "holding_company", CIRCLE.format(company=name)) for row, name in batch.fetch(sql)]


def faults(data: Mapping[str, Any], record: Any) -> dict[str, str]:
    """For a form: the row as it would stand beside the others."""
    if not all(data[name] is not None for name in ("company", "share_percent", "from_on")):
        return {}
    holding = data["holding_company"]
    shares = f"""{_STORED} AND id <> %(pk)s UNION ALL SELECT 0::bigint, %(company)s::bigint, %(holding)s::bigint,
        %(percent)s::numeric, %(from_on)s::date, %(to_on)s::date"""
    values = {
        "pk": record.pk if record else 0, "company": data["company"].pk, "holding": holding.pk if holding else None,
        "percent": data["share_percent"], "from_on": data["from_on"], "to_on": data["to_on"],
    }  # fmt: skip
    mine = "s.id = 0"
    if over := list(_ask(_OVER.format(shares=shares, mine=mine), values)):
        return {"share_percent": _words(max(percent for _, percent in over))}
    if list(_ask(_ROUND.format(shares=shares, mine=mine), values)):
        return {"holding_company": CIRCLE.format(company=data["company"])}
    return {}


@contextmanager
def holding(keys: list[int]) -> Iterator[None]:
    """Two people who each add what alone would fit: the second is told, whatever was asked before.

    Errors: Refused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    yield
    for statement in (_OVER, _ROUND):
        if list(_ask(statement.format(shares=_STORED, mine="s.id = ANY(%(keys)s)"), {"keys": keys})):
            raise Refused("股份合计超过全部，或成了互相持有：刚刚有人登记了别的股份，请看一看再登记")


def _ask(sql: str, values: Mapping[str, Any]) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        yield from cursor.fetchall()
