"""A number or word that policy fixes: dated, placed, with its source. What is missing raises; it is never 0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from bangfu.kernel import codes, periods, workdays
from bangfu.kernel.workdays import Holidays
from bangfu.policy.source import Entry

Scalar = int | Decimal | str


class ParameterMissing(LookupError):
    """No value is in force on that day in that place; the message tells a county officer what to register."""


class ValueRefused(ValueError):
    """A value that the parameter cannot take; the message says why, in Chinese. `about`: value, division or to_on."""

    def __init__(self, message: str, about: str = "value") -> None:
        super().__init__(message)
        self.about = about


class Kind(StrEnum):
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"


class Mark(StrEnum):
    """How far a value of our files is proved."""

    OFFICIAL = "official"
    SECONDARY = "secondary"
    ASSUMED = "assumed"
    DERIVED = "derived"

    @property
    def label(self) -> str:
        return {"official": "官方原文", "secondary": "转引", "assumed": "暂定，待核", "derived": "推算"}[self]


class Unit(StrEnum):
    """What is counted. `day` and `workday` make a clock run differently, so a value may carry its own."""

    DAY = "day"
    WORKDAY = "workday"
    MONTH = "month"
    YEAR = "year"
    TIMES_PER_YEAR = "times_per_year"
    TIMES = "times"
    PEOPLE = "people"
    ORGANISATIONS = "organisations"
    ITEMS = "items"
    SITES = "sites"
    AGE = "age"
    YUAN = "yuan"
    YUAN_PER_PERSON_YEAR = "yuan_per_person_year"
    YUAN_PER_MONTH = "yuan_per_month"
    PERCENT = "percent"
    MU = "mu"
    KILOMETRE = "kilometre"
    CALENDAR_MONTH = "calendar_month"
    RATIO = "ratio"
    NONE = "none"

    @property
    def label(self) -> str:
        return _UNIT_LABELS[self]


_UNIT_LABELS = {
    Unit.DAY: "天",
    Unit.WORKDAY: "个工作日",
    Unit.MONTH: "个月",
    Unit.YEAR: "年",
    Unit.TIMES_PER_YEAR: "次/年",
    Unit.TIMES: "次",
    Unit.PEOPLE: "人",
    Unit.ORGANISATIONS: "家",
    Unit.ITEMS: "项",
    Unit.SITES: "个",
    Unit.AGE: "周岁",
    Unit.YUAN: "元",
    Unit.YUAN_PER_PERSON_YEAR: "元/人·年",
    Unit.YUAN_PER_MONTH: "元/月",
    Unit.PERCENT: "%",
    Unit.MU: "亩",
    Unit.KILOMETRE: "公里",
    Unit.CALENDAR_MONTH: "月份",
    Unit.RATIO: "倍",
    Unit.NONE: "",
}


@dataclass(frozen=True)
class Value:
    """A value in force from a day (to another) in a division and all below it; division None: the whole country."""

    value: Scalar
    unit: Unit
    from_on: date
    to_on: date | None
    division: int | None
    source: str
    mark: Mark = Mark.OFFICIAL
    note: str = ""
    is_override: bool = False

    def holds(self, day: date, division: int | None) -> bool:
        if not self.from_on <= day or (self.to_on is not None and day > self.to_on):
            return False
        return self.division is None or (division is not None and codes.contains(self.division, division))

    def due_on(self, start: date, holidays: Holidays) -> date:
        """Last day of the term that starts on `start`, for values in days, working days, months or years.

        A term in calendar days, months or years that ends on a day of rest ends on the next working day.
        """
        count = int(self.value)
        match self.unit:
            case Unit.WORKDAY:
                return workdays.add(start, count, holidays)
            case Unit.DAY:
                end = start + timedelta(days=count)
            case Unit.MONTH:
                end = periods.add_months(start, count)
            case Unit.YEAR:
                end = periods.add_months(start, 12 * count)
            case _:
                raise ValueError(f"unit {self.unit} is no length of time")
        return workdays.next_workday(end, holidays)

    def __str__(self) -> str:
        shown = f"{self.value:,}" if isinstance(self.value, (int, Decimal)) else self.value
        return f"{shown}{'' if self.unit is Unit.PERCENT else ' '}{self.unit.label}".strip()


@dataclass(frozen=True)
class Parameter:
    """`home`: the division of the guideline, meant when nobody names one. `minimum`/`maximum` bind overrides.

    `is_required`: the product needs a value everywhere, so that a place without one is told to register it.
    """

    code: str
    article: str
    label: str
    unit: Unit
    kind: Kind
    home: int | None
    summary: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    overridden_by: codes.Level = codes.Level.COUNTY
    is_required: bool = True
    group: str = ""
    values: tuple[Value, ...] = ()

    def at(self, day: date, division: int | None = None, overrides: Iterable[Value] = ()) -> Value:
        """The value in force: nearest division first, then the latest from-date, then an override before the file.

        Errors: ParameterMissing.
        """
        place = self.home if division is None else division
        holding = [value for value in (*self.values, *overrides) if value.holds(day, place)]
        if not holding:
            raise ParameterMissing(self._missing(day, place))
        return max(holding, key=lambda v: (_nearness(v.division), v.from_on, v.is_override))

    def override(
        self, value: object, division: int, from_on: date, to_on: date | None, document_no: str, unit: str = ""
    ) -> Value:
        """A value of the database as `at` takes it. It was checked when it was registered. Errors: ValueRefused."""
        chosen = Unit(unit) if unit else self.unit
        return Value(self.scalar(value), chosen, from_on, to_on, division, document_no, is_override=True)

    def check_override(self, value: object, division: int, from_on: date, to_on: date | None) -> None:
        """Errors: ValueRefused for type, bounds, dates, or a division below the level that may decide."""
        if codes.level_of(division) > self.overridden_by:
            raise ValueRefused(f"“{self.label}”只能由{LEVEL_LABELS[self.overridden_by]}规定", "division")
        if to_on is not None and to_on < from_on:
            raise ValueRefused("失效日期不能早于生效日期", "to_on")
        self.check(self.scalar(value))

    def check(self, scalar: Scalar) -> None:
        """Errors: ValueRefused when the number is out of bounds."""
        if isinstance(scalar, str):
            return
        if self.minimum is not None and scalar < self.minimum:
            raise ValueRefused(f"“{self.label}”不能低于 {self.minimum:f}{self._unit}，现在是 {scalar}")
        if self.maximum is not None and scalar > self.maximum:
            raise ValueRefused(f"“{self.label}”不能高于 {self.maximum:f}{self._unit}，现在是 {scalar}")

    def scalar(self, value: object) -> Scalar:
        """The value in the parameter's own type. Errors: ValueRefused."""
        text = str(value).strip()
        if not text:
            raise ValueRefused(f"“{self.label}”的数值是空的")
        if self.kind is Kind.TEXT:
            return text
        try:
            number = Decimal(text.replace(",", ""))
        except ArithmeticError:
            raise ValueRefused(f"“{self.label}”应为数字，现在是“{text}”") from None
        if not number.is_finite() or number.adjusted() > _MOST_DIGITS:
            raise ValueRefused(f"“{self.label}”应为数字，现在是“{text}”")
        if self.kind is Kind.INTEGER:
            if number != number.to_integral_value():
                raise ValueRefused(f"“{self.label}”应为整数，现在是“{text}”")
            return int(number)
        return number

    @property
    def _unit(self) -> str:
        return f" {self.unit.label}" if self.unit.label else ""

    def _missing(self, day: date, place: int | None) -> str:
        where = "这个地方" if place else "全国"
        return (
            f"参数“{self.label}”在 {day:%Y-%m-%d} 没有适用于{where}的数值；"
            f"请{LEVEL_LABELS[self.overridden_by]}在“政策参数”中登记，并注明文件号"
        )


