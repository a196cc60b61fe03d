"""风险提示 (1.4): why an asset asks to be looked at, each reason in words, from its dues, contracts and inspections.

One SQL says it all: the page reads the words of one asset as they are today; `refresh` keeps the marks in Asset.risks,
by which lists are filtered and first pages told, after every act and each night, when days have passed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from bangfu.kernel import dates
from bangfu.lawbook.parameters import Snapshot
from bangfu.policy.code_lists import code_list

MARKS = "asset_risk"
PRINCIPAL = "principal_overdue"
_COUNTY = 10**6
_TERMS = {
    "operating": "asset_inspection_months", "public": "asset_inspection_public_months",
    "household": "asset_inspection_household_months", "days": "asset_operator_watch_days",
}  # fmt: skip
#: (asset, mark, words) of the assets in `chosen`; `terms`: months and days that hold in their county
_FOUND = """
WITH terms AS (
    SELECT * FROM jsonb_to_recordset(%(terms)s::jsonb)
        AS t (county bigint, operating integer, public integer, household integer, days integer)
), chosen AS (
    SELECT a.*, t.days,
        CASE a.asset_class WHEN 'operating' THEN t.operating WHEN 'public' THEN t.public ELSE t.household END AS months,
        a.state IN ('handed_over', 'operating', 'idle', 'inefficient') AS is_kept
    FROM assets_asset a JOIN terms t ON t.county = a.division_id / 1000000
    WHERE a.withdrawn_at IS NULL {narrowed}
), contract AS (
    SELECT c.* FROM assets_operationcontract c JOIN chosen a ON a.id = c.asset_id WHERE c.withdrawn_at IS NULL
), found AS (
    SELECT d.asset_id, d.kind || '_overdue' AS mark,
        format('%%s应于 %%s 收到，还差 %%s 元%%s', CASE d.kind WHEN 'principal' THEN '返还的本金' ELSE '收益' END,
            min(d.due_on), sum(d.left_yuan), CASE WHEN count(*) > 1 THEN format('（共 %%s 期）', count(*)) ELSE '' END) AS words
    FROM assets_operationdue d JOIN chosen a ON a.id = d.asset_id
    WHERE d.withdrawn_at IS NULL AND d.left_yuan > 0 AND d.due_on < %(on)s GROUP BY d.asset_id, d.kind
    UNION ALL
    SELECT c.asset_id, 'contract_expired', format('合同 %%s 于 %%s 到期，没有续签', (array_agg(c.contract_no
        ORDER BY c.last_on DESC))[1], max(c.last_on))
    FROM contract c JOIN chosen a ON a.id = c.asset_id AND a.state IN ('operating', 'handed_over')
    GROUP BY c.asset_id HAVING max(c.last_on) < %(on)s
    UNION ALL
    SELECT c.asset_id, 'operator_in_difficulty', format('%%s自 %%s 起经营困难：%%s', c.operator, c.trouble_on, c.trouble)
    FROM contract c JOIN chosen a ON a.id = c.asset_id AND a.is_kept
    WHERE c.trouble_on IS NOT NULL AND c.last_on >= %(on)s AND c.from_on <= %(on)s
    UNION ALL
    SELECT c.asset_id, 'operator_changed', format('%%s 起由%%s换为%%s，头 %%s 天多看几次', c.from_on, b.operator, c.operator, a.days)
    FROM contract c JOIN chosen a ON a.id = c.asset_id AND a.is_kept JOIN assets_operationcontract b ON b.id = c.replaces_id
    WHERE b.operator <> c.operator AND c.from_on <= %(on)s AND c.from_on + a.days > %(on)s
    UNION ALL
    SELECT a.id, 'not_inspected', CASE WHEN a.inspected_on IS NULL THEN format('还没有巡查过，应每 %%s 个月一次', a.months)
        ELSE format('最近一次巡查是 %%s，应每 %%s 个月一次', a.inspected_on, a.months) END
    FROM chosen a
    WHERE a.is_kept AND (coalesce(a.inspected_on, a.handed_over_on, a.acquired_on, make_date(a.formed_year, 12, 31))
        + make_interval(months => a.months))::date < %(on)s
)
"""
_REFRESH = f"""{_FOUND}, marks AS (
    SELECT a.id, array_remove(array_agg(DISTINCT f.mark), NULL) AS marks
    FROM chosen a LEFT JOIN found f ON f.asset_id = a.id GROUP BY a.id
)
UPDATE assets_asset a SET risks = ARRAY(SELECT m FROM unnest(n.marks) m ORDER BY array_position(%(order)s::text[], m))
FROM marks n WHERE n.id = a.id AND NOT (a.risks @> n.marks::varchar[] AND a.risks <@ n.marks::varchar[])
"""  # noqa: S608 (constants)


@dataclass(frozen=True)
class Reason:
    mark: str
    label: str
    words: str


def reasons(asset: int, on: date | None = None, place: int | None = None) -> list[Reason]:
    """Why this asset is at risk on that day (default: today), the gravest first. `place`: where it lies, if that is known."""
    listed = code_list(MARKS)
    order = [str(code.value) for code in listed.codes]
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_FOUND.format(narrowed='AND a.id = ANY(%(assets)s)')} SELECT mark, words FROM found",  # noqa: S608
            _params([asset], on, [place // _COUNTY] if place else None),
        )
        found = [Reason(mark, listed.label(mark), words) for mark, words in cursor.fetchall()]
    return sorted(found, key=lambda reason: order.index(reason.mark))


def refresh(assets: Sequence[int] | None = None, on: date | None = None) -> int:
    """Keeps the marks of these assets (default: of all); returns how many changed. One statement."""
    narrowed = "" if assets is None else "AND a.id = ANY(%(assets)s)"
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH.format(narrowed=narrowed), _params(assets, on))
        return int(cursor.rowcount)


def _params(assets: Sequence[int] | None, on: date | None, counties: list[int] | None = None) -> dict[str, Any]:
    day = on or dates.today()
    terms = [
        {"county": county} | {name: _number(snapshot, code, day, county) for name, code in _TERMS.items()}
        for snapshot in [Snapshot.take()] for county in counties or _counties(assets)
    ]  # fmt: skip
    order = [str(code.value) for code in code_list(MARKS).codes]
    return {"assets": list(assets or ()), "on": day, "terms": json.dumps(terms), "order": order}


def _number(snapshot: Snapshot, code: str, on: date, county: int) -> int:
    return int(snapshot.at(code, on, county * _COUNTY).value)


def _counties(assets: Sequence[int] | None) -> list[int]:
    narrowed = "" if assets is None else "WHERE id = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT division_id / {_COUNTY} FROM assets_asset {narrowed}",  # noqa: S608
            [list(assets)] if assets is not None else [],
        )
        return [int(row[0]) for row in cursor.fetchall()]
