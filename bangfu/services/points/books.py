"""The accounts of points and goods (3.4) on double entry: one point, or one piece, is one unit of an account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.bookkeeping import balances, posting
from bangfu.bookkeeping.models import Entry
from bangfu.bookkeeping.posting import Draft, NotEnough, Of

HOUSEHOLD, ISSUED, STOCK, SUPPLIED = "points_household", "points_issued", "points_stock", "points_supplied"


def book_of(village: int) -> str:
    return f"points:{village}"


def household_key(household: int) -> str:
    return f"points:household:{household}"


def stock_key(goods: int) -> str:
    return f"points:goods:{goods}"


def points_of(household: int, on: date | None = None) -> int:
    return balances.balance(household_key(household), on)


def stock_of(goods: int) -> int:
    return balances.balance(stock_key(goods))


def _household(home: Any) -> Of:
    return Of(household_key(home.pk), f"{home} 积分", book_of(home.village_id), HOUSEHOLD, home.village_id)


def _issued(village: int) -> Of:
    """What the village has given out, as a minus: all points there are."""
    return Of(f"points:issued:{village}", "发出的积分", book_of(village), ISSUED, village, is_non_negative=False)


def _stock(goods: Any) -> Of:
    return Of(stock_key(goods.pk), f"{goods.name} 库存", book_of(goods.village_id), STOCK, goods.village_id)


def _supplied(village: int) -> Of:
    return Of(f"points:supplied:{village}", "进货和兑出", book_of(village), SUPPLIED, village, is_non_negative=False)


def give(home: Any, points: int, what: str, key: str, *, says: str, by: Actor, at: datetime, on: date) -> Entry | None:
    """Points to a household, or from it: at most what it has. None when nothing moves; the same key gives the first entry."""
    had = 0 if points > 0 else points_of(home.pk)
    while points := max(points, -had):
        legs = ((_household(home), points), (_issued(home.village_id), -points))
        try:
            return posting.post(Draft(book_of(home.village_id), what, on, legs, key, says=says), by=by, at=at)
        except NotEnough:  # somebody was quicker: take what is left now
            if had == (had := points_of(home.pk)):
                raise
    return None


def receive(goods: Any, pieces: int, key: str, *, says: str, by: Actor, at: datetime, on: date) -> Entry:
    """Pieces into the stock; a negative number is a correction. Errors: NotEnough."""
    legs = ((_stock(goods), pieces), (_supplied(goods.village_id), -pieces))
    return posting.post(Draft(book_of(goods.village_id), "points_receipt", on, legs, key, says=says), by=by, at=at)


def redeem(home: Any, goods: Any, pieces: int, key: str, *, by: Actor, at: datetime, on: date) -> Entry:
    """Points for pieces, both or neither. Errors: NotEnough; RequestReused."""
    points = goods.points * pieces
    legs = (
        (_household(home), -points), (_issued(home.village_id), points),
        (_stock(goods), -pieces), (_supplied(goods.village_id), pieces),
    )  # fmt: skip
    draft = Draft(book_of(goods.village_id), "points_redeem", on, legs, key, says=f"{goods.name} {pieces}{goods.unit}")
    return posting.post(draft, by=by, at=at)
