"""What waits of 4.1: agreements of which more is due than was paid, and those that end soon."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import DateField
from django.db.models.expressions import RawSQL
from django.urls import reverse

from bangfu.divisions.scope import Scope
from bangfu.industry.linkage import promises
from bangfu.industry.linkage.farmer_linkages import FarmerLinkage
from bangfu.industry.waiting import Lines, Waiting, counted
from bangfu.lawbook import parameters


def waiting(scope: Scope, on: date) -> Lines:
    rows = FarmerLinkage.objects.filter(scope.q("village"), withdrawn_at=None)
    lacking, day = f"{reverse('industry:linkage-book')}?lacking=1", f"'{on:%Y-%m-%d}'"
    sql = f"""(SELECT {promises.SINCE} FROM industry_farmerlinkage l, {promises.PAID} paid
        WHERE l.id = industry_farmerlinkage.id)""".replace("%(on)s", day)  # noqa: S608 (constants and a day)
    owed = rows.annotate(since=RawSQL(sql, (), DateField())).filter(since__isnull=False)  # noqa: S611 (the same)
    why = "请经营主体兑现，收到凭据后登记兑现"
    yield counted(
        owed,
        lambda n, since: Waiting("4.1", f"{n} 份联农协议的承诺没有兑现完", why, lacking, "去看", since),
        "since",
    )
    soon = on + timedelta(days=int(parameters.value("linkage_remind_days", on)))
    ending = f"{reverse('ledger:list', args=['farmer-linkages'])}?to_on_after={on}&to_on_before={soon}"
    yield counted(
        rows.filter(to_on__range=(on, soon)),
        lambda n, due: Waiting("4.1", f"{n} 份联农协议快到期", "问清续不续签；续签的登记新协议", ending, "看名单", due),
        "to_on",
    )
