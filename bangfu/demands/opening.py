"""Sending a demand out: the rows are counted, what is known fills itself, what is not becomes a question; the villages that
nobody has to disturb are counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.demands.demand import Demand
from bangfu.demands.demand_parts import DemandHead
from bangfu.demands.kinds import KINDS
from bangfu.demands.projecting import Row, ask_of, rows, subjects
from bangfu.demands.question import DemandQuestion
from bangfu.demands.states import Use
from bangfu.divisions.models import Division
from bangfu.kernel import codes
from bangfu.kernel.codes import Level

MOST_ROWS, MOST_QUESTIONS = 50_000, 20_000
_BATCH = 2_000


class TooMany(ValueError):
    """More rows or questions than one demand can carry; the message says how to divide it."""


def holder_of(places: Sequence[Division]) -> Division:
    """The smallest division that holds all the places."""
    chains = [[*codes.ancestors(place.code), place.code] for place in places]
    common = [level[0] for level in zip(*chains, strict=False) if len(set(level)) == 1]
    return Division.objects.get(code=common[-1])


def send_out(demand: Demand, by: Actor) -> dict[str, Any]:
    """Makes the questions and gives the figures of the demand. Inside the act. Errors: TooMany."""
    ask, heads = ask_of(demand, by, whole=True), list(demand.heads.all())
    found = subjects(demand, ask)
    if not found:
        raise TooMany("范围内没有这样的行：请核对“一行是什么”和要答的地方")
    if len(found) > MOST_ROWS:
        raise TooMany(f"范围内有 {len(found):,} 行，一份最多 {MOST_ROWS:,} 行。请按镇分成几份登记")
    filled, questions = 0, list[DemandQuestion]()
    for row in rows(demand, heads, ask, found):
        filled += sum(value not in (None, "") for value in row.cells)
        questions += _questions(demand, heads, row)
        if len(questions) > MOST_QUESTIONS:
            raise TooMany(
                f"要问的超过 {MOST_QUESTIONS:,} 格，村里答不过来。请把能从系统里取的表头对上，或按镇分成几份登记"
            )
    DemandQuestion.objects.bulk_create(questions, batch_size=_BATCH, ignore_conflicts=True)
    used = [head for head in heads if head.use != Use.BLANK]
    villages = _villages(ask.places.ranges)
    disturbed = {question.division_id for question in questions} if KINDS[demand.row_kind].of_villages else set()
    return {
        "head_count": len(used), "known_count": sum(head.use == Use.FILL for head in heads),
        "row_count": len(found), "cell_count": len(found) * len(used), "filled_count": filled,
        "question_count": len(questions), "village_count": villages, "spared_count": villages - len(disturbed),
    }  # fmt: skip


def _questions(demand: Demand, heads: Sequence[DemandHead], row: Row) -> Iterator[DemandQuestion]:
    """One a head that nobody knows; the same head twice is asked once."""
    asked = set()
    for head, value in zip(heads, row.cells, strict=True):
        wanted = head.use == Use.ASK or (head.use == Use.FILL and head.asks_blanks)
        if wanted and value in (None, "") and head.key not in asked:
            asked.add(head.key)
            subject = row.subject
            yield DemandQuestion(
                demand=demand, row_kind=demand.row_kind, row=subject.pk, row_name=subject.name[:200], head_key=head.key,
                head_title=head.title, answer_kind=head.answer_kind, division_id=subject.division, unit_id=subject.unit,
            )  # fmt: skip


def _villages(ranges: Sequence[tuple[int, int]]) -> int:
    return sum(
        Division.objects.filter(code__gte=low, code__lte=high, level=Level.VILLAGE, valid_to=None).count()
        for low, high in ranges
    )
