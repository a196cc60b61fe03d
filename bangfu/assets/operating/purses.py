"""Which accounts stand behind an asset: who paid, what it has of each kind of money, what that was used for.

付款人 payer → 收益、本金、处置收入 asset_* → 已使用 asset_used (by use)
"""

from __future__ import annotations

from django.db.models import TextChoices

from bangfu.assets.asset import Asset
from bangfu.bookkeeping.models import Account
from bangfu.bookkeeping.posting import Of
from bangfu.policy.code_lists import code_list

PAYER, USED = "asset_payer", "asset_used"


class Purse(TextChoices):
    INCOME = "income", "收益"
    PRINCIPAL = "principal", "本金"
    PROCEEDS = "proceeds", "处置收入"


#: in the order in which money passes through them
KINDS = {
    PAYER: "资产付款来源", "asset_income": "资产收益未使用", "asset_principal": "资产本金未使用",
    "asset_proceeds": "资产处置收入未使用", USED: "资产收益已使用",
}  # fmt: skip
LEFT = tuple(f"asset_{purse}" for purse in Purse)


def book_of(asset: Asset) -> str:
    """The books of assets are kept where they lie, and stay there when the place gets another code."""
    there = Account.objects.filter(key=f"{PAYER}:{asset.pk}").values_list("book", flat=True).first()
    return there or book(asset.division_id)


def book(place: int) -> str:
    return f"assets:{place}"


def payer(asset: Asset, kept: str) -> Of:
    """The world outside: what the asset brought in stands here with a minus."""
    return Of(f"{PAYER}:{asset.pk}", f"{asset.name}付款来源", kept, PAYER, asset.division_id, is_non_negative=False)


def purse(asset: Asset, of: str, kept: str) -> Of:
    """What is there of income, principal or proceeds, and not yet used."""
    label = Purse(of).label
    return Of(f"asset_{of}:{asset.pk}", f"{asset.name}{label}未使用", kept, f"asset_{of}", asset.division_id, of)


def used(asset: Asset, use: str, kept: str) -> Of:
    label = code_list("asset_income_use").label(use)
    return Of(f"{USED}:{asset.pk}:{use}", f"{asset.name}用于{label}", kept, USED, asset.division_id, use)
