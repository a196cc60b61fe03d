"""When a year's account is closed (4.4), by a dated parameter: from then on nothing changes without a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bangfu.exchange.sheet import Batch, Check, Fault
from bangfu.kernel import dates
from bangfu.lawbook.parameters import Snapshot

PARAMETER = "collective_account_close_days"


def closed_on(year: int, village: int, law: Snapshot | None = None) -> date:
    """The last day on which the account of the year may be changed freely."""
    last = date(year, 12, 31)
    return last + timedelta(days=int((law or Snapshot.take()).at(PARAMETER, last, village).value))


def words(year: int, on: date) -> str:
    return f"{year}年的账已于 {on} 结账，补登或修改请在“更正理由”中写明原因"


def faults(data: Mapping[str, Any], record: Any, items: Sequence[str]) -> dict[str, str]:
    """For a form: a closed year is written only with a reason, and a change needs one of its own."""
    if not data["organisation"] or not data["year"]:
        return {}
    if data["year"] > dates.today().year:
        return {"year": "年度还没有到"}
    day = closed_on(data["year"], data["organisation"].village_id)
    if dates.today() <= day:
        return {}
    if record is None:
        has_reason = bool(data["correction_reason"])
    else:
        same = all(data[name] == getattr(record, name) for name in ("year", *items))
        has_reason = same or data["correction_reason"] not in ("", record.correction_reason)
    return {} if has_reason else {"correction_reason": words(data["year"], day)}


def check(items: Sequence[str]) -> Check:
    """The same by set; a blank cell keeps what is there, and a row that says what is there changes nothing."""
    changed = " or ".join(f"r.{name} is not null and r.{name} is distinct from t.{name}" for name in items)
    found = f"""SELECT r._row, r.year, o.village_id FROM {{rows}} r
        JOIN industry_collectiveorganisation o ON o.id = r.organisation_id
        LEFT JOIN industry_collectiveaccount t ON t.id = r._target
        WHERE CASE WHEN t.id IS NULL THEN coalesce(r.correction_reason, '') = ''
        ELSE ({changed}) AND coalesce(r.correction_reason, t.correction_reason) = t.correction_reason END"""  # noqa: S608

    def faults_of(batch: Batch) -> Iterable[Fault]:
        law, today = Snapshot.take(), dates.today()
        for row, year, village in batch.fetch(found):
            if year is None:
                continue
            if year > today.year:
                yield Fault(row, "year", "年度还没有到")
            elif (day := closed_on(year, village, law)) < today:
                yield Fault(row, "correction_reason", words(year, day))

    return faults_of
