"""Valid rows for any ledger, made from its fields: contract tests need rows of ledgers they have never seen."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bangfu.accounts.models import Unit
from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Kind
from bangfu.kernel import credit_code
from bangfu.kernel.identity import check_character, parse
from bangfu.ledger import registry, sheets
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import shown
from bangfu.ledger.record import BOOKKEEPING
from tests.ledgers.special_services import OF_SERVICES

HERE = 441881137201  # 英德市东华镇光明村: inside the scope of 县局, 镇办, 队长
ELSEWHERE = 441882101202  # 连州市星子镇联西村: the scope of 外县

_numbers = count(1)


def _as_the_number_says(values: dict[str, Any]) -> None:
    number = parse(values["identity_no"])
    values |= {"born_on": number.born_on, "sex": number.sex}


def _ends_after_it_starts(values: dict[str, Any]) -> None:
    values["to_on"] = values["from_on"] + datetime.timedelta(days=5)


def _answered_after_it_came(values: dict[str, Any]) -> None:
    values["received_on"] = values["public_notice"].from_on
    values["answered_on"] = values["received_on"]


def _in_its_county(values: dict[str, Any]) -> None:
    values["county"] = Division.objects.get(code=values["county"].code // 10**6 * 10**6)


def _a_round(values: dict[str, Any]) -> None:
    _in_its_county(values)
    _ends_after_it_starts(values)


def _over(values: dict[str, Any]) -> None:
    values["state"] = "done"  # only one of a county is at work


def _ended(values: dict[str, Any]) -> None:
    values["state"] = "ended"  # only one of a place is running


def _without_the_shares_that_came_with_the_round(values: dict[str, Any]) -> None:
    values["screening_round"].villages.all().delete()


def _of_a_monitored_household(values: dict[str, Any]) -> None:
    home = values["household"]
    type(home).objects.filter(pk=home.pk).update(monitored_kind="marginal")
    home.refresh_from_db()


def _months_in_order(values: dict[str, Any]) -> None:
    values["first_month"], values["last_month"] = datetime.date(2024, 1, 1), datetime.date(2024, 12, 1)


def _with_a_phone(values: dict[str, Any]) -> None:
    values["contact_phone"] = f"139{next(_numbers):08d}"


def _with_units_that_are_there(values: dict[str, Any]) -> None:
    unit = Unit.objects.order_by("pk").first()
    assert unit
    values |= {"group": None, "chair": None, "cadre_names": "", "other_places": "", "details": "学时：4"}
    values |= {"unit_names": unit.name, "ends_on": values["held_on"]}


def _one_day(values: dict[str, Any]) -> None:
    """Terms that share no day with any other sample's."""
    values["from_on"] = values["to_on"] = datetime.date(2000, 1, 1) + datetime.timedelta(days=next(_numbers) % 9000)


