"""The guideline as data: chapters, articles, parameters of each version, read from guideline/<version>/."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

from bangfu.policy import source
from bangfu.policy.duty import Duty, read_duties
from bangfu.policy.indicator import Indicator, read_indicators
from bangfu.policy.parameter import Parameter, read_parameter
from bangfu.policy.source import Entry, PolicyError

_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class UnknownParameter(KeyError):
    """A code that no file declares: a mistake of the programmer."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Document:
    title: str
    number: str
    issuer: str
    dated: date


@dataclass(frozen=True)
class Article:
    """`number` is "1.1" to "5.5"; `summary` is in our own words."""

    number: str
    chapter: int
    title: str
    summary: str


@dataclass(frozen=True)
class Chapter:
    number: int
    slug: str
    title: str
    summary: str
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class Guideline:
    """One version; `from_on` is the day it came into force, `division` the area it is for."""

    version: str
    document: Document
    from_on: date
    division: int | None
    chapters: tuple[Chapter, ...]
    articles: Mapping[str, Article]
    parameters: Mapping[str, Parameter]
    duties: Mapping[str, Duty]
    indicators: Mapping[str, Indicator]

    def parameter(self, code: str) -> Parameter:
        """Errors: UnknownParameter, with the nearest code."""
        if found := self.parameters.get(code):
            return found
        near = difflib.get_close_matches(code, self.parameters, 1)
        raise UnknownParameter(f"指引 {self.version} 没有参数 {code}" + (f"，是不是 {near[0]}？" if near else ""))

    def parameters_of(self, article: str) -> list[Parameter]:
        return [parameter for parameter in self.parameters.values() if parameter.article == article]

    def duties_of(self, article: str) -> list[Duty]:
        return [duty for duty in self.duties.values() if duty.article == article]

    def indicators_of(self, article: str) -> list[Indicator]:
        return [indicator for indicator in self.indicators.values() if indicator.article == article]


def versions(root: Path = source.ROOT) -> list[str]:
    """Names of the folders that hold a guideline, oldest first."""
    return sorted(file.parent.name for file in root.glob("*/articles.yaml"))


@cache
def load(version: str = "2023", root: Path = source.ROOT) -> Guideline:
    """Errors: PolicyError that names file and key."""
    folder = root / version
    entry = source.read(folder / "articles.yaml")
    entry.only("document", "from", "division", "extends", "drops", "drops_duties", "drops_indicators", "chapters")
    base = load(entry.text("extends"), root) if "extends" in entry.data else None
    division = entry.division("division", None)
    chapters = tuple(_chapter(item) for item in entry.entries("chapters")) or (base.chapters if base else ())
    articles = _by_number(entry, chapters)
    inherited = _inherited(entry, "drops", base.parameters if base else {}, articles)
    parameters = inherited | dict(_parameters(folder / "parameters", articles, division))
    duties = _inherited(entry, "drops_duties", base.duties if base else {}, articles)
    duties |= {duty.code: duty for duty in read_duties(folder / "duties", articles, parameters)}
    for duty in duties.values():
        if duty.number not in parameters:
            raise entry.fault("drops", f"要求 {duty.code} 还在用参数“{duty.number}”")
    indicators = _inherited(entry, "drops_indicators", base.indicators if base else {}, articles)
    indicators |= {one.code: one for one in read_indicators(folder / "indicators", articles, parameters)}
    for indicator in indicators.values():
        if gone := set(indicator.parameters) - parameters.keys():
            raise entry.fault("drops", f"指标 {indicator.code} 还在用参数“{'、'.join(sorted(gone))}”")
    return Guideline(
        version,
        _document(entry.entry("document")),
        entry.set_day("from"),
        division,
        chapters,
        articles,
        parameters,
        duties,
        indicators,
    )


_Of = TypeVar("_Of", Parameter, Duty, Indicator)


def _inherited(entry: Entry, key: str, of_base: Mapping[str, _Of], articles: Mapping[str, Article]) -> dict[str, _Of]:
    """What the version it extends declares for articles that still stand, less what `key` drops."""
    found = {code: each for code, each in of_base.items() if each.article in articles}
    for code in entry.texts(key):
        if found.pop(code, None) is None:
            raise entry.fault(key, f"“{code}”不在 {entry.text('extends')} 版中")
    return found


def in_force(day: date, root: Path = source.ROOT) -> Guideline:
    """The latest version that had come into force; before the first one, the first."""
    guidelines = [load(version, root) for version in versions(root)]
    if not guidelines:
        raise PolicyError(f"{root}：没有任何版本的 articles.yaml")
    ordered = sorted(guidelines, key=lambda guideline: guideline.from_on)
    return next((guideline for guideline in reversed(ordered) if guideline.from_on <= day), ordered[0])


def newest(code: str, root: Path = source.ROOT) -> Parameter:
    """The parameter as the latest version that has it declares it. Errors: UnknownParameter."""
    having = [g for version in versions(root) if code in (g := load(version, root)).parameters]
    return max(having, key=lambda g: g.from_on).parameters[code] if having else load(root=root).parameter(code)


def _document(entry: Entry) -> Document:
    entry.only("title", "number", "issuer", "dated", "printed")
    return Document(entry.text("title"), entry.text("number"), entry.text("issuer"), entry.set_day("dated"))


def _chapter(entry: Entry) -> Chapter:
    entry.only("number", "slug", "title", "summary", "articles")
    number = entry.integer("number")
    articles = tuple(_article(number, item) for item in entry.entries("articles"))
    return Chapter(number, entry.text("slug"), entry.text("title"), entry.text("summary"), articles)


def _article(chapter: int, entry: Entry) -> Article:
    entry.only("number", "title", "summary")
    number = entry.text("number")
    if not re.fullmatch(rf"{chapter}\.[1-9][0-9]?", number):
        raise entry.fault("number", f"“{number}”不是第 {chapter} 章的条号")
    return Article(number, chapter, entry.text("title"), re.sub(r"\s+", "", entry.text("summary")))


def _by_number(entry: Entry, chapters: tuple[Chapter, ...]) -> dict[str, Article]:
    found: dict[str, Article] = {}
    for chapter in chapters:
        for article in chapter.articles:
            if article.number in found:
                raise entry.fault("chapters", f"条号 {article.number} 出现两次")
            found[article.number] = article
    if not found:
        raise entry.fault("chapters", "没有任何条文")
    return found


def _parameters(folder: Path, articles: Mapping[str, Article], home: int | None) -> Iterator[tuple[str, Parameter]]:
    declared: dict[str, Path] = {}
    for file in sorted(folder.glob("*.yaml")):
        top = source.read(file)
        top.only("group", "parameters")
        for code, entry in top.entry("parameters").named():
            if not _IDENTIFIER.fullmatch(code):
                raise entry.fault("", "参数代码只能用小写英文、数字和下划线")
            if code in declared:
                raise entry.fault("", f"参数已在 {declared[code].name} 中出现")
            declared[code] = file
            parameter = read_parameter(code, entry, home, top.text("group"))
            if parameter.article not in articles:
                raise entry.fault("article", f"没有第 {parameter.article} 条")
            yield code, parameter
