"""What waits of 4.4: sums of contracts that did not come, last year's accounts, idle assets without a plan."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL
from django.urls import reverse

from bangfu.divisions.scope import Scope
from bangfu.industry.collective import closing, contract_dues
from bangfu.industry.collective.collective_accounts import CollectiveAccount
from bangfu.industry.collective.collective_contracts import CollectiveContract
from bangfu.industry.collective.collective_organisations import CollectiveOrganisation
from bangfu.industry.collective.idle_assets import IdleAsset
from bangfu.industry.waiting import Lines, Waiting, counted, opened


def waiting(scope: Scope, on: date) -> Lines:
    here, dues = scope.q("village"), reverse("industry:contract-dues")
    since = f"(SELECT d.since FROM ({contract_dues.ROWS} AND c.id = industry_collectivecontract.id) d)"  # noqa: S608
    contracts = CollectiveContract.objects.filter(here, withdrawn_at=None).annotate(
        since=RawSQL(since.replace("%(on)s", f"'{on:%Y-%m-%d}'"), ())  # noqa: S611 (constants and a day)
    )
    why = "问清原因、催收；收到后登记收款"
    yield counted(
        contracts.filter(since__isnull=False),
        lambda n, day: Waiting("4.4", f"{n} 份村集体合同的应收款没有收齐", why, dues, "看名单", day),
        "since",
    )
    year = on.year - 1
    told = CollectiveAccount.objects.filter(organisation=OuterRef("pk"), year=year, withdrawn_at=None)
    untold = CollectiveOrganisation.objects.filter(here, ~Exists(told), withdrawn_at=None)
    url, place = f"{reverse('industry:collectives')}?year={year}", scope.ranges[0][0]

    def accounts(number: str, _: date | None) -> Waiting:
        until = closing.closed_on(year, place)  # asked only where something waits
        return Waiting("4.4", f"{number} 个村集体{year}年的账没有登记", "结账后补登要写理由", url, "去登记", until)

    yield counted(untold, accounts)
    idle = IdleAsset.objects.filter(here, used_from_on=None, plan="", withdrawn_at=None)
    still = opened(IdleAsset, "闲置中")
    asks = "写上盘活打算，或登记已经怎么用起来"
    yield counted(idle, lambda n, _: Waiting("4.4", f"{n} 处闲置资产没有盘活打算", asks, still, "看名单"))
