"""Answers of villages, towns and units: checked as they are typed, kept with who said so and when, offered again later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.demands.demand import Demand
from bangfu.demands.question import ANSWERERS, DemandQuestion
from bangfu.demands.states import AnswerKind, State
from bangfu.kernel import dates
from bangfu.kernel.dates import parse_date
from bangfu.kernel.text import clean, clean_prose
from bangfu.ledger import history
from bangfu.ledger.acts import recorded

history.ACTS |= {"demands.answer": "答复", "demands.answered": "答齐"}
#: while an answer is taken
ASKING = (State.OPEN, State.ANSWERED)
_WORDS = {"是": "是", "有": "是", "对": "是", "否": "否", "无": "否", "没有": "否", "不是": "否"}
_MOST, PLACES = Decimal(10) ** 12, 6


class Over(Exception):
    """The demand was handed over, closed or withdrawn meanwhile: nobody is asked any more."""

    def __init__(self) -> None:
        super().__init__("这份表刚刚已经交出或收回，不用再填")


class BadAnswer(ValueError):
    """What was typed does not fit the question; the message says what to type."""


class Taken(Exception):
    """Somebody else answered the same question meanwhile; nothing of it was written."""

    def __init__(self, question: DemandQuestion) -> None:
        super().__init__(
            f"“{question.row_name}”的“{question.head_title}”刚刚由{question.answered_name or '他人'}答为“{question.value}”"
        )


def mine(actor: Actor) -> QuerySet[DemandQuestion]:
    """Questions of demands that are open which the actor may answer: of the own places, of the own units."""
    where = actor.scope(Act.EDIT, ANSWERERS).q("division") | Q(unit__in=actor.units(Act.EDIT, ANSWERERS))
    return DemandQuestion.objects.filter(where, demand__state__in=ASKING, demand__withdrawn_at=None, withdrawn_at=None)


def checked(text: str, kind: AnswerKind) -> str:
    """The answer as it is stored; "" for none. Errors: BadAnswer."""
    written = clean_prose(text) if kind is AnswerKind.TEXT else clean(text)
    if not written:
        return ""
    if kind is AnswerKind.NUMBER:
        return _number(written)
    if kind is AnswerKind.DATE:
        return _day(written)
    if kind is AnswerKind.YES_NO:
        if written not in _WORDS:
            raise BadAnswer("请选“是”或“否”")
        return _WORDS[written]
    if len(written) > 500:
        raise BadAnswer(f"有 {len(written)} 个字，最多 500 个")
    return written


def _number(written: str) -> str:
    try:
        number = Decimal(written.replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise BadAnswer(f"“{written[:20]}”不是数字，只填数字，不带单位") from None
    if not number.is_finite() or abs(number) >= _MOST:
        raise BadAnswer("数字太大，请核对")
    if number != round(number, PLACES):
        raise BadAnswer(f"小数最多 {PLACES} 位，请四舍五入后再填")
    return f"{number.normalize():f}"


def _day(written: str) -> str:
    try:
        return parse_date(written).isoformat()
    except ValueError as error:
        raise BadAnswer(str(error)) from error


def answer(questions: Iterable[DemandQuestion], texts: Mapping[int, str], was: Mapping[int, str], *, by: Actor,
           at: datetime) -> int:  # fmt: skip
    """Writes what changed, each only where it still is as it was seen; returns how many were written.

    `texts` and `was` by key of the question; `was`: what the page showed. Errors: BadAnswer, Taken, Over; nothing is written then.
    """
    changed = [
        (q, value) for q in questions if q.pk in texts and (value := _new(q, texts[q.pk])) != was.get(q.pk, q.value)
    ]
    if not changed:
        return 0
    demands = sorted({question.demand_id for question, _ in changed})
    with recorded(by, "demands.answer"):
        # one after the other for each demand: who answers the last question closes it
        locked = {d.pk: d for d in Demand.objects.select_for_update().filter(pk__in=demands).order_by("pk")}
        if any(each.withdrawn_at or each.state not in ASKING for each in locked.values()):
            raise Over
        for question, value in changed:
            rows = DemandQuestion.objects.filter(
                pk=question.pk, withdrawn_at=None, value=was.get(question.pk, question.value)
            )
            told = {"value": value, "answered_at": at if value else None, "answered_by": by.user if value else None,
                    "answered_name": str(by.user or "")[:40] if value else ""}  # fmt: skip
            if not rows.update(**told, version=F("version") + 1, updated_at=Now()):
                raise Taken(DemandQuestion.objects.get(pk=question.pk))
        for demand in locked.values():
            settle(demand)
    return len(changed)


def _new(question: DemandQuestion, text: str) -> str:
    return checked(text, AnswerKind(question.answer_kind))


def settle(demand: Demand) -> None:
    """An open demand without a question left is answered, and the reverse. Inside the transaction that holds its row."""
    if demand.state not in ASKING:
        return
    left = DemandQuestion.objects.filter(demand=demand, answered_at=None, withdrawn_at=None).exists()
    state = State.OPEN if left else State.ANSWERED
    if state != demand.state:
        Demand.objects.filter(pk=demand.pk).update(state=state, version=F("version") + 1, updated_at=Now())


@dataclass(frozen=True)
class Earlier:
    """What was said of the same row under the same head in an earlier demand."""

    value: str
    who: str
    on: date

    @property
    def age_days(self) -> int:
        return (dates.today() - self.on).days


def earlier(questions: Sequence[DemandQuestion]) -> dict[int, Earlier]:
    """The newest kept answer by key of the question. One query."""
    if not questions:
        return {}
    kept = DemandQuestion.objects.filter(
        head_key__in={q.head_key for q in questions}, row_kind__in={q.row_kind for q in questions},
        row__in={q.row for q in questions}, answered_at__isnull=False, withdrawn_at=None, demand__withdrawn_at=None,
    ).exclude(demand__in={q.demand_id for q in questions})  # fmt: skip
    newest = {}
    for line in kept.order_by("answered_at").values_list(
        "row_kind", "row", "head_key", "answer_kind", "value", "answered_name", "answered_at__date"
    ):
        newest[line[:4]] = Earlier(*line[4:])
    return {
        q.pk: found
        for q in questions
        if (found := newest.get((q.row_kind, q.row, q.head_key, q.answer_kind))) is not None
    }


__all__ = ["BadAnswer", "Earlier", "Over", "Taken", "answer", "checked", "earlier", "mine", "settle"]
