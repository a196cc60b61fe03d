"""What the guideline shows of the indicators: names beside every article, and on the page of one article their numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.indicators import board, figures, spans
from bangfu.indicators.tallies import Reckoning
from bangfu.kernel.periods import Cycle
from bangfu.lawbook import beside
from bangfu.lawbook.beside import Beside
from bangfu.policy import guideline


def offer() -> None:
    beside.sources["指标"] = indicators


def indicators(actor: Actor, on: date, numbers: Sequence[str]) -> Mapping[str, Sequence[Beside]]:
    """Numbers of one article are counted at once; of all 24 they are the board's."""
    view, span = board.view_of(actor, {}), spans.of(Cycle.YEAR, on)
    found = defaultdict(list)
    if len(numbers) > 1:
        law = guideline.in_force(span.period.last)
        for each in figures.seen(view, law.indicators.values()):
            found[each.article].append(Beside(each.label, each.unit, reverse("indicators:one", args=[each.code])))
        return found
    for _, articles in board.of_place(view, span, Reckoning(on), numbers).chapters:
        for article, told in articles:
            for figure in told:
                text = f"{figure.text} {figure.indicator.unit}" if figure.number is not None else figure.text
                url = reverse("indicators:one", args=[figure.indicator.code])
                found[article.number].append(Beside(figure.indicator.label, text, url))
    return found
