"""What agrees and what does not, as SQL over all projects and assets of a range of places at once (1.4).

`FACTS` reads every project once; each rule is a SELECT over it or over assets that gives
(kind, division, project, asset, one figure, other figure, who answers). `{today}`, `{low}`, `{high}` are parameters.
"""

from __future__ import annotations

from bangfu.assets.forming.splitting import BUILT
from bangfu.assets.reconciling.difference import Difference
from bangfu.projects.states import FLOW

K = Difference.Kind
_BUILT = ", ".join(f"'{state.value}'" for state in BUILT)
#: closed by themselves when the figures agree again
COMPUTED = (
    K.UNPAID,
    K.OVERPAID,
    K.NOT_FORMED,
    K.ABOVE_PAID,
    K.BELOW_SETTLED,
    K.PARTS_DIFFER,
    K.ELSEWHERE,
    K.NOT_COUNTED,
)

TERMS = "CREATE TEMP TABLE rc_terms (county bigint PRIMARY KEY, forming int, settling int) ON COMMIT DROP"
FOUND = """
    CREATE TEMP TABLE rc_found (kind text, division_id bigint, project_id bigint, asset_id bigint,
                                one_yuan numeric, other_yuan numeric, responsible text) ON COMMIT DROP"""
FACTS = f"""
    CREATE TEMP TABLE rc_project ON COMMIT DROP AS
    WITH paid AS (SELECT project_id, sum(paid_yuan) AS yuan FROM funds_budgetline
                   WHERE division_id BETWEEN %(low)s AND %(high)s GROUP BY 1),
         formed AS (SELECT project_id, sum(cost_yuan) AS yuan FROM assets_asset
                     WHERE project_id IS NOT NULL AND withdrawn_at IS NULL GROUP BY 1)
    SELECT p.id, p.division_id, p.settled_yuan AS settled, coalesce(paid.yuan, 0) AS paid, p.planned_yuan AS planned,
           formed.yuan AS formed, coalesce(nullif(p.responsible, ''), p.implementer) AS responsible,
           p.accepted_on + t.forming < %(today)s AS is_old, p.audited_on + t.forming < %(today)s AS is_settled_long,
           n.id IS NOT NULL AS has_said
      FROM projects_project p
      JOIN rc_terms t ON t.county = p.division_id / 1000000
      LEFT JOIN paid ON paid.project_id = p.id
      LEFT JOIN formed ON formed.project_id = p.id
      LEFT JOIN assets_noasset n ON n.project_id = p.id AND n.withdrawn_at IS NULL
     WHERE p.division_id BETWEEN %(low)s AND %(high)s AND p.withdrawn_at IS NULL AND p.state IN ({_BUILT})
"""  # noqa: S608 (constants of this module)

_STEP = f"""
    SELECT 1 FROM workflow_flow f JOIN workflow_steprecord s ON s.flow_id = f.id
     WHERE f.slug = '{FLOW}' AND f.subject_id = p.id AND s.step = 'form_no_asset' AND s.deed = 'step'
       AND NOT EXISTS (SELECT 1 FROM workflow_steprecord u WHERE u.undoes_id = s.id)"""  # noqa: S608

_PROJECT = "SELECT '{kind}', division_id, id, NULL::bigint, {one}, {other}, responsible FROM rc_project p WHERE {where}"


def _project(kind: K, one: str, other: str, where: str) -> str:
    return _PROJECT.format(kind=kind.value, one=one, other=other, where=where)


_HERE = "a.division_id BETWEEN %(low)s AND %(high)s AND a.withdrawn_at IS NULL"
_OF_ASSET = "coalesce(nullif(a.keeper, ''), a.owner)"
LIMIT = "coalesce(settled, nullif(paid, 0), planned)"

