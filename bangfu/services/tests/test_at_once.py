"""What may be had once is had once, with many connections at the same time: a household's last points, a post's last seat."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.kernel import dates
from bangfu.ledger import acts, registry
from bangfu.services.models import Placement, PointsGoods, PointsRedemption
from bangfu.services.points import books, shop
from bangfu.services.tests.test_matching import a_post, a_wish
from bangfu.services.tests.test_points import a_home, give, some_goods
from tests.ledgers.samples import HERE

NOBODY, TODAY = Actor(None), dates.today()


def _won(act: Callable[[int], Any], times: int, losing: type[Exception]) -> int:
    def one(turn: int) -> bool:
        try:
            act(turn)
        except losing:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(times) as pool:
        return sum(pool.map(one, range(times)))


@pytest.mark.django_db(transaction=True)
def test_last_points_and_last_seats_are_had_once(cast: Any) -> None:
    home, goods = a_home(), some_goods(points=10, pieces=15)
    give(home, 10)
    other = PointsGoods.objects.create(village_id=HERE, name="毛巾", points=10, unit="条")
    shop.receive(other, 15, str(uuid4()), says="", by=NOBODY, on=TODAY, at=timezone.now())

    def redeem(turn: int) -> None:
        shop.redeem(home, (goods, other)[turn % 2], 1, f"{turn}", by=NOBODY, on=TODAY, at=timezone.now())

    assert _won(redeem, 20, shop.Refused) == PointsRedemption.objects.count() == 1
    assert books.points_of(home.pk) == 0
    assert books.stock_of(goods.pk) + books.stock_of(other.pk) == 29

    post, wishes, ledger = a_post(headcount=2), [a_wish() for _ in range(4)], registry.of(Placement)
    assert ledger

    def place(turn: int) -> None:
        values = {
            "person": wishes[turn].person,
            "job_post": post,
            "employer": "电器厂",
            "employment_channel": "employer",
        }
        acts.create(ledger, values | {"work_area": "town", "started_on": TODAY}, by=NOBODY)

    assert _won(place, 4, IntegrityError) == Placement.objects.filter(job_post=post).count() == 2
