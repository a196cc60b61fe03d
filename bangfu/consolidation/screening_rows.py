"""Results of a screening as rows for `intake.receive_many`: one a household, with its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.consolidation.screening_memory import Closed
from bangfu.people.household import MOST_RISKS
from bangfu.people.models import Person
from bangfu.screening.run import RESULT

CHANNEL = "department_alert"
Row = dict[str, Any]


def read(out: Path, county: int, closed: Closed, at: date) -> Iterator[Row]:
    """One row a household, its reasons the strongest first, each saying who of the household it is about."""
    result, code = out / RESULT, f"{county // 10**6}.parquet"
    if not (result / "clues" / code).exists():
        return
    clues, homes = (pq.read_table(result / name / code) for name in ("clues", "households"))
    names = _names(clues)
    points: dict[str, list[Row]] = {}
    for clue in clues.sort_by([("severity", "descending"), ("rule", "ascending")]).to_pylist():
        who = names.get(int(clue["person_no"] or 0), "")
        reason = {"rule": clue["rule"], "says": f"{who}：{clue['says']}" if who else clue["says"]}
        reason |= {"fingerprint": closed.print_of(clue["fingerprint"], clue["measure_fen"]), "score": clue["severity"]}
        if clue["measure_fen"] is not None:
            reason["measure_fen"] = clue["measure_fen"]
        points.setdefault(clue["household_no"], []).append(reason | {"risk": clue["risk"]})
    for home in homes.to_pylist():
        reasons = points.get(home["household_no"], [])
        risks = list(dict.fromkeys(reason.pop("risk") for reason in reasons))[:MOST_RISKS]
        yield {
            "household_id": int(home["household_no"]), "channel": CHANNEL, "received_on": at, "risks": risks,
            "score": home["score"], "colour": home["colour"], "reasons": reasons,
        }  # fmt: skip


def _names(clues: pa.Table) -> dict[int, str]:
    keys = {int(key) for key in clues["person_no"].to_pylist() if key}
    return dict(Person.objects.filter(pk__in=keys).values_list("pk", "name"))
