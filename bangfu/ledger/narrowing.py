"""What higher packages narrow a list by, beside place, search and filters: the rows behind a figure of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from bangfu.ledger.declaration import Ledger


@dataclass(frozen=True)
class Narrowed:
    """Rows of the ledger, and what they are in words, for the chip above the list."""

    rows: Q
    words: str


#: name in the address → (ledger, what the address says, the value of the name) → rows
sources: dict[str, Callable[[Ledger, Any, str], Narrowed]] = {}


def asked(ledger: Ledger, params: Any) -> Iterator[Narrowed]:
    for name, narrow in sources.items():
        if value := params.get(name, ""):
            yield narrow(ledger, params, value)
