"""What waits of 4.5: firms that landed and have no figures for last year."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from bangfu.divisions.scope import Scope
from bangfu.industry.markets.firm_landings import FirmLanding
from bangfu.industry.markets.firm_years import FirmYear
from bangfu.industry.waiting import Lines, Waiting, counted


def waiting(scope: Scope, on: date) -> Lines:
    year, url = on.year - 1, f"{reverse('industry:firms')}?year={on.year - 1}&untold=1"
    told = FirmYear.objects.filter(landing=OuterRef("pk"), year=year, withdrawn_at=None)
    firms = FirmLanding.objects.filter(
        scope.q("division"), ~Exists(told), Q(closed_on=None) | Q(closed_on__year__gt=year),
        landed_on__year__lte=year, withdrawn_at=None,
    )  # fmt: skip
    why = "问企业年末就业、当年投资和税收，登记一次"
    yield counted(
        firms, lambda n, _: Waiting("4.5", f"{n} 家落地企业{year}年的就业、投资、税收没有登记", why, url, "去登记")
    )
