"""Money is split among counties as shares and factors have it, or otherwise with a reason; and terms of documents count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from bangfu.divisions.models import Division
from bangfu.funds import progress, trial
from bangfu.funds.models import Allotment
from bangfu.funds.splitting import proposal
from bangfu.funds.tests.town import COUNTY, PROVINCE, TOWN, document, place, town
from bangfu.kernel import dates
from bangfu.lawbook.models import ParameterOverride
from bangfu.people.models import Household
from bangfu.people.tests.factories import household

pytestmark = pytest.mark.django_db
OTHER = 441882000000


def test_a_source_is_split_by_shares_and_factors_or_with_a_reason(
    cast: Any, client_of: Callable[[str], Client]
) -> None:
    homes = [household(441881137201), household(441881137201), household(441882101202)]
    Household.objects.filter(pk__in=[home.pk for home in homes]).update(kind="lifted")
    paper, on = document("100000.01"), dates.today()
    parts = proposal.of(place(PROVINCE), "central", Decimal("100000.01"), on)
    assert [part.place.pk for part in parts] == [COUNTY, OTHER] and sum(part.amount for part in parts) == Decimal(
        "100000.01"
    )
    assert (
        parts[0].percent > parts[1].percent
        and "重点户 2 户，占 66.7%" in parts[0].why
        and "权重 60%、40%" in parts[0].why
    )
    assert sum(part.amount for part in proposal.of(place(COUNTY), "central", Decimal(100), on)) == 100  # towns
    given = {"code": "fund_share_central_percent", "from_on": date(2024, 1, 1), "document_no": "粤财农〔2024〕1号"}
    ParameterOverride.objects.create(division_id=OTHER, value="25", **given)
    parts = proposal.of(place(PROVINCE), "central", Decimal("100000.01"), on)
    assert [part.amount for part in parts] == [Decimal("75000.01"), Decimal("25000.00")]
    assert "粤财农〔2024〕1号 定为 25%" in parts[1].why and "分其余的 75%" in parts[0].why
    client, address = client_of("省厅"), "/funds/allotments/split/"
    sent = {"holder": PROVINCE, "document": paper.pk, "source": "central", "year": 2026, "amount_yuan": "100000.01",
            "document_no": "粤财农〔2026〕9号", "happened_on": "2026-02-01", "request_uuid": str(uuid4())}  # fmt: skip
    page = client.post(address, sent)
    assert page.status_code == 200 and "75,000.01" in page.content.decode() and not Allotment.objects.exists()
    mine, other = f"place{COUNTY}", f"place{OTHER}"
    decided = sent | {"post": "1", mine: "80000.01", other: "25000"}
    wrong = client.post(address, decided)
    assert wrong.status_code == 422 and f"why{COUNTY}" in wrong.context["form"].errors
    decided |= {other: "20000", f"why{COUNTY}": "洪灾", f"why{OTHER}": "项目少"}
    assert "合计 80,000.01 元" in client.post(address, decided | {other: "0"}).content.decode()
    assert [client.post(address, decided).status_code for _ in range(2)] == [302, 302]
    found = {row.division_id: row for row in Allotment.objects.all()}
    assert (found[COUNTY].amount_yuan, found[OTHER].amount_yuan) == (Decimal("80000.01"), 20000)
    assert found[COUNTY].note == "测算 75,000.01 元，调整：洪灾" and found[COUNTY].document == paper
    line = trial.of(place(PROVINCE), on).lines[0]
    assert line.agrees and line.held == Decimal("100000.01")
    again = client.post(address, decided | {"request_uuid": str(uuid4())})
    assert "只余 0.00 元" in again.content.decode() and Allotment.objects.count() == 2
    assert client_of("镇办").get(address).status_code == 403


def test_the_forecast_counts_by_the_terms_of_the_documents(cast: Any) -> None:
    it, on = town(), date(2026, 5, 1)
    it.pay(90, "记-1", paid_on=on - timedelta(days=10), work_percent=0)
    type(it.document).objects.filter(pk=it.document.pk).update(spend_by_on=date(2026, 9, 30))
    Allotment.objects.filter(division=COUNTY).update(document=it.document)
    found = progress.of(Division.objects.get(pk=COUNTY), 2026, on)
    assert [(term.on, term.due) for term in found.terms] == [(date(2026, 9, 30), 800)] and found.until == date(
        2026, 9, 30
    )
    assert found.terms[0].forecast == 90 + 90 * Decimal(152) / 90 and found.terms[0].short == 800 - found.forecast
    document(50, "county", holder=place(COUNTY), issued_on=date(2026, 3, 1))
    terms = progress.of(Division.objects.get(pk=COUNTY), 2026, on).terms
    assert [(term.on, term.amount, term.due) for term in terms] == [
        (date(2026, 9, 30), 800, 800), (date(2026, 12, 31), 50, 850)]  # fmt: skip
    assert progress.of(Division.objects.get(pk=TOWN), 2026, on).until == date(2026, 12, 31)
