"""What of chapters 2 to 4 waits for me, beside the duties: toilets, names, jobs, points, linkage, orders, loans, accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.construction.todos import Waiting as OfConstruction
from bangfu.construction.todos import waiting as construction_waiting
from bangfu.industry.todos import waiting as industry_waiting
from bangfu.industry.waiting import Waiting as OfIndustry
from bangfu.ledger.peek import Peek
from bangfu.services.todos import Waiting as OfServices
from bangfu.services.todos import waiting as services_waiting
from bangfu.site import todo
from bangfu.site.put_off import key_of
from bangfu.site.templatetags.ui import days_left
from bangfu.site.todo import Todo

_SOON = timedelta(days=3)


def chapters(actor: Actor) -> Iterator[Peek[Todo]]:
    on = timezone.localdate()

    def tone(line: OfServices | OfIndustry | OfConstruction) -> str:
        if line.due_on is None or line.due_on > on + _SOON:
            return "muted"
        return "bad" if line.due_on < on else "warn"

    def of_services(line: OfServices) -> Todo:
        desk = todo.FIELD if line.key else todo.REVIEW
        key = key_of("follow-work", line.key) if line.key else ""
        return Todo(
            "users", line.what, line.why, line.url, line.action, days_left(line.due_on), tone(line), line.article, key,
            desk, line.village, line.due_on,
        )  # fmt: skip

    def desk(icon: str, line: OfIndustry | OfConstruction) -> Todo:
        by = days_left(line.due_on)
        return Todo(
            icon, line.what, line.why, line.url, line.action, by, tone(line), line.article, desk=todo.REVIEW,
            due_on=line.due_on,
        )  # fmt: skip

    def of_industry(line: OfIndustry) -> Todo:
        return desk("building", line)

    def of_construction(line: OfConstruction) -> Todo:
        return desk("home", line)

    return chain(
        (peek.turned(of_construction) for peek in construction_waiting(actor, on)),
        (peek.turned(of_services) for peek in services_waiting(actor, on)),
        (peek.turned(of_industry) for peek in industry_waiting(actor, on)),
    )
