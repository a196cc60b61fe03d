"""The page on which villages, towns and units answer: only what is not known, saved as it is typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.demands import answering
from bangfu.demands.answering import BadAnswer, Over, Taken
from bangfu.demands.demand import Demand
from bangfu.demands.question import DemandQuestion
from bangfu.demands.states import AnswerKind

SHOWN = 60


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.EDIT)
def answer(request: Request, pk: int) -> HttpResponse:
    rows = answering.mine(request.actor).filter(demand=pk)
    demand = Demand.objects.filter(pk=pk, withdrawn_at=None).select_related("office").first()
    total = rows.count()
    if demand is None or not total:
        raise Http404("这份表没有要您回答的，或已经收回")
    faults: dict[int, str] = {}
    if request.method == "POST":
        done = _save(request, list(_sent(request, rows)), faults)
        if done is not None:
            return done
    shows_all = request.GET.get("all") == "1"
    shown = rows if shows_all else rows.filter(answered_at=None)
    questions = list(shown.order_by("division", "row", "pk")[:SHOWN])
    lines = _lines(request, questions, faults)
    context = {"demand": demand, "lines": lines, "shows_all": shows_all, **_progress(rows, total)}
    return render(request, "demands/answer.html", context, status=422 if faults else 200)


def _sent(request: Request, rows: Any) -> Any:
    """The questions that were sent, by typing or by 照旧."""
    keys = [name.partition("-")[2] for name in request.POST if name.startswith("q-")]
    keys += request.POST.getlist("keep")
    return rows.filter(pk__in=[key for key in keys if key.isdecimal() and len(key) < 19])


def _save(request: Request, questions: list[DemandQuestion], faults: dict[int, str]) -> HttpResponse | None:
    """None when something was wrong and the page is to be shown with it. A script gets the fields it sent, as they are now."""
    sent, was = _texts(request.POST, questions)
    try:
        answering.answer(questions, sent, was, by=request.actor, at=timezone.now())
    except Over as over:
        if request.htmx:
            return JsonResponse({"error": str(over)}, status=409)
        messages.error(request, str(over))
        return redirect("today")
    except (BadAnswer, Taken) as error:
        if request.htmx:
            return JsonResponse({"error": str(error)}, status=422 if isinstance(error, BadAnswer) else 409)
        faults |= _faults(questions, sent, str(error))
        messages.error(request, str(error))
        return None
    if not request.htmx:
        messages.success(request, "已保存")
        return redirect(request.get_full_path())
    rows = (
        answering.mine(request.actor).filter(demand=questions[0].demand_id)
        if questions
        else DemandQuestion.objects.none()
    )
    fresh = list(rows.filter(pk__in=[question.pk for question in questions]))
    context = {"lines": _lines(request, fresh, {}), "saved_at": timezone.localtime(), **_progress(rows, rows.count())}
    return render(request, "demands/_saved.html", context)


def _texts(data: QueryDict, questions: list[DemandQuestion]) -> tuple[dict[int, str], dict[int, str]]:
    """What was typed, and what the page had shown before, by key of the question."""
    kept = answering.earlier([question for question in questions if str(question.pk) in data.getlist("keep")])
    sent = {question.pk: str(data[f"q-{question.pk}"]) for question in questions if f"q-{question.pk}" in data}
    sent |= {key: found.value for key, found in kept.items()}
    was = {
        question.pk: str(data[f"was-{question.pk}"]).replace("\0", "")
        for question in questions
        if f"was-{question.pk}" in data
    }
    return sent, was


def _faults(questions: list[DemandQuestion], sent: dict[int, str], message: str) -> dict[int, str]:
    """Each field with what is wrong in it."""
    wrong = {}
    for question in questions:
        try:
            answering.checked(sent.get(question.pk, ""), AnswerKind(question.answer_kind))
        except BadAnswer as error:
            wrong[question.pk] = str(error)
    return wrong or {questions[0].pk: message}


def _lines(request: Request, questions: list[DemandQuestion], faults: dict[int, str]) -> list[tuple[Any, ...]]:
    """(question, what to show in the box, earlier answer, fault)."""
    kept = answering.earlier([question for question in questions if question.answered_at is None])
    return [
        (question, request.POST.get(f"q-{question.pk}", question.value) if faults else question.value,
         kept.get(question.pk), faults.get(question.pk, ""))
        for question in questions
    ]  # fmt: skip


def _progress(rows: Any, total: int) -> dict[str, int]:
    left = rows.filter(answered_at=None).count()
    return {"total": total, "left": left, "done": total - left}
