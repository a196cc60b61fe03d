"""The one short form of any activity: kind, date, place, who, what came of it; what the kind asks beside, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from bangfu.accounts.roles import Act
from bangfu.activities import acts, details, naming
from bangfu.activities.activity import OTHER, RANKS
from bangfu.activities.chairing import next_chair
from bangfu.activities.known import Known
from bangfu.divisions.forms import DivisionField
from bangfu.divisions.models import Division
from bangfu.kernel.text import clean, clean_prose
from bangfu.ledger import registry
from bangfu.ledger.forms import RecordField, kept
from bangfu.people.act_form import Day
from bangfu.people.codes import choices
from bangfu.people.models import Household
from bangfu.policy.activity_kind import ActivityKind, Ask, Detail, Field, Type

#: column of the ledger → field of this form, for what the ledger finds wrong
SHOWN_AT = {"unit_names": "units", "cadre_names": "cadres", "kind": ""}
DETAIL = "detail_"
_FOLDED_FOR_ALL = ("ends_on", "place", "follow_up", "follow_up_on")


class ActivityForm(forms.Form):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    held_on = Day(label="日期")

    def __init__(
        self,
        kind: ActivityKind,
        known: Known,
        data: Any = None,
        *,
        draft: dict[str, list[str]] | None = None,
        address: Mapping[str, str] | None = None,
    ) -> None:
        """`address`: what the query of the address says of it, as the page that leads here knows it."""
        super().__init__(data, initial={"client_uuid": uuid4(), "held_on": known.day})
        self.kind, self.known = kind, known
        self.folded: list[str] = [*_FOLDED_FOR_ALL]
        if not kind.needs(Field.HOUSEHOLD):  # whose village is the place
            self.fields["division"] = DivisionField(within=known.places, label="地点", initial=known.place)
        makers: dict[Field, Callable[[bool], forms.Field]] = {
            Field.HOUSEHOLD: self._household, Field.OTHER_PLACES: self._other_place, Field.GROUP: self._group,
            Field.CHAIR: self._chair, Field.UNITS: self._units, Field.RANK: self._rank, Field.CADRES: self._cadres,
            Field.PEOPLE: self._people, Field.HEADCOUNT: self._headcount, Field.TITLE: self._title,
            Field.HAS_CHANGE: self._has_change, Field.FOUND: self._prose("发现的情况"), Field.RESULT: self._prose("结果"),
        }  # fmt: skip
        for asked, ask in kind.asks.items():
            self.fields[asked.value] = makers[asked](ask is Ask.REQUIRED)
            if ask is Ask.FOLDED:
                self.folded.insert(0, asked.value)
        for detail in kind.details.values():
            self.fields[f"{DETAIL}{detail.name}"] = _field_of(detail)
        self._add_the_folded()
        self._begin_with(address or {})
        for name in self.fields if draft and not self.is_bound else ():
            self.initial[name] = kept(
                name, self.fields[name], draft or {}, self.get_initial_for_field(self.fields[name], name)
            )

    def _begin_with(self, asked: Mapping[str, str]) -> None:
        """Rank and place; group, unit and cadre by their keys. What this person is not offered is left out."""
        place, known = asked.get("division", ""), self.known
        if place.isdecimal() and int(place) in known.places:
            self.initial["division"] = Division.objects.filter(pk=place).first()
        for name in ("rank", "group"):
            if name in self.fields and asked.get(name) in dict(self.fields[name].choices):  # type: ignore[attr-defined]
                self.initial[name] = asked[name]
        self._propose_chair()
        if units := [unit.name for unit in known.group_units if str(unit.pk) == asked.get("unit")]:
            self.initial["units"] = units
        if cadres := [naming.cadre(each) for each in known.cadres if str(each.pk) == asked.get("cadre")]:
            self.initial["cadres"] = cadres

    def _propose_chair(self) -> None:
        """轮值: whose turn it is; another one may be ticked."""
        said = str(self.initial.get("group") or "")
        group = int(said) if said.isdecimal() else self.known.group.pk if self.known.group else None
        chair = next_chair(group) if "chair" in self.fields and group else None
        if chair and str(chair.pk) in dict(self.fields["chair"].choices):  # type: ignore[attr-defined]
            self.initial["chair"] = str(chair.pk)
            self.fields["chair"].help_text = f"按轮值这次轮到{chair}，换人主持的另选"

    def _household(self, required: bool) -> forms.Field:
        ledger = registry.of(Household)
        assert ledger
        return RecordField(ledger, self.known.actor, label="农户", required=required)

    def _other_place(self, required: bool) -> forms.Field:
        return DivisionField(
            label="另一方", required=required, help_text="对方的市、县、镇；几处的在“还在哪些地方”里写"
        )

    def _group(self, required: bool) -> forms.Field:
        options = [(str(group.pk), f"{group.title}") for group in self.known.groups]
        initial = options[0][0] if len(options) == 1 else None
        return forms.ChoiceField(
            label="组团", choices=options, widget=forms.RadioSelect, required=required, initial=initial
        )

    def _chair(self, required: bool) -> forms.Field:
        options = [(str(unit.pk), unit.name) for unit in self.known.group_units]
        return forms.ChoiceField(label="主持单位", choices=options, widget=forms.RadioSelect, required=required)

    def _units(self, required: bool) -> forms.Field:
        units = self.known.group_units
        if not units:
            hint = "单位名称或统一社会信用代码，用顿号隔开"
            return forms.CharField(label="参加单位", max_length=600, required=required, help_text=hint)
        asks_all = Field.GROUP in self.kind.asks
        mine = [unit.name for unit in units if asks_all or unit == self.known.unit]
        return forms.MultipleChoiceField(
            label="参加单位", choices=[(unit.name, unit.name) for unit in units], initial=mine, required=required,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip

    def _rank(self, required: bool) -> forms.Field:
        return forms.ChoiceField(label="谁去的", choices=choices(RANKS), widget=forms.RadioSelect, required=required)

    def _cadres(self, required: bool) -> forms.Field:
        cadres = self.known.cadres
        if not cadres:
            return forms.CharField(label="驻镇干部", max_length=600, required=required, help_text="姓名用顿号隔开")
        options = [(naming.cadre(cadre), cadre.name) for cadre in cadres]
        initial = [options[0][0]] if len(options) == 1 and required else None
        return forms.MultipleChoiceField(
            label="驻镇干部", choices=options, widget=forms.CheckboxSelectMultiple, required=required, initial=initial
        )

    def _people(self, required: bool) -> forms.Field:
        label = "负责同志姓名" if Field.RANK in self.kind.asks else "参加人员"
        initial = self.known.people(self.kind.code)
        return forms.CharField(
            label=label, max_length=200, required=required, initial=initial, help_text="姓名用顿号隔开"
        )

    def _headcount(self, required: bool) -> forms.Field:
        return forms.IntegerField(label="参加人数", min_value=1, max_value=1_000_000, required=required)

    def _title(self, required: bool) -> forms.Field:
        return forms.CharField(label="主题", max_length=120, required=required)

    def _has_change(self, required: bool) -> forms.Field:
        return forms.TypedChoiceField(
            label="情况", choices=[("false", "没有变化"), ("true", "有变化")], coerce=lambda value: value == "true",
            widget=forms.RadioSelect, required=required,
        )  # fmt: skip

    def _prose(self, label: str) -> Callable[[bool], forms.Field]:
        def make(required: bool) -> forms.Field:
            box = forms.Textarea(attrs={"rows": 3})
            return forms.CharField(label=label, max_length=500, required=required, widget=box)

        return make

    def _add_the_folded(self) -> None:
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["ends_on"] = forms.DateField(
            label="结束日期", required=False, widget=day, help_text="当天结束的不填"
        )
        self.fields["place"] = forms.CharField(label="具体地点", max_length=80, required=False)
        self.fields["follow_up"] = forms.CharField(label="后续要办的事", max_length=300, required=False)
        self.fields["follow_up_on"] = forms.DateField(label="什么时候办完", required=False, widget=day)
        if Field.OTHER_PLACES not in self.kind.asks:
            hint = "同时在几个镇开展的，写其他镇、村的名称，用顿号隔开"
            self.fields["further"] = forms.CharField(
                label="还在哪些地方", max_length=300, required=False, help_text=hint
            )
            self.folded.append("further")

    def asked(self) -> list[forms.BoundField]:
        """What is not known comes first, what is filled in already after it, to be looked over."""
        fields = [field for field in self.visible_fields() if field.name not in self.folded]
        return sorted(fields, key=lambda field: bool(self.get_initial_for_field(field.field, field.name)))

    def behind(self) -> list[forms.BoundField]:
        """What few have something to say about; open when something is said or wrong."""
        return [self[name] for name in self.folded if name in self.fields]

    @property
    def opens_more(self) -> bool:
        return any(field.errors or field.value() not in (None, "", []) for field in self.behind())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.values: dict[str, Any] = {}
        if self.errors:
            return data
        try:
            self.values = self._values(data)
        except ValueError as error:
            self.add_error(None, str(error))
            return data
        found = acts.ledger().clean(self.values, None)
        place = self.values["division"]
        own = self.known.actor.scope(Act.EDIT, acts.ledger().edited_by)
        if place.pk not in own:
            found = acts.ledger().unit_faults(self.values, self.known.units) | found
        for name, message in found.items():
            at = SHOWN_AT.get(name, name)
            self.add_error(at if at in self.fields else None, message)
        return data

    def _values(self, data: dict[str, Any]) -> dict[str, Any]:
        """Columns of the activity. Errors: ValueError of a detail."""
        text = {name: clean(data.get(name) or "") for name in ("place", "title", "people", "follow_up")}
        prose = {name: clean_prose(data.get(name) or "") for name in ("found", "result")}
        household, other = data.get("household"), data.get("other_places")
        if data.get("has_change") is False and not prose["found"]:
            prose["found"] = acts.UNCHANGED
        group = next((each for each in self.known.groups if str(each.pk) == data.get("group")), None)
        chair = next((unit for unit in self.known.group_units if str(unit.pk) == data.get("chair")), None)
        told = dict(self._details(data))
        return text | prose | {
            "kind": self.kind.code, "held_on": data["held_on"], "ends_on": data.get("ends_on"),
            "division": household.village if household else data["division"], "household": household,
            "other_places": other.full_name if other else data.get("further", ""), "group": group, "chair": chair,
            "unit_names": self._unit_names(data), "cadre_names": _joined(data.get("cadres")),
            "headcount": data.get("headcount"), "has_change": data.get("has_change") if data.get("has_change") != "" else None,
            "details": details.words(told), "follow_up_on": data.get("follow_up_on"),
        }  # fmt: skip

    def _unit_names(self, data: dict[str, Any]) -> str:
        said, rank = data.get("units") or [], data.get("rank") or OTHER
        names = naming.units_in(said) if isinstance(said, str) else [(name, OTHER) for name in said]
        return naming.told((name, rank if each == OTHER else each) for name, each in names)

    def _details(self, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for detail in self.kind.details.values():
            value = data.get(f"{DETAIL}{detail.name}")
            if value not in (None, ""):
                yield detail.name, detail.value_of(str(int(value) if isinstance(value, Decimal) else value))


def _joined(said: Any) -> str:
    return said if isinstance(said, str) else "、".join(said or ())


def _field_of(detail: Detail) -> forms.Field:
    label = f"{detail.label}（{detail.unit}）" if detail.unit not in ("", detail.label) else detail.label
    if detail.type is Type.DAY:
        return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))
    if detail.type is Type.TEXT:
        return forms.CharField(label=label, required=False, max_length=120)
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=10**12)
