"""What the page of a case shows (1.1): where it stands, the exact sum, flags to explain, the notice and its objections."""

from __future__ import annotations

from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.consolidation import case_file, flow_page, reckoning
from bangfu.consolidation.case_states import FLOW
from bangfu.kernel import dates

#: step → its page
PAGES = {
    "verify": "check", "consent": "consent", "compare": "comparison", "assess": "review", "post_notice": "notice",
    "announce": "announcement",
}  # fmt: skip


def page_of(case: Any, actor: Actor) -> dict[str, Any]:
    file = case_file.of_case(case)
    check = next(iter(file.checks), None)
    return flow_page.context(FLOW, case, actor, PAGES) | {
        "check": check,
        "sum": reckoning.sum_of(check),
        "comparisons": file.comparisons,
        "unexplained": [row for row in file.comparisons if row.is_unexplained],
        "may_explain": bool(actor.roles & {Role.VILLAGE, Role.TOWN, Role.CAPTAIN, Role.MEMBER}),
        "consent": next(iter(file.consents), None),
        "notices": file.notices,
        "today": dates.today(),
    }