RULES: tuple[str, ...] = (
    _project(K.UNPAID, "coalesce(settled, planned)", "paid", "paid = 0 AND is_old AND coalesce(settled, planned) > 0"),
    _project(K.OVERPAID, "paid", "settled", "paid > settled"),
    _project(K.NOT_FORMED, f"{LIMIT}", "0", f"formed IS NULL AND NOT has_said AND is_old AND NOT EXISTS ({_STEP})"),
    _project(K.ABOVE_PAID, "formed", LIMIT, f"formed > {LIMIT}"),
    _project(K.BELOW_SETTLED, "formed", "settled", "formed < settled AND is_settled_long"),
    f"""SELECT '{K.PARTS_DIFFER.value}', a.division_id, a.project_id, a.id, x.yuan, a.cost_yuan, {_OF_ASSET}
          FROM (SELECT asset_id, sum(yuan) AS yuan FROM assets_fundpart
                 WHERE division_id BETWEEN %(low)s AND %(high)s AND withdrawn_at IS NULL GROUP BY 1) x
          JOIN assets_asset a ON a.id = x.asset_id
         WHERE {_HERE} AND x.yuan <> a.cost_yuan""",  # noqa: S608
    f"""SELECT '{K.ELSEWHERE.value}', a.division_id, a.project_id, a.id, NULL::numeric, NULL::numeric, {_OF_ASSET}
          FROM assets_asset a JOIN projects_project p ON p.id = a.project_id
         WHERE {_HERE} AND a.division_id / 1000000 <> p.division_id / 1000000""",  # noqa: S608
    f"""SELECT '{K.NOT_COUNTED.value}', a.division_id, NULL::bigint, a.id, NULL::numeric, NULL::numeric, {_OF_ASSET}
          FROM (SELECT DISTINCT ON (r.division_id) r.*, CASE WHEN r.division_id %% 1000000 = 0 THEN 1000000 ELSE 1000 END AS span
                  FROM assets_stockround r WHERE r.ended_on IS NOT NULL AND r.withdrawn_at IS NULL
                 ORDER BY r.division_id, r.ended_on DESC) r
          JOIN assets_asset a ON a.division_id BETWEEN r.division_id AND r.division_id + r.span - 1
         WHERE {_HERE} AND a.state NOT IN ('disposed', 'lost') AND a.created_at::date <= r.ended_on
           AND NOT EXISTS (SELECT 1 FROM assets_stockcount c
                            WHERE c.asset_id = a.id AND c.withdrawn_at IS NULL AND c.counted_on >= r.opened_on)""",  # noqa: S608
)

#: one difference; said so that the rows of both sides can be hashed
_SAME = """f.kind = d.kind AND coalesce(f.project_id, 0) = coalesce(d.project_id, 0)
                          AND coalesce(f.asset_id, 0) = coalesce(d.asset_id, 0)"""
#: figures that agree again, things that are gone: closed with words
_COMPUTED = ", ".join(f"'{kind.value}'" for kind in COMPUTED)
CLOSE = f"""
    UPDATE assets_difference d SET settled_on = %(today)s, version = version + 1, updated_at = now(),
           settlement = '再次核对时已经一致'
     WHERE d.division_id BETWEEN %(low)s AND %(high)s AND d.settled_on IS NULL AND d.kind IN ({_COMPUTED})
       AND NOT EXISTS (SELECT 1 FROM rc_found f WHERE {_SAME})"""  # noqa: S608
CLOSE_GONE = """
    UPDATE assets_difference d SET settled_on = %(today)s, version = d.version + 1, updated_at = now(),
           settlement = '资产已处置、灭失或撤回'
      FROM assets_asset a
     WHERE a.id = d.asset_id AND d.division_id BETWEEN %(low)s AND %(high)s AND d.settled_on IS NULL
       AND d.kind IN ('not_there', 'other_state') AND (a.state IN ('disposed', 'lost') OR a.withdrawn_at IS NOT NULL)"""
CHANGE = f"""
    UPDATE assets_difference d SET one_yuan = f.one_yuan, other_yuan = f.other_yuan, version = version + 1, updated_at = now()
      FROM rc_found f
     WHERE d.settled_on IS NULL AND {_SAME} AND d.division_id BETWEEN %(low)s AND %(high)s
       AND (d.one_yuan, d.other_yuan) IS DISTINCT FROM (f.one_yuan, f.other_yuan)"""  # noqa: S608
#: what a person settled with the same figures is not raised again
ADD = f"""
    INSERT INTO assets_difference (division_id, kind, project_id, asset_id, one_yuan, other_yuan, responsible, found_on,
                                   due_on, said)
    SELECT f.division_id, f.kind, f.project_id, f.asset_id, f.one_yuan, f.other_yuan, left(f.responsible, 80),
           %(today)s, %(today)s + t.settling, ''
      FROM rc_found f JOIN rc_terms t ON t.county = f.division_id / 1000000
     WHERE NOT EXISTS (SELECT 1 FROM assets_difference d
                        WHERE {_SAME}
                          AND (d.settled_on IS NULL OR (d.settlement <> '再次核对时已经一致'
                               AND (d.one_yuan, d.other_yuan) IS NOT DISTINCT FROM (f.one_yuan, f.other_yuan))))
        ON CONFLICT DO NOTHING"""  # noqa: S608
