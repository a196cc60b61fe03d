"""Models: 一张表: demands for data, registered once and filled from what is known."""

from bangfu.demands.demand import Demand
from bangfu.demands.demand_ledger import DemandLedger
from bangfu.demands.demand_parts import DemandHead, DemandPlace, DemandUnit
from bangfu.demands.question import DemandQuestion, DemandQuestionLedger

__all__ = [
    "Demand",
    "DemandHead",
    "DemandLedger",
    "DemandPlace",
    "DemandQuestion",
    "DemandQuestionLedger",
    "DemandUnit",
]
