"""Queries, database ms and CPU ms of every page that the cast of the demo can reach, worst first.

    BANGFU_DEV_DB=… .venv/bin/python -m bench.queries [--save]
    BANGFU_DEV_DB=… .venv/bin/python -m bench.queries --who 村干 --show /l/households/1/

Each role follows the links of its own pages, from the first page on and from the list of every ledger; of a kind of page
(its pattern, and the ledger) at most `--each` are asked by all roles together, and one by each role where it is no ledger's.
Nothing is sent, and what a page writes is undone. `--show` prints the statements of one page. Needs a database with the demo.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.site.settings")
os.environ.setdefault("BANGFU_LOG_LEVEL", "CRITICAL")

import django
from django.conf import settings

from bangfu.site import embedded

if settings.EMBEDDED:
    embedded.ensure(settings.PGDATA, settings.DATABASE_NAME)
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import Resolver404, resolve  # noqa: E402

from bangfu.accounts.demo import CAST  # noqa: E402
from bangfu.accounts.models import User  # noqa: E402
from bangfu.ledger import registry  # noqa: E402
from bench.report import Report  # noqa: E402

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LOG_IN = 3  # session, user, grants
MOST = 8
WORST = 60
SEARCHES = ("/search/?q=东华",)  # no link leads to an answer of the search box
_LINK = re.compile(r"""(?:href|hx-get|data-url)="([^"#]+)""")
_CONTROL = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")
#: what ends the session or leads out of the pages
_NOT_ASKED = ("/accounts/", "/session/", "/static/", "/health/", "/switch/", "/api/")


@dataclass
class Asked:
    """One request: its statements in their order."""

    path: str
    status: int = 0
    statements: list[str] = field(default_factory=list)
    database: float = 0.0
    cpu: float = 0.0
    body: str = ""

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.database += (time.perf_counter() - started) * 1000
            if not sql.startswith(_CONTROL):
                self.statements.append(sql)

    @property
    def queries(self) -> int:
        """Beside log-in, which a page for everybody has not."""
        return len(self.statements) - (LOG_IN if "django_session" in "".join(self.statements[:1]) else 0)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: Client, path: str) -> Asked:
    asked = Asked(path)
    with undone(), connection.execute_wrapper(asked):
        began = time.process_time()
        answer = client.get(path)
        asked.cpu = (time.process_time() - began) * 1000
    asked.status = answer.status_code
    if "text/html" in answer.headers.get("Content-Type", "") and not answer.streaming:
        asked.body = answer.content.decode()
    return asked


def kind(path: str) -> tuple[str, str]:
    """Pattern of the address and slug of the ledger, if it is one's. Errors: Resolver404."""
    match = resolve(urlsplit(path).path)
    slug = str(match.kwargs.get("slug", "")) if registry.get(str(match.kwargs.get("slug", ""))) else ""
    return re.sub(r"<\w+:slug>", slug, match.route, count=1) if slug else match.route, slug


@dataclass
class Crawl:
    each: int
    asked: dict[str, list[tuple[str, Asked]]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)

    def walk(self, who: str, username: str) -> None:
        client = log_in(username)
        waiting = deque(["/", *SEARCHES, *(ledger.url() for ledger in registry.all_ledgers())])
        seen = set(waiting)
        mine: Counter[str] = Counter()
        while waiting:
            path = waiting.popleft()
            try:
                pattern, slug = kind(path)
            except Resolver404:
                continue
            if mine[pattern] or (slug and len(self.asked.get(pattern, ())) >= self.each):
                continue
            answer = self._ask(client, who, path, pattern)
            if answer.status != 200:
                continue
            mine[pattern] += 1
            for found in _LINK.findall(answer.body):
                link = urljoin(path, unescape(found))
                if link.startswith("/") and not link.startswith(("//", *_NOT_ASKED)) and link not in seen:
                    seen.add(link)
                    waiting.append(link)

    def _ask(self, client: Client, who: str, path: str, pattern: str) -> Asked:
        try:
            answer = ask(client, path)
        except Exception as error:  # noqa: BLE001 - told at the end; the others are still measured
            self.failed.append(f"{who} {path}: {type(error).__name__} {str(error)[:120]}")
            return Asked(path, 500)
        if answer.status >= 500:
            self.failed.append(f"{who} {path}: {answer.status}")
        if answer.status == 200:
            self.asked[pattern].append((who, answer))
        return answer


def log_in(username: str) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username=username), backend=BACKEND)
    return client


def told(crawl: Crawl, worst: int) -> Report:
    report = Report("Queries of every page")
    rows = []
    for pattern, asked in crawl.asked.items():
        most = max(asked, key=lambda pair: pair[1].queries)
        times = [statistics.median(getattr(one, name) for _, one in asked) for name in ("database", "cpu")]
        rows.append([pattern, most[1].queries, *times, len(asked), most[0], most[1].path[:60]])
    rows.sort(key=lambda row: (-row[1], -row[2]))
    above = [row for row in rows if row[1] > MOST]
    report.say(
        f"{sum(row[4] for row in rows):,} pages of {len(rows)} kinds, all roles; queries beside the {LOG_IN} of log-in."
    )
    report.table(["page", "most queries", "database ms", "CPU ms", "asked", "most by", "for example"], rows[:worst])
    slow = sorted(rows, key=lambda row: -row[2] - row[3])[:15]
    report.table(["slowest", "most queries", "database ms", "CPU ms", "asked", "most by", "for example"], slow)
    for line in crawl.failed:
        report.say(f"- failed: {line}")
    report.target(f"kinds of pages with more than {MOST} queries: {{}}", len(above), most=0)
    return report


def show(username: str, path: str) -> None:
    """The statements of one page; those that repeat stand together."""
    client = log_in(username)
    ask(client, path)
    answer = ask(client, path)
    print(f"{answer.status} {path}: {answer.queries} queries, {answer.database:.1f} ms, CPU {answer.cpu:.1f} ms")
    for sql, times in Counter(answer.statements).items():
        short = re.sub(r"SELECT (.{60}).*? FROM ", r"SELECT \1… FROM ", sql, count=1) if len(sql) > 400 else sql
        print(f"{times}× {short[:700]}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--who", default="", help="one of the cast, for example 县局")
    parser.add_argument("--each", type=int, default=8, help="pages of one kind of one ledger")
    parser.add_argument("--worst", type=int, default=WORST, help="lines of the table")
    parser.add_argument("--show", default="", help="the statements of this address")
    parser.add_argument("--save", action="store_true", help="keep the figures in bench/results.md")
    options = parser.parse_args()
    cast = [part for part in CAST if options.who in ("", part.key)]
    if options.show:
        show(cast[0].username, options.show)
        return 0
    crawl = Crawl(options.each)
    for part in cast:
        crawl.walk(part.key, part.username)
    return told(crawl, options.worst).end(save=options.save)


if __name__ == "__main__":
    sys.exit(main())