LEVEL_LABELS = {
    codes.Level.PROVINCE: "省级",
    codes.Level.CITY: "市级以上",
    codes.Level.COUNTY: "县级以上",
    codes.Level.TOWN: "镇级以上",
    codes.Level.VILLAGE: "村级以上",
}


_MOST_DIGITS = 15  # 1E+999999999 is a number too, and would fill the memory as an integer


def _nearness(division: int | None) -> int:
    return 0 if division is None else int(codes.level_of(division))


_KEYS = ["article", "label", "summary", "unit", "kind", "minimum", "maximum", "overridden_by", "required", "values"]


def read_parameter(code: str, entry: Entry, home: int | None, group: str) -> Parameter:
    """One entry of guideline/<version>/parameters/*.yaml. Errors: PolicyError."""
    entry.only(*_KEYS)
    levels = {level.name.lower(): level for level in codes.Level}
    parameter = Parameter(
        code=code,
        article=entry.text("article"),
        label=entry.text("label"),
        summary=entry.text("summary", ""),
        unit=entry.one_of("unit", Unit, Unit),
        kind=entry.one_of("kind", Kind, Kind, "integer"),
        home=home,
        minimum=entry.number("minimum", None),
        maximum=entry.number("maximum", None),
        overridden_by=entry.one_of("overridden_by", levels.__getitem__, levels, "county"),
        is_required=entry.flag("required", True),
        group=group,
    )
    values = tuple(_read_value(parameter, item) for item in entry.entries("values"))
    for later, value in enumerate(values):
        if any((other.division, other.from_on) == (value.division, value.from_on) for other in values[:later]):
            raise entry.fault(f"values[{later}]", "同一区划、同一生效日期已有数值")
    return replace(parameter, values=values)


def _read_value(parameter: Parameter, entry: Entry) -> Value:
    entry.only("value", "unit", "from", "to", "division", "source", "mark", "note")
    if "value" not in entry.data:
        raise entry.fault("value", "缺少")
    if isinstance(entry.data["value"], str) != (parameter.kind is Kind.TEXT):
        raise entry.fault("value", f"应为{'文字' if parameter.kind is Kind.TEXT else '数字，不加引号'}")
    try:
        scalar = parameter.scalar(entry.data["value"])
        parameter.check(scalar)
    except ValueRefused as error:
        raise entry.fault("value", str(error)) from None
    from_on, to_on = entry.set_day("from"), entry.day("to", None)
    if to_on is not None and to_on < from_on:
        raise entry.fault("to", "早于 from")
    return Value(
        value=scalar,
        unit=entry.one_of("unit", Unit, Unit, parameter.unit.value),
        from_on=from_on,
        to_on=to_on,
        division=entry.division("division", None),
        source=entry.text("source"),
        mark=entry.one_of("mark", Mark, Mark),
        note=entry.text("note", ""),
    )
