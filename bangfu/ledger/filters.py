"""The filters of a list, made from its fields: choices → several at once, dates and numbers → from/to, yes/no."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import django_filters as df
from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.template.loader import render_to_string

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.scope import Scope
from bangfu.kernel.text import clean
from bangfu.ledger import narrowing
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.fields import Shown, shown

YES_NO = [("true", "是"), ("false", "否")]
ENDS = ("after", "before", "min", "max")  # of ranges of dates and numbers, behind the name


def _filter_for(item: Shown) -> df.Filter:
    field, common = item.field, {"field_name": item.name, "label": item.label}
    several = common | {"distinct": False}  # own columns double no row, and a DISTINCT row cannot be locked
    if isinstance(field, ArrayField):
        return df.MultipleChoiceFilter(
            lookup_expr="contains", method=_overlap, choices=list(item.choices.items()), **several
        )
    if item.choices:
        return df.MultipleChoiceFilter(choices=list(item.choices.items()), **several)
    if isinstance(field, models.BooleanField):
        return df.TypedMultipleChoiceFilter(choices=YES_NO, coerce=lambda value: value == "true", **several)
    if isinstance(field, models.DateTimeField):
        return df.DateTimeFromToRangeFilter(**common)
    if isinstance(field, models.DateField):
        return df.DateFromToRangeFilter(
            widget=df.widgets.RangeWidget(attrs={"type": "date", "aria-label": item.label}), **common
        )
    if item.is_number:
        return df.RangeFilter(widget=df.widgets.RangeWidget(attrs={"aria-label": item.label}), **common)
    if item.is_relation:
        return df.NumberFilter(widget=forms.HiddenInput, **common)
    return df.CharFilter(lookup_expr="iexact", **common)


def _overlap(queryset: QuerySet[Any], name: str, values: list[str]) -> QuerySet[Any]:
    """Not empty, said besides: so an index of the rows that have any serves (most have none)."""
    return queryset.filter(**{f"{name}__overlap": values}).exclude(**{name: []}) if values else queryset


@cache
def filter_class(ledger: Ledger) -> type[df.FilterSet]:
    members: dict[str, Any] = {name: _filter_for(shown(ledger, name)) for name in ledger.filters}
    return type(f"{type(ledger).__name__}Filters", (df.FilterSet,), members)


@lru_cache(maxsize=100)
def _panel(ledger: Ledger, given: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    params = QueryDict(mutable=True)
    for name, values in given:
        params.setlist(name, values)
    form = filter_class(ledger)(params, queryset=ledger.model._default_manager.none()).form
    return render_to_string("ledger/_filters.html", {"form": form})


class Selection:
    """Which rows a request means: scope, place, search, filters, a figure's rows. One language for list, export,
    figures, map, bulk edit and API."""

    def __init__(
        self, ledger: Ledger, actor: Actor, params: Any, act: Act = Act.READ, place: int | None = None
    ) -> None:
        self.ledger, self.actor, self.params = ledger, actor, params
        base = ledger.visible_to(actor, act)
        self.shows_withdrawn = params.get("withdrawn") == "1"
        base = base.filter(withdrawn_at__isnull=not self.shows_withdrawn)
        if place := place or actor.place:
            base = base.filter(Scope.of([place]).q(ledger.scope))
        self.text = clean(params.get("q", ""))[:100]
        if self.text and ledger.finder:
            base = base.filter(ledger.finder.q(self.text, ledger.reach(actor, act)))
        self.stat = _stat(ledger, params.get("stat", ""))
        if self.stat:
            base = base.filter(stat_rows(self.stat, params.get("part", "where")))
        self.narrowed = list(narrowing.asked(ledger, params))
        for each in self.narrowed:
            base = base.filter(each.rows)
        self.filters = filter_class(ledger)(params, queryset=base)
        self.errors = self.filters.errors if self.filters.is_bound else {}

    @property
    def queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.filters.qs if not self.errors else self.filters.queryset.none()
        return rows

    @property
    def active(self) -> list[tuple[str, str]]:
        """Chips: what narrows the list now, in words."""
        chips = [("搜索", self.text)] if self.text else []
        if self.stat:
            chips.append(("指标", self.stat.title))
        chips += [("指标", each.words) for each in self.narrowed]
        if self.shows_withdrawn:
            chips.append(("状态", "已撤回"))
        for name in self.ledger.filters:
            item = shown(self.ledger, name)
            if values := [v for v in self.params.getlist(name) if v]:
                labels = dict(YES_NO) if isinstance(item.field, models.BooleanField) else item.choices
                chips.append((item.label, "、".join(str(labels.get(v, v)) for v in values)))
            ends = [self.params.get(f"{name}_{end}", "") for end in ENDS]
            if any(ends):
                chips.append((item.label, f"{ends[0] or ends[2] or '…'} 至 {ends[1] or ends[3] or '…'}"))
        return chips

    @property
    def panel(self) -> str:
        """The boxes of the filters as they stand: the same for everybody, so the third part of a list's work is kept."""
        names = {*self.ledger.filters, *(f"{name}_{end}" for name in self.ledger.filters for end in ENDS)}
        return _panel(
            self.ledger, tuple((name, tuple(self.params.getlist(name))) for name in sorted(names & self.params.keys()))
        )

    def words(self) -> str:
        """The same in one line, for the log and the trace mark of an export."""
        return "；".join(f"{label}：{value}" for label, value in self.active) or "全部"


def _stat(ledger: Ledger, text: str) -> Stat | None:
    return ledger.stats[int(text)] if text.isdecimal() and len(text) < 4 and int(text) < len(ledger.stats) else None


def stat_rows(stat: Stat, part: str) -> Q:
    """The rows behind a figure: its numerator, or its denominator with part="over"."""
    over = stat.over if stat.over is not None else Q()
    if part == "over" or stat.where is None:
        return over
    return over & stat.where
