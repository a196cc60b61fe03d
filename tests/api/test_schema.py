"""The API against its own OpenAPI description: whatever is sent, the answer is one that the description names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS, load_all_checks

from bangfu.accounts import tokens
from bangfu.accounts.actor import Actor
from bangfu.ledger import registry
from tests.ledgers.samples import HERE, make

LEDGER = "water-points"  # every ledger has the same operations; the toy one has every kind of field
#: what is no promise of ours: unknown methods are answered by Django, and there are no links between operations
LEFT_OUT = {
    "unsupported_method",
    "use_after_free",
    "ensure_resource_availability",
    "missing_required_header",
    "positive_data_acceptance",  # the scope, other fields and other rows may refuse what the description allows
}

load_all_checks()


@pytest.fixture
def token(transactional_db: None, cast: Any) -> str:
    """A token of 县局 for all ledgers, with one row to find."""
    ledger = registry.get(LEDGER)
    assert ledger
    make(ledger, HERE)
    officer, now = Actor.of(cast["县局"], timezone.localdate()), timezone.now()
    until = timezone.localdate() + timedelta(days=1)
    return tokens.issue(by=officer, name="契约测试", scopes=["read:*", "write:*"], to_on=until, at=now)[1]


def test_every_answer_is_described(live_server: Any, token: str) -> None:
    known = {"Authorization": f"Bearer {token}"}
    schema = schemathesis.openapi.from_url(f"{live_server.url}/api/v1/openapi.json", headers=known)
    checks = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in LEFT_OUT]
    tried = 0
    for result in schema.include(path_regex=f"^/api/v1/{LEDGER}/").get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        def try_out(case: Any) -> None:
            case.call_and_validate(headers=known, checks=checks)

        try_out()
        tried += 1
    assert tried == 6
