"""What the page of a removal shows (1.1): where it stands, every condition with its answer, the sum, the notices."""

from __future__ import annotations

from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.consolidation import case_file, flow_page, reckoning
from bangfu.consolidation.removal_states import FLOW

#: step → its page
PAGES = {"verify": "check", "assess": "review", "post_notice": "notice", "announce": "announcement"}


def page_of(removal: Any, actor: Actor) -> dict[str, Any]:
    file = case_file.of_removal(removal)
    check = next(iter(file.checks), None)
    return flow_page.context(FLOW, removal, actor, PAGES) | {
        "check": check,
        "sum": reckoning.sum_of(check),
        "notices": file.notices,
    }
