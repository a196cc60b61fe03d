"""One box finds a household, person, village, ledger or article; results are grouped and stay within the scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.accounts.together import lists
from bangfu.divisions.models import Division
from bangfu.kernel.text import clean
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.policy import guideline


@dataclass(frozen=True)
class Hit:
    title: str
    note: str
    url: str


@dataclass(frozen=True)
class Group:
    title: str
    hits: list[Hit]
    more_url: str = ""


Source = Callable[[Actor, str], list[Group]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """For a package that finds something beside the rows of ledgers. It must stay within the actor's scope."""
    _sources.append(source)
    return source


def find(actor: Actor, raw: str) -> tuple[str, list[Group]]:
    """The cleaned text, and the groups that have hits; nothing is looked up for one character."""
    text = clean(raw)[:50]
    if len(text) < 2:
        return text, []
    groups = [group for source in _sources for group in source(actor, text)]
    return text, [group for group in groups if group.hits]


@register
def rows_of_ledgers(actor: Actor, text: str) -> list[Group]:
    ledgers = [
        ledger
        for ledger in registry.all_ledgers()
        if ledger.in_search and ledger.finder and ledger.may(actor, Act.READ)
    ]
    found = lists([_rows(ledger, actor, text) for ledger in ledgers])
    return [_group(ledger, rows, text) for ledger, rows in zip(ledgers, found, strict=True)]


def _rows(ledger: Ledger, actor: Actor, text: str) -> QuerySet[Any]:
    assert ledger.finder
    rows = ledger.visible_to(actor).filter(ledger.finder.q(text, ledger.reach(actor)), withdrawn_at=None)
    return rows.select_related(ledger.scope)[: settings.SEARCH_HITS + 1]


def _group(ledger: Ledger, found: list[Any], text: str) -> Group:
    shown = found[: settings.SEARCH_HITS]
    hits = [Hit(str(row), getattr(row, ledger.scope).full_name, ledger.record_url(row.pk)) for row in shown]
    return Group(ledger.title, hits, f"{ledger.url()}?{urlencode({'q': text})}" if len(found) > len(shown) else "")


@register
def ledgers_and_articles(actor: Actor, text: str) -> list[Group]:
    mine = [ledger for ledger in registry.all_ledgers() if ledger.may(actor, Act.READ)]
    ledgers = [
        Hit(ledger.title, f"{ledger.article} {ledger.says}", ledger.url())
        for ledger in mine
        if text in ledger.title + ledger.says
    ]
    articles = [
        Hit(f"{article.number} {article.title}", article.summary, f"/guideline/{article.number}/")
        for article in guideline.load().articles.values()
        if text in article.title + article.summary or text == article.number
    ]
    return [Group("台账", ledgers[: settings.SEARCH_HITS]), Group("指引条文", articles[: settings.SEARCH_HITS])]


@register
def divisions(actor: Actor, text: str) -> list[Group]:
    """Places inside the scope, by name, pinyin initials or code."""
    scope = actor.scope(Act.READ)
    condition = Q(name__contains=text) | Q(initials=text.lower())
    if text.isdecimal() and len(text) in (6, 9, 12):
        condition |= Q(code=int(text.ljust(12, "0")))
    rows = Division.objects.filter(scope.q("code"), condition, valid_to=None)[: settings.SEARCH_HITS]
    return [Group("地方", [Hit(row.name, row.full_name, f"/?place={row.code}") for row in rows])]
