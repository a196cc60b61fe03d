"""What earlier work says to a screening: how often each rule was right, and needless facts whose amount has grown since."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection

from bangfu.consolidation import intake, precision
from bangfu.kernel import codes
from bangfu.screening import hashing, memory
from bangfu.screening.memory import Memory

_GROWN = re.compile(r"^([0-9a-f]{16})\+[0-9]+$")


def of(county: int) -> Memory:
    """For the engine. Needless facts are kept away when clues are received, where they can be counted and shown."""
    low, high = codes.bounds(county)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT household_id FROM consolidation_case WHERE village_id BETWEEN %s AND %s AND closed_on IS NULL"
            " AND withdrawn_at IS NULL",
            [low, high],
        )
        cases = [hashing.of_text(str(key)) for (key,) in cursor.fetchall()]
    nobody, none = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    return memory.of(nobody, none, np.array(sorted(cases), dtype=np.uint64), precision.past(county))


@dataclass(frozen=True)
class Closed:
    """`facts`: fingerprint → (as it was remembered, amount in fen at which it was closed). `returns`: step in fen."""

    facts: Mapping[str, tuple[str, int]]
    returns: int

    def print_of(self, print_: str, measure: int | None) -> str:
        """Known again while the amount has not grown by the step; then it is a new fact."""
        if print_ not in self.facts:
            return print_
        known, then = self.facts[print_]
        return f"{print_}+{measure}" if measure is not None and then >= 0 and measure >= then + self.returns else known


def closed(county: int, at: date, returns: int) -> Closed:
    """Facts closed as needless in the county that are still remembered; of one closed twice the higher amount."""
    low, high = codes.bounds(county)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT x->>'fingerprint', coalesce((x->>'measure_fen')::bigint, -1) FROM consolidation_clue c,"
            " jsonb_array_elements(c.reasons) x WHERE c.village_id BETWEEN %s AND %s AND c.state = 'no_risk'"
            " AND c.withdrawn_at IS NULL AND c.closed_at > %s AND x ? 'fingerprint' ORDER BY 2, c.closed_at",
            [low, high, intake.remembered_since(at)],
        )
        found = {(m[1] if (m := _GROWN.match(text)) else text): (text, amount) for text, amount in cursor.fetchall()}
    return Closed(found, returns)
