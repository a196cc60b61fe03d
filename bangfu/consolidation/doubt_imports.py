"""The households of an import are checked by set as soon as it is written, and its page leads to what was found (1.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pghistory
from django.db import connection
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.consolidation import doubt_entry
from bangfu.consolidation.doubts import Doubt
from bangfu.consolidation.measures import AssistanceMeasure
from bangfu.exchange import registry as books
from bangfu.exchange import runs
from bangfu.exchange.aftermath import Line
from bangfu.exchange.models import ImportRun, StagedRow, State, Verdict
from bangfu.ledger import registry
from bangfu.people.models import Household, HouseholdIncome, Person

SHOWN = 200
_SOON = timedelta(minutes=10)
_WRITTEN = "s.run_id = %s AND s.sheet = %s AND s.verdict IN ('a', 'c')"
#: rows of an import → the household each belongs to
_HOMES: dict[type[Any], str] = {
    model: f"SELECT t.{column} FROM exchange_stagedrow s JOIN {model._meta.db_table} t ON t.id = s.target WHERE {_WRITTEN}"  # noqa: S608
    for model, column in (
        (Household, "id"),
        *((model, "household_id") for model in (Person, HouseholdIncome, AssistanceMeasure)),
    )
}


def homes_of(run: ImportRun) -> list[int]:
    """Keys of the households whose rows the import wrote, while its rows are kept."""
    book = books.get(run.book)
    parts = [
        (_HOMES[sheet.model], [run.pk, position])
        for position, sheet in enumerate(book.sheets if book else ())
        if sheet.model in _HOMES
    ]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(sql for sql, _ in parts), [value for _, values in parts for value in values])
        return sorted(key for (key,) in cursor.fetchall())


def check(run: ImportRun) -> dict[str, int]:
    """After the write, and after it was taken back, of what is still there."""
    homes = homes_of(run)
    if not homes:
        return {}
    return {"homes": len(homes), "doubts": doubt_entry.check_homes(homes, f"{run.title}导入后检查")}


def let_go(run: ImportRun) -> None:
    """Doubts about rows that the import added, and that nobody has answered, go with them: they say nothing without, and
    would keep the rows from being taken back. Their history stays; of rows that remain they are found again."""
    untouched = Doubt.objects.filter(explained_by=None, explanation="")
    with pghistory.context(user=None, name="疑点检查", act="import-undo", reason=f"撤销导入{run.title}"):
        untouched.filter(household__in=_added(run, Household)).delete()
        untouched.filter(person__in=_added(run, Person)).delete()


def _added(run: ImportRun, model: type[Household | Person]) -> list[int | None]:
    book = books.get(run.book)
    places = [place for place, sheet in enumerate(book.sheets if book else ()) if sheet.model is model]
    # as a list: right after an import the planner guesses few rows and would compare each doubt with each row
    rows = StagedRow.objects.filter(run=run, sheet__in=places, verdict=Verdict.ADD)
    return list(rows.values_list("target", flat=True))


def lines(run: ImportRun, actor: Actor) -> Iterator[Line]:
    book, ledger = books.get(run.book), registry.of(Doubt)
    if run.state != State.DONE or book is None or ledger is None or not ledger.may(actor, Act.READ):
        return
    if "homes" in run.outcome:
        homes, found = run.outcome["homes"], run.outcome["doubts"]
        if found:
            url = reverse("consolidation:import-doubts", args=[run.pk])
            yield Line(f"已检查这次导入的 {homes:,} 户，有 {found:,} 处数据疑点。", url, "查看疑点", "warn")
        else:
            yield Line(f"已检查这次导入的 {homes:,} 户，没有数据疑点。", tone="ok")
    elif any(sheet.model in _HOMES for sheet in book.sheets) and timezone.now() - run.changed_at < _SOON:
        yield Line("正在检查这次导入的户有没有数据疑点，", run.get_absolute_url(), "刷新看结果")


def _doubts(run: ImportRun, actor: Actor) -> QuerySet[Doubt]:
    ledger = registry.of(Doubt)
    assert ledger
    return ledger.visible_to(actor).filter(household__in=homes_of(run), state=Doubt.State.OPEN, withdrawn_at=None)


@require_GET
def import_page(request: Request, pk: int) -> HttpResponse:
    """Open doubts of the households that the import wrote, as they are now: by rule, and the first of them."""
    run = runs.of(request.actor).filter(pk=pk).first()
    if run is None:
        raise Http404("没有这次导入")
    found = _doubts(run, request.actor)
    rule = request.GET.get("rule", "")
    by_rule = list(found.values("rule", "title").annotate(number=Count("pk")).order_by("rule"))
    rows = found.filter(rule=rule) if rule else found
    context = {
        "run": run, "by_rule": by_rule, "rule": rule, "total": sum(row["number"] for row in by_rule), "ledger": registry.of(Doubt),
        "rows": rows.select_related("household", "person", "village").order_by("village_id", "household_id", "rule")[:SHOWN],
        "shown": SHOWN, "number": next((row["number"] for row in by_rule if row["rule"] == rule), None),
        "is_kept": bool(run.file),
    }  # fmt: skip
    response = render(request, "consolidation/import_doubts.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
