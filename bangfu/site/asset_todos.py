"""What of assets stands on the first page (1.4): inspections, stock-taking, differences; overdue money, contracts, idle plans."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.assets.operating.todos import OfAssets
from bangfu.assets.operating.todos import waiting as operation_waiting
from bangfu.assets.todos import waiting as assets_waiting
from bangfu.ledger.peek import Peek
from bangfu.site import todo
from bangfu.site.templatetags.ui import days_left
from bangfu.site.todo import Todo


def assets(actor: Actor) -> Iterator[Peek[Todo]]:
    on = timezone.localdate()

    def told(line: OfAssets) -> Todo:
        return Todo(
            "building", line.what, line.why, line.url, line.action, days_left(line.due_on), line.tone, "1.4", line.key,
            todo.ERRAND, due_on=line.due_on,
        )  # fmt: skip

    return (peek.turned(told) for peek in chain(operation_waiting(actor, on), assets_waiting(actor, on)))
