"""What the page of a case shows (1.1): where it stands, the exact sum, flags to explain, the notice and its objections."""

from __future__ import annotations

from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.consolidation import flow_page, reckoning
from bangfu.consolidation.case_states import FLOW
from bangfu.kernel import dates
from bangfu.notices.models import PublicNotice

#: step → its page
PAGES = {
    "verify": "check", "consent": "consent", "compare": "comparison", "assess": "review", "post_notice": "notice",
    "announce": "announcement",
}  # fmt: skip


def page_of(case: Any, actor: Actor) -> dict[str, Any]:
    check = case.checks.filter(withdrawn_at=None).order_by("-pk").first()
    comparisons = list(case.comparisons.filter(withdrawn_at=None).order_by("pk"))
    consent = case.consents.filter(revoked_on=None, withdrawn_at=None).order_by("-pk").first()
    notices = list(PublicNotice.objects.filter(about=f"cases:{case.pk}").order_by("-pk"))
    return flow_page.context(FLOW, case, actor, PAGES) | {
        "check": check,
        "sum": reckoning.sum_of(check),
        "comparisons": comparisons,
        "unexplained": [row for row in comparisons if row.is_flagged and row.explained_on is None],
        "may_explain": bool(actor.roles & {Role.VILLAGE, Role.TOWN, Role.CAPTAIN, Role.MEMBER}),
        "consent": consent,
        "notices": notices,
        "today": dates.today(),
    }
