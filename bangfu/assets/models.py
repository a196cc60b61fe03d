"""项目资产 (1.4): what projects left behind, from its registration to its disposal; the three ledgers."""

from bangfu.assets.asset import Asset
from bangfu.assets.asset_ledger import AssetLedger
from bangfu.assets.fund_part import FundPart
from bangfu.assets.inspection import AssetInspection
from bangfu.assets.numbering import AssetNumber

__all__ = ["Asset", "AssetInspection", "AssetLedger", "AssetNumber", "FundPart"]
