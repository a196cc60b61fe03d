"""What is different between two versions of the guideline: articles, numbers, duties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bangfu.policy.guideline import Guideline
from bangfu.policy.parameter import Parameter, ParameterMissing

NEW, GONE, MOVED, OTHER = "新增", "不再有", "换了条文", "有变化"


@dataclass(frozen=True)
class Change:
    """`article`: where it stands now, or stood. `before`/`after` in words; empty where there is nothing."""

    article: str
    about: str
    what: str
    label: str
    before: str
    after: str


def changes(older: Guideline, newer: Guideline) -> list[Change]:
    found = [*_articles(older, newer), *_numbers(older, newer), *_duties(older, newer)]
    return sorted(found, key=lambda change: [int(part) for part in change.article.split(".")])


def _articles(older: Guideline, newer: Guideline) -> Iterator[Change]:
    for number, before, after in _pairs(older.articles, newer.articles):
        if (what := _what(before, after)) or before != after:
            one = after or before
            texts = [f"{each.title}：{each.summary}" if each else "" for each in (before, after)]
            yield Change(number, "条文", what or OTHER, one.title, *texts)


def _numbers(older: Guideline, newer: Guideline) -> Iterator[Change]:
    for _, before, after in _pairs(older.parameters, newer.parameters):
        one, texts = after or before, [_value(before, newer), _value(after, newer)]
        what = _what(before, after) or (MOVED if before.article != after.article else "")
        if what or texts[0] != texts[1]:
            yield Change(one.article, "数字", what or OTHER, one.label, *texts)


def _duties(older: Guideline, newer: Guideline) -> Iterator[Change]:
    for _, before, after in _pairs(older.duties, newer.duties):
        one = after or before
        what = _what(before, after) or (MOVED if before.article != after.article else "")
        if what or before != after:
            texts = [f"{each.article} {each.says}" if each else "" for each in (before, after)]
            yield Change(one.article, "要求", what or OTHER, one.label, *texts)


def _pairs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in dict.fromkeys([*before, *after]):
        yield key, before.get(key), after.get(key)


def _what(before: object, after: object) -> str:
    return NEW if before is None else GONE if after is None else ""


def _value(parameter: Parameter | None, newer: Guideline) -> str:
    """The value on the day from which the newer version counts."""
    if parameter is None:
        return ""
    try:
        return str(parameter.at(newer.from_on))
    except ParameterMissing:
        return "未规定"
