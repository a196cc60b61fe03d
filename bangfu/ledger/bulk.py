"""Bulk edit: the same value for many rows, seen before it is done and undone as a whole."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import connection, models
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from bangfu.accounts.http import Request
from bangfu.accounts.models import User
from bangfu.accounts.roles import Act
from bangfu.ledger import acts
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import relations, shown
from bangfu.ledger.filters import Selection
from bangfu.ledger.forms import RecordForm
from bangfu.ledger.rows import cells


class BulkEdit(models.Model):
    """One bulk edit: which ledger, which selection in words, which value."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    ledger = models.CharField("台账", max_length=60)
    field = models.CharField("字段", max_length=60)
    words = models.TextField("范围")
    count = models.PositiveIntegerField("条数", default=0)
    done_at = models.DateTimeField("时间", auto_now_add=True)
    undone_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = "批量修改"

    def __str__(self) -> str:
        return f"{self.ledger} {self.field} {self.count} 条"


class BulkEditRow(models.Model):
    """A row as it was: the old value and the version that the edit gave it."""

    edit = models.ForeignKey(BulkEdit, models.CASCADE, related_name="rows")
    record_id = models.BigIntegerField()
    before = models.JSONField()
    version = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edit", "record_id"], name="one_row_a_bulk_edit")]

    def __str__(self) -> str:
        return f"{self.edit_id}/{self.record_id}"


#: A session keeps the plans of its triggers, and history joins old rows with new ones: planned when one row was saved,
#: that join tries each row with each (exchange.batches.write)
FRESH_PLANS = "DISCARD PLANS"


class TooMany(ValueError):
    """More rows than one bulk edit takes."""


def apply(ledger: Ledger, rows: QuerySet[Any], field: str, value: Any, *, words: str, by: Any) -> BulkEdit:
    """Sets one field of all rows in one transaction, keeping what was there. Errors: TooMany."""
    column = shown(ledger, field).field.attname
    table, keep = ledger.model._meta.db_table, BulkEditRow._meta.db_table
    with acts.recorded(by, "bulk", words):
        ids = list(
            rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)[: settings.BULK_ROWS + 1]
        )
        if len(ids) > settings.BULK_ROWS:
            raise TooMany(f"一次最多修改 {settings.BULK_ROWS} 条，请缩小范围")
        edit = BulkEdit.objects.create(user=by.user, ledger=ledger.slug, field=field, words=words, count=len(ids))
        with connection.cursor() as cursor:
            cursor.execute(
                f"insert into {keep} (edit_id, record_id, before, version) "  # noqa: S608 - names come from the model
                f'select %s, id, jsonb_build_object(%s::text, to_jsonb("{column}")), version + 1 '
                f"from {table} where id = any(%s)",
                [edit.pk, column, ids],
            )
            cursor.execute(FRESH_PLANS)
        with ledger.following(ids):
            ledger.model._default_manager.filter(pk__in=ids).update(
                **{column: value}, version=F("version") + 1, updated_at=Now()
            )
    return edit


def undo(ledger: Ledger, edit: BulkEdit, *, by: Any) -> tuple[int, int]:
    """Restores rows nobody has touched since; → (restored, left alone)."""
    column = shown(ledger, edit.field).field.attname
    table, keep = ledger.model._meta.db_table, BulkEditRow._meta.db_table
    ids = list(edit.rows.values_list("record_id", flat=True))
    with acts.recorded(by, "bulk-undo", edit.words), ledger.following(ids), connection.cursor() as cursor:
        if not BulkEdit.objects.filter(pk=edit.pk, undone_at=None).update(undone_at=timezone.now()):
            return 0, 0
        cursor.execute(FRESH_PLANS)
        cursor.execute(
            f'update {table} t set "{column}" = (jsonb_populate_record(t, k.before))."{column}", '  # noqa: S608
            f"version = t.version + 1, updated_at = now() from {keep} k "
            "where k.edit_id = %s and k.record_id = t.id and k.version = t.version",
            [edit.pk],
        )
        restored = cursor.rowcount
    return restored, edit.count - restored


def bulk_page(request: Request, ledger: Ledger) -> HttpResponse:
    """First which field, then (`preview`) its value with counts and before/after, then (`confirm`) done."""
    selection = Selection(ledger, request.actor, QueryDict(request.POST.get("query", "")), Act.BULK)
    rows = selection.queryset
    chosen = [int(pk) for pk in request.POST.getlist("selected") if pk.isdecimal() and len(pk) < 19]
    if not request.POST.get("matching"):
        rows = rows.filter(pk__in=chosen)
    words = selection.words() if request.POST.get("matching") else "勾选的"
    field = request.POST.get("field", "")
    context: dict[str, Any] = {
        "ledger": ledger, "query": request.POST.get("query", ""),
        "matching": request.POST.get("matching", ""), "chosen": chosen,
        "fields": [shown(ledger, name) for name in ledger.bulk], "field": field, "words": words,
        "count": rows.order_by().values("pk")[: settings.BULK_ROWS + 1].count(), "cap": settings.BULK_ROWS,
    }  # fmt: skip
    if field not in ledger.bulk:
        return render(request, "ledger/bulk.html", context)
    form = RecordForm(
        ledger,
        request.actor,
        request.POST if "preview" in request.POST or "confirm" in request.POST else None,
        only=(field,),
    )
    context["form"] = form
    if form.is_bound and form.is_valid():
        value = form.values()[field]
        if "confirm" in request.POST:
            return _confirm(request, ledger, rows, field, value, words)
        told = (ledger.columns[0], field)
        few = rows.select_related(*relations(ledger, told))
        context["after"] = shown(ledger, field).text_of(value)
        context["sample"] = [cells(ledger, row, told) for row in few.order_by("pk")[:10]]
    return render(request, "ledger/bulk.html", context)


def _confirm(request: Request, ledger: Ledger, rows: QuerySet[Any], field: str, value: Any, words: str) -> HttpResponse:
    try:
        edit = apply(ledger, rows, field, value, words=words, by=request.actor)
    except TooMany as error:
        messages.error(request, str(error))
        return redirect(ledger.url())
    messages.success(request, f"已修改 {edit.count} 条，可在“批量修改记录”中撤销")
    return redirect(ledger.url("bulk-edits"))


def edits_page(request: Request, ledger: Ledger) -> HttpResponse:
    """My bulk edits of this ledger, each with its undo."""
    if request.method == "POST":
        asked = request.POST.get("edit", "")
        mine = BulkEdit.objects.filter(user=request.actor.user, ledger=ledger.slug)
        edit = mine.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
        if not edit:
            raise Http404
        restored, left = undo(ledger, edit, by=request.actor)
        note = f"；{left} 条之后又有人改过，保持不动" if left else ""
        messages.success(request, f"已恢复 {restored} 条{note}")
        return redirect(ledger.url("bulk-edits"))
    edits = BulkEdit.objects.filter(user=request.actor.user, ledger=ledger.slug).order_by("-pk")[:50]
    rows = [(edit, shown(ledger, edit.field).label) for edit in edits]
    return render(request, "ledger/bulk_edits.html", {"ledger": ledger, "edits": rows})