def _of_its_town(values: dict[str, Any]) -> None:
    _one_day(values)
    values["town"] = Division.objects.get(code=values["town"].code // 1000 * 1000)


def _with_a_code(values: dict[str, Any]) -> None:
    first17 = f"91990000{next(_numbers):09d}"
    values["credit_code"] = first17 + credit_code.check_character(first17)


def _a_partner(values: dict[str, Any]) -> None:
    _one_day(values)
    _with_a_code(values)


def _of_two_places(values: dict[str, Any]) -> None:
    _one_day(values)
    values["helping"] = values["helped"].parent


def _within_the_term(values: dict[str, Any]) -> None:
    values["from_on"] = values["to_on"] = values["cadre"].from_on


def _in_its_year(values: dict[str, Any]) -> None:
    values["year"] = values["in_place_on"].year


def _of_a_unit(values: dict[str, Any]) -> None:
    values["partner"] = None


def _open_for_a_day(values: dict[str, Any]) -> None:
    values["open_until"] = values["from_on"]


def _in_business(values: dict[str, Any]) -> None:
    _with_a_code(values)
    values["to_on"] = None


def _paid_under_it(values: dict[str, Any]) -> None:
    values["paid_on"] = values["linkage"].from_on


def _due_in_its_term(values: dict[str, Any]) -> None:
    _ends_after_it_starts(values)
    values["first_due_on"] = values["from_on"]


def _ordered_first(values: dict[str, Any]) -> None:
    values["deliver_by_on"] = values["bought_on"] = values["ordered_on"]


def _in_use(values: dict[str, Any]) -> None:
    values["used_from_on"] = values["idle_from_on"]


def _a_company(values: dict[str, Any]) -> None:
    _ends_after_it_starts(values)
    _with_a_code(values)


def _of_an_organisation(values: dict[str, Any]) -> None:
    _one_day(values)
    values["holding_company"] = None


def _nothing_distributed(values: dict[str, Any]) -> None:
    values["distributed_yuan"] = Decimal(0)


def _of_a_town(values: dict[str, Any]) -> None:
    values["town"] = Division.objects.get(code=values["town"].code // 1000 * 1000)


def _asked_of_a_town(values: dict[str, Any]) -> None:
    values["division"] = Division.objects.get(code=values["division"].code // 1000 * 1000)
    values["due_on"] = values["ended_on"] = values["opened_on"]


def _of_an_asset(values: dict[str, Any]) -> None:
    assets = registry.get("assets")
    assert assets
    values["asset"] = make(assets)


def _formed_when_it_was_bought(values: dict[str, Any]) -> None:
    values["formed_year"] = values["acquired_on"].year


def _fits_the_project(values: dict[str, Any]) -> None:
    values |= {"other_places": "", "implementer_code": "", "planned_end_on": values["planned_start_on"]}


def _signed_before_it_ends(values: dict[str, Any]) -> None:
    values |= {"contractor_code": "", "ends_on": values["signed_on"]}


def _while_it_is_built(values: dict[str, Any]) -> None:
    project = values["project"]
    type(project).objects.filter(pk=project.pk).update(state="started")
    project.refresh_from_db()


def _mended_after_it_was_found(values: dict[str, Any]) -> None:
    values["due_on"] = values["mended_on"] = values["found_on"]


def _given_after_it_was_asked(values: dict[str, Any]) -> None:
    values |= {"given_on": values["asked_on"], "unit": None}


def _of_the_register(values: dict[str, Any]) -> None:
    values |= {"worker": "", "to_on": values["from_on"], "paid_on": values["from_on"], "days": Decimal("0.5")}


def _by_the_rule(values: dict[str, Any]) -> None:
    day = values["scheme"].from_on
    values |= {"amount_yuan": Decimal(0), "checked_on": day, "paid_on": day}


def _mended_after_the_report(values: dict[str, Any]) -> None:
    values["mended_on"] = values["reported_on"]


def _all_year_under_no_brand(values: dict[str, Any]) -> None:
    values["season_from"], values["season_to"], values["brand"] = 1, 12, None


def _asked_by_an_entity(values: dict[str, Any]) -> None:
    values |= {"household": None, "answered_on": None, "outcome": "open", "activity": None}


def _lent_to_an_entity(values: dict[str, Any]) -> None:
    values |= {"household": None, "wish": None, "repaid_on": None, "extended_to_on": None}
    values["due_on"] = values["granted_on"] + datetime.timedelta(days=20)
    model = type(values["product"])
    model.objects.filter(pk=values["product"].pk).update(kind="entity")
    values["product"].refresh_from_db()


def _moved_after_it_was_lent(values: dict[str, Any]) -> None:
    values["moved_on"] = values["loan"].granted_on + datetime.timedelta(days=5)


def _skilled(values: dict[str, Any]) -> None:
    cadre = values["technology_commissioner"]
    type(cadre).objects.filter(pk=cadre.pk).update(kind="technology_commissioner")
    cadre.refresh_from_db()


def _unanswered(values: dict[str, Any]) -> None:
    values |= {"technology_commissioner": None, "assigned_on": None, "answered_on": None, "answer": ""}
    values |= {"outcome": "open", "activity": None, "is_shared": False}


def _landed(values: dict[str, Any]) -> None:
    values["closed_on"] = values["landed_on"]


def _rebuilt_in_order(values: dict[str, Any]) -> None:
    values["rebuilt_on"] = values["started_on"]


def _taken(slug: str, **wanted: Any) -> bool:
    ledger = registry.get(slug)
    assert ledger
    return bool(ledger.model._default_manager.filter(**wanted).exists())


def _one_a_village(values: dict[str, Any]) -> None:
    """The first in the village itself, each other in a new one beside it."""
    _with_a_code(values)
    village = values["village"]
    if _taken("collective-organisations", village=village):
        beside = Division.objects.get(code=village.code)
        number = next(_numbers)
        beside.code, beside.name = village.code // 1000 * 1000 + 400 + number % 500, f"样例村{number}"
        beside.full_name = f"{village.full_name}{number}"
        beside.save(force_insert=True)
        values["village"] = beside


def _of_another_unit(values: dict[str, Any]) -> None:
    """The first of the unit that is there, each other of a new one."""
    if _taken("canteen-budgets", unit=values["unit"], year=values["year"]):
        units = registry.get("units")
        assert units
        values["unit"] = make(units, values["division"].pk)


#: ledgers whose rows need more than a valid value per field: slug → function(values) that mends them
SPECIAL: dict[str, Callable[[dict[str, Any]], None]] = {
    **OF_SERVICES,
    "activities": _with_units_that_are_there,
    "absences": _within_the_term,
    "cadres": _one_day,
    "care-items": _in_its_year,
    "donations": _of_a_unit,
    "group-members": _one_day,
    "groups": _of_its_town,
    "pairings": _of_two_places,
    "partners": _a_partner,
    "resources": _open_for_a_day,
    "asset-differences": _of_an_asset,
    "assets": _formed_when_it_was_bought,
    "stock-rounds": _asked_of_a_town,
    "town-plans": _of_a_town,
    "projects": _fits_the_project,
    "contracts": _signed_before_it_ends,
    "project-progress": _while_it_is_built,
    "acceptance-defects": _mended_after_it_was_found,
    "department-opinions": _given_after_it_was_asked,
    "labour-uses": _of_the_register,
    "operation-contracts": _ends_after_it_starts,
    "award-schemes": _ends_after_it_starts,
    "award-payments": _by_the_rule,
    "facility-faults": _mended_after_the_report,
    "units": _with_a_code,
    "business-entities": _in_business,
    "collective-accounts": _nothing_distributed,
    "collective-contracts": _due_in_its_term,
    "collective-organisations": _one_a_village,
    "company-shares": _of_an_organisation,
    "brand-licences": _one_day,
    "canteen-budgets": _of_another_unit,
    "commissioner-skills": _skilled,
    "farmers-markets": _rebuilt_in_order,
    "finance-products": _ends_after_it_starts,
    "finance-wishes": _asked_by_an_entity,
    "firm-landings": _landed,
    "industrial-parks": _ends_after_it_starts,
    "loans": _lent_to_an_entity,
    "loan-movements": _moved_after_it_was_lent,
    "logistics-points": _ends_after_it_starts,
    "products": _all_year_under_no_brand,
    "purchases": _ordered_first,
    "regional-brands": _ends_after_it_starts,
    "technology-requests": _unanswered,
    "entity-members": _one_day,
    "idle-assets": _in_use,
    "joint-companies": _a_company,
    "farmer-linkages": _ends_after_it_starts,
    "linkage-payments": _paid_under_it,
    "village-pairings": _one_day,
    "work-teams": _of_its_town,
    "persons": _as_the_number_says,
    "contingency-tasks": _in_its_county,
    "screening-rounds": _a_round,
    "screening-runs": _over,
    "warning-responses": _ended,
    "round-villages": _without_the_shares_that_came_with_the_round,
    "assistance-measures": _of_a_monitored_household,
    "assistance-plans": _with_a_phone,
    "household-checks": _months_in_order,
    "objections": _answered_after_it_came,
    "public-notices": _ends_after_it_starts,
}


def identity_number(serial: int) -> str:
    """A valid number with area code 990000, which is nobody's."""
    first17 = f"990000197{serial // 1000 % 10}0101{serial % 1000:03d}"
    return first17 + check_character(first17)


def value_for(ledger: Ledger, name: str, place: int) -> Any:
    item, serial = shown(ledger, name), next(_numbers)
    field = item.field
    if item.is_division:
        return Division.objects.get(code=place)
    if isinstance(field, models.ForeignKey):
        if field.related_model is Unit:
            return Unit.objects.first()
        other = registry.of(field.related_model)  # type: ignore[arg-type]
        if other is ledger and field.null:
            return None
        assert other, f"{name} refers to a model without a ledger"
        return make(other, place)
    if isinstance(field, ArrayField):
        return [next(iter(item.choices))] if item.choices else [f"样例{serial}"]
    if item.choices:
        return next(iter(item.choices))
    if isinstance(field, models.BooleanField):
        return True
    if ledger.kinds.get(name) is Kind.MONTH:
        return datetime.date(2024, 1 + serial % 12, 1)
    if isinstance(field, models.DateField):
        return datetime.date(2024, 1, 1) + datetime.timedelta(days=serial % 300)
    low = sheets.column(ledger, name).min if name in ledger.exchange else None
    if isinstance(field, models.DecimalField):
        return Decimal(low or 1)
    if isinstance(field, (models.IntegerField, models.FloatField)):
        return type(field)().to_python(low or 1)
    if "phone" in name:
        return f"138{serial % 10**8:08d}"
    if "identity" in name:
        return identity_number(serial)
    return f"样例{serial}"[: getattr(field, "max_length", None) or 40]


def values_for(ledger: Ledger, place: int = HERE) -> dict[str, Any]:
    """What a person would fill in: every field of the form."""
    values = {name: value_for(ledger, name, place) for name in ledger.form}
    if ledger.form:
        SPECIAL.get(ledger.slug, lambda _: None)(values)
    return values


def make(ledger: Ledger, place: int = HERE) -> Any:
    """A row in the database. In a ledger of acts: with a value in every column that a row must have."""
    values = values_for(ledger, place)
    if ledger.acts_only:
        fields = [f for f in ledger.model._meta.concrete_fields if not (f.primary_key or f.null or f.has_default())]
        missing = [f.name for f in fields if f.name not in (ledger.scope, *BOOKKEEPING)]
        values |= {name: value_for(ledger, name, place) for name in missing}
        SPECIAL.get(ledger.slug, lambda _: None)(values)
    record = ledger.model(**values)
    if ledger.scope not in ledger.form and not ledger.scope_from:
        setattr(record, f"{ledger.scope}_id", place)
    ledger.place(record)
    ledger.prepare(record)
    record.save()
    return record


def posted(ledger: Ledger, values: dict[str, Any]) -> dict[str, Any]:
    """The values as a browser would send them."""
    sent: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, models.Model):
            sent[name] = str(value.pk)
        elif isinstance(value, bool):
            field = shown(ledger, name).field
            if value or field.null:
                sent[name] = "true" if field.null else "on"
        elif value is not None:
            sent[name] = value if isinstance(value, list) else str(value)
    return sent
