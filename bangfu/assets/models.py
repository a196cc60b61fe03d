"""项目资产 (1.4): what projects left behind, from its registration to its disposal; the three ledgers."""

from bangfu.assets.asset import Asset
from bangfu.assets.asset_ledger import AssetLedger
from bangfu.assets.disposal.disposal import Disposal
from bangfu.assets.disposal.disposal_ledger import DisposalLedger
from bangfu.assets.duplicate import DistinctAssets
from bangfu.assets.forming.no_asset import NoAsset
from bangfu.assets.fund_part import FundPart
from bangfu.assets.inspection import AssetInspection
from bangfu.assets.numbering import AssetNumber
from bangfu.assets.operating.asset_receipt import AssetReceipt
from bangfu.assets.operating.idle_spell import IdleSpell
from bangfu.assets.operating.income_use import IncomeUse
from bangfu.assets.operating.loss_report import LossReport
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.assets.operating.operation_due import OperationDue
from bangfu.assets.reconciling.difference import Difference
from bangfu.assets.stocktaking.stock_count import StockCount
from bangfu.assets.stocktaking.stock_round import StockRound

__all__ = [
    "Asset", "AssetInspection", "AssetLedger", "AssetNumber", "AssetReceipt", "Difference", "Disposal", "DisposalLedger",
    "DistinctAssets", "FundPart", "IdleSpell", "IncomeUse", "LossReport", "NoAsset", "OperationContract", "OperationDue",
    "StockCount", "StockRound",
]  # fmt: skip
