"""The demo's money follows the same rules as everybody's."""

from __future__ import annotations

import pytest

from bangfu.accounts.models import User
from bangfu.bookkeeping import checking
from bangfu.funds import proofs, trial
from bangfu.funds.demo.load import load
from bangfu.funds.models import Payment
from bangfu.funds.tests.town import CITY, COUNTY, PROVINCE, TOWN, place
from bangfu.kernel import dates
from bangfu.projects.demo.load import load as load_projects

pytestmark = pytest.mark.django_db


def test_the_money_of_the_demo_agrees_at_every_level(cast: dict[str, User]) -> None:
    today = dates.today()
    load_projects(today)
    assert load(today)
    assert Payment.objects.exists()
    assert not [result for result in checking.run(more=proofs.CHECKS) if result.faults]
    for code in (PROVINCE, CITY, COUNTY, TOWN):
        assert trial.of(place(code), today).agrees
