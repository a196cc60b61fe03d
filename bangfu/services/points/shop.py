"""The acts of the points shop (3.4): goods received, points redeemed once, a redemption taken back by a counter-entry."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import F
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.bookkeeping import posting
from bangfu.kernel.text import clean
from bangfu.ledger import history
from bangfu.ledger.acts import recorded
from bangfu.people.models import Household
from bangfu.services.points import books
from bangfu.services.points.points_goods import PointsGoods
from bangfu.services.points.points_redemption import PointsRedemption

history.ACTS |= {"points.redeem": "积分兑换", "points.return": "退回兑换"}
MOST_PIECES = 1000


class Refused(ValueError):
    """The message says why, in Chinese; nothing was written."""


def receive(goods: PointsGoods, pieces: int, key: str, *, says: str, by: Actor, on: date, at: datetime) -> None:
    """Errors: Refused. A negative number corrects the stock and wants words."""
    if not pieces or abs(pieces) > MOST_PIECES:
        raise Refused(f"进货数量写 1 到 {MOST_PIECES} 的整数；盘点少了写负数")
    if pieces < 0 and not clean(says):
        raise Refused("减少库存请写原因，如：盘点短少、过期")
    try:
        books.receive(goods, pieces, f"points:receipt:{key}", says=clean(says)[:200], by=by, at=at, on=on)
    except posting.NotEnough as error:
        raise Refused(f"{goods.name}只有 {books.stock_of(goods.pk)} {goods.unit}，不能减这么多") from error


def redeem(
    home: Household, goods: PointsGoods, pieces: int, key: str, *, by: Actor, on: date, at: datetime
) -> PointsRedemption:
    """Once for each request key: the same again gives the redemption made first. Errors: Refused."""
    if not 1 <= pieces <= MOST_PIECES:
        raise Refused(f"数量写 1 到 {MOST_PIECES} 的整数")
    if goods.village_id != home.village_id:
        raise Refused(f"{goods.name}是别的村的商品，这一户不能换")
    if not goods.is_offered or goods.withdrawn_at:
        raise Refused(f"{goods.name}现在不能兑换")
    try:
        with recorded(by, "points.redeem"):
            entry = books.redeem(home, goods, pieces, f"points:redeem:{key}", by=by, at=at, on=on)
            first = PointsRedemption.objects.filter(entry=entry).first()
            return first or PointsRedemption.objects.create(
                village_id=home.village_id, household=home, points_goods=goods, quantity=pieces,
                points=goods.points * pieces, redeemed_on=on, entry=entry,
            )  # fmt: skip
    except posting.NotEnough as error:
        had, stock = books.points_of(home.pk), books.stock_of(goods.pk)
        wants = goods.points * pieces
        short = f"这一户有 {had} 分，要 {wants} 分" if had < wants else f"{goods.name}只剩 {stock} {goods.unit}"
        raise Refused(f"不能兑换：{short}") from error
    except posting.RequestReused as error:
        raise Refused(str(error)) from error


def give_back(redemption: PointsRedemption, words: str, *, by: Actor, on: date, at: datetime) -> None:
    """Points and goods go back. Once more does nothing. Errors: Refused without a reason."""
    if not clean(words):
        raise Refused("请写为什么退回")
    with recorded(by, "points.return", clean(words)[:100]):
        row = PointsRedemption.objects.select_for_update(of=("self",)).get(pk=redemption.pk)
        if row.undone_on:
            return
        assert row.entry
        posting.reverse(
            row.entry, happened_on=max(on, row.redeemed_on), says=f"退回兑换：{clean(words)}"[:200],
            request_key=f"points:return:{row.pk}", by=by, at=at,
        )  # fmt: skip
        PointsRedemption.objects.filter(pk=row.pk).update(
            undone_on=on, undone_reason=clean(words)[:100], version=F("version") + 1, updated_at=Now()
        )
