"""The declared logic checks: guideline/<version>/doubts/*.yaml, read once and checked against the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from bangfu.policy import guideline, source
from bangfu.policy.parameter import Mark
from bangfu.policy.source import Entry
from bangfu.screening import expressions
from bangfu.screening.doubts import columns
from bangfu.screening.doubts.columns import BUILT_IN, Table
from bangfu.screening.expressions import Expression, ExpressionError

EXAMPLES = ("hit", "miss", "empty")
_PART = re.compile(r"\{([^{}]*)\}")
_MISSING = "missing "


class Class(StrEnum):
    """How grave a doubt is, the gravest first."""

    CRITICAL = "critical"
    MISSING = "missing"
    CONTRADICTION = "contradiction"
    POLICY = "policy"
    PLAUSIBILITY = "plausibility"

    @property
    def label(self) -> str:
        return dict(zip(Class, ("严重错误", "缺项漏项", "前后矛盾", "政策落实", "数值存疑"), strict=True))[self]


class Level(StrEnum):
    """What a doubt is about. ACROSS needs all households at once, so one household alone is not asked."""

    MEMBER = "member"
    HOUSEHOLD = "household"
    VILLAGE = "village"
    ACROSS = "across"

    @property
    def label(self) -> str:
        return dict(zip(Level, ("成员", "户", "村", "跨户"), strict=True))[self]


_LEVELS = {
    "members": Level.MEMBER,
    "labour": Level.MEMBER,
    "measures": Level.HOUSEHOLD,
    "households": Level.HOUSEHOLD,
    "villages": Level.VILLAGE,
}


@dataclass(frozen=True)
class Part:
    """A piece of a sentence: words as they stand, a column, a parameter, or the labels of the columns left empty."""

    text: str = ""
    column: str = ""
    parameter: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """`over`: the table whose rows are judged by `when`; `optional`: columns that may be absent from the file."""

    code: str
    title: str
    group: str
    grade: Class
    over: str
    level: Level
    when: Expression
    says: tuple[Part, ...]
    do: str
    source: str
    mark: Mark
    article: str
    note: str = ""
    optional: tuple[str, ...] = ()
    examples: Mapping[str, Entry] | None = None

    @property
    def sentence(self) -> str:
        """The template as it was written."""
        return "".join(_written(part) for part in self.says)

    @property
    def parameters(self) -> frozenset[str]:
        shown = {part.parameter for part in self.says if part.parameter}
        return frozenset((self.when.parameters | shown) - set(BUILT_IN))

    @property
    def shown(self) -> list[str]:
        """Columns that the sentence names."""
        named = [name for part in self.says for name in (part.column, *part.missing) if name]
        return list(dict.fromkeys(named))


@dataclass(frozen=True)
class RuleBook:
    """All rules of one version of the guideline, by code, and the tables they read."""

    version: str
    tables: Mapping[str, Table]
    rules: Mapping[str, Rule]

    def __hash__(self) -> int:
        return hash((self.version, tuple(self.rules)))


@cache
def rulebook(version: str = "2023", root: Path = source.ROOT) -> RuleBook:
    """Errors: PolicyError that names file and key."""
    folder = root / version / "doubts"
    found = columns.tables(folder)
    parameters = tuple(guideline.load(version, root).parameters)
    rules: dict[str, Rule] = {}
    for file in sorted(folder.glob("[0-9]*.yaml")):
        for rule in _rules(source.read(file), found, parameters):
            if rule.code in rules:
                raise source.PolicyError(f"{file.name}：{rule.code} 出现两次")
            rules[rule.code] = rule
    return RuleBook(version, found, rules)


def _rules(top: Entry, tables: Mapping[str, Table], parameters: tuple[str, ...]) -> Iterator[Rule]:
    top.only("group", "source", "mark", "article", "rules")
    for code, entry in top.entry("rules").named():
        entry.only(
            *("title", "class", "over", "level", "when", "says", "do", "note", "source", "mark", "article"),
            *("optional", "examples"),
        )
        table = tables[entry.one_of("over", str, tables)]
        level = entry.one_of("level", Level, Level, _LEVELS[table.name].value)
        shared: dict[str, Any] = {key: entry.text(key, top.text(key)) for key in ("source", "article")}
        yield Rule(
            code=code,
            title=entry.text("title"),
            group=top.text("group"),
            grade=entry.one_of("class", Class, Class),
            over=table.name,
            level=level,
            when=_when(entry, table, parameters),
            says=tuple(_parts(entry, table, parameters)),
            do=entry.text("do"),
            mark=entry.one_of("mark", Mark, Mark, top.text("mark")),
            note=entry.text("note", ""),
            optional=entry.texts("optional"),
            examples=_examples(entry),
            **shared,
        )


def _when(entry: Entry, table: Table, parameters: tuple[str, ...]) -> Expression:
    try:
        return expressions.parse(entry.text("when"), columns.vocabulary(table.all, parameters))
    except ExpressionError as error:
        raise entry.fault("when", str(error)) from None


def _parts(entry: Entry, table: Table, parameters: tuple[str, ...]) -> Iterator[Part]:
    text = entry.text("says")
    for place, piece in enumerate(_PART.split(text)):
        if place % 2 == 0:
            if piece:
                yield Part(text=piece)
        elif piece.startswith(_MISSING):
            names = tuple(piece.removeprefix(_MISSING).split())
            for name in names:
                _check(entry, name, table.all)
            yield Part(missing=names)
        elif piece in parameters:
            yield Part(parameter=piece)
        else:
            _check(entry, piece, table.all)
            yield Part(column=piece)


def _check(entry: Entry, name: str, known: Mapping[str, Any]) -> None:
    if name not in known:
        raise entry.fault("says", f"句中的“{name}”既不是列也不是参数")


def _examples(entry: Entry) -> dict[str, Entry]:
    examples = entry.entry("examples")
    examples.only(*EXAMPLES)
    for name in EXAMPLES:
        if name not in examples.data:
            raise examples.fault(name, "缺少：每条规则要有 hit（命中）、miss（不命中）、empty（没有填）三个例子")
    return dict(examples.named())


def _written(part: Part) -> str:
    if part.missing:
        return f"{{{_MISSING}{' '.join(part.missing)}}}"
    return part.text or f"{{{part.column or part.parameter}}}"
