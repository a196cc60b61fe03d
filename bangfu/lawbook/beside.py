"""What higher packages show beside an article of the guideline: how its duties stand here, the ledgers that keep it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Beside:
    """One thing to open: what it is, what it says now; `tone` as everywhere: ok, warn, bad, muted."""

    title: str
    text: str
    url: str
    tone: str = "muted"


#: (who looks, the day, the numbers of the articles on the page) → article → what stands beside it, by groups
Source = Callable[[Any, date, Sequence[str]], Mapping[str, Sequence[Beside]]]
#: heading → source, in the order in which they are shown
sources: dict[str, Source] = {}
