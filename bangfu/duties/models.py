"""Standings, what touched them, years that were closed, and what was exempted."""

from bangfu.duties.exemptions import DutyExemption
from bangfu.duties.seals import SealedStanding, YearSeal
from bangfu.duties.standing_ledger import DutyStandingLedger
from bangfu.duties.standings import DutyStanding, Proof
from bangfu.duties.touched import TouchedEvidence

__all__ = [
    "DutyExemption",
    "DutyStanding",
    "DutyStandingLedger",
    "Proof",
    "SealedStanding",
    "TouchedEvidence",
    "YearSeal",
]
