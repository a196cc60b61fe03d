"""Kinds of activities (活动类别): what the form of each asks beside kind, date and place, and the details only it has.

The words are those of the code list activity_kind; a kind on one side only is an error at start-up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from bangfu.kernel import text as kernel_text
from bangfu.policy import guideline, source
from bangfu.policy.code_lists import code_list
from bangfu.policy.source import Entry

CODE_LIST = "activity_kind"
FILE = "activity-kinds.yaml"
LONGEST = 120  # of a detail in words


class Ask(StrEnum):
    """`FOLDED`: asked behind 更多, where few have something to say."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    FOLDED = "folded"


class Field(StrEnum):
    """What a form may ask; each is a column of the activity or one of its lists."""

    HOUSEHOLD = "household"
    OTHER_PLACES = "other_places"
    GROUP = "group"
    CHAIR = "chair"
    UNITS = "units"
    RANK = "rank"
    CADRES = "cadres"
    PEOPLE = "people"
    HEADCOUNT = "headcount"
    TITLE = "title"
    HAS_CHANGE = "has_change"
    FOUND = "found"
    RESULT = "result"


class Type(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    MONEY = "money"
    DAY = "day"


@dataclass(frozen=True)
class Detail:
    """A named field of one kind; `unit` stands behind a number: 人次, 元."""

    name: str
    label: str
    type: Type
    unit: str

    def value_of(self, text: str) -> str | int:
        """As it is kept: whole numbers (money in yuan), days as ISO text. Errors: ValueError in Chinese."""
        words = kernel_text.clean(text)
        if self.type is Type.TEXT:
            return words[:LONGEST]
        if self.type is Type.DAY:
            return _day(self.label, words)
        digits = words.removesuffix(self.unit).replace(",", "").replace("，", "").strip()
        if not digits.isdecimal() or len(digits) > 12:
            raise ValueError(f"“{self.label}”应为整数，如 120")
        return int(digits)


def _day(label: str, words: str) -> str:
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError:
        raise ValueError(f"“{label}”应为日期，如 2026-03-15") from None


@dataclass(frozen=True)
class ActivityKind:
    code: str
    label: str
    article: str
    says: str
    asks: Mapping[Field, Ask]
    details: Mapping[str, Detail]

    def needs(self, field: Field) -> bool:
        return self.asks.get(field) is Ask.REQUIRED


@cache
def kinds(version: str = "2023", root: Path = source.ROOT) -> Mapping[str, ActivityKind]:
    """By code, in the order of the file. Errors: PolicyError that names file and key."""
    top = source.read(root / version / FILE)
    top.only("kinds")
    articles = guideline.load(version, root).articles
    listed = code_list(CODE_LIST, root)
    found = {code: _kind(code, entry, articles) for code, entry in top.entry("kinds").named()}
    values = {str(code.value) for code in listed.codes}
    labels: dict[str, str] = {}
    for kind in found.values():
        for detail in kind.details.values():
            if labels.setdefault(detail.name, detail.label) != detail.label:
                raise top.fault(f"kinds.{kind.code}.details.{detail.name}", "同名的栏目在别的类别里叫法不同")
    if len(set(labels.values())) < len(labels):
        raise top.fault("kinds", "两个不同的栏目叫法相同，请改一个")
    for code in sorted(values ^ found.keys()):
        raise top.fault("kinds", f"“{code}”只在代码表 {CODE_LIST} 或只在本文件中，两处应一致")
    return found


def details(version: str = "2023", root: Path = source.ROOT) -> dict[str, Detail]:
    """Of all kinds, by name."""
    return {detail.name: detail for kind in kinds(version, root).values() for detail in kind.details.values()}


def _kind(code: str, entry: Entry, articles: Mapping[str, object]) -> ActivityKind:
    entry.only("label", "article", "says", "asks", "details")
    article = entry.text("article")
    if article not in articles:
        raise entry.fault("article", f"没有第 {article} 条")
    asks = dict(_asks(entry.entry("asks")))
    if Field.RANK in asks and Field.UNITS not in asks:
        raise entry.fault("asks.rank", "问职务的须同时问参加单位（units）")
    details = {detail.name: detail for detail in _details(entry)}
    return ActivityKind(code, _label(code, entry), article, entry.text("says"), asks, details)


def _label(code: str, entry: Entry) -> str:
    label = entry.text("label")
    try:
        listed = code_list(CODE_LIST).code(code).label
    except KeyError:
        raise entry.fault("", f"代码表 {CODE_LIST} 没有这个值") from None
    if listed != label:
        raise entry.fault("label", f"“{label}”与代码表 {CODE_LIST} 的“{listed}”不一致")
    return label


def _asks(entry: Entry) -> Iterator[tuple[Field, Ask]]:
    for key in entry.data:
        if key not in list(Field):
            raise entry.fault(key, f"没有这个栏目，可用：{'、'.join(Field)}")
        yield Field(key), entry.one_of(key, Ask, Ask)


def _details(entry: Entry) -> Iterator[Detail]:
    if "details" not in entry.data:
        return
    for name, item in entry.entry("details").named():
        item.only("label", "type", "unit")
        label = item.text("label")
        if any(sign in label for sign in "：:；;"):
            raise item.fault("label", f"“{label}”含有冒号或分号")
        yield Detail(name, label, item.one_of("type", Type, Type), item.text("unit", ""))
