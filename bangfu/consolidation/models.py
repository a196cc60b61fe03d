"""Chapter 1 巩固拓展脱贫攻坚成果: its ledgers, one file each."""

from bangfu.consolidation.assessments import VillageReview
from bangfu.consolidation.cases import Case
from bangfu.consolidation.clue_ledger import ClueLedger
from bangfu.consolidation.clues import Clue
from bangfu.consolidation.comparisons import DataComparison
from bangfu.consolidation.consents import Consent
from bangfu.consolidation.contingency import ContingencyTask
from bangfu.consolidation.department_files import DepartmentFile
from bangfu.consolidation.doubt_runs import DoubtCheck
from bangfu.consolidation.doubts import Doubt
from bangfu.consolidation.household_checks import HouseholdCheck
from bangfu.consolidation.measures import AssistanceMeasure
from bangfu.consolidation.plans import AssistancePlan
from bangfu.consolidation.referrals import Referral
from bangfu.consolidation.removals import RiskRemoval
from bangfu.consolidation.report_limits import ReportAttempt
from bangfu.consolidation.response_tasks import ResponseTask
from bangfu.consolidation.rounds import RoundVillage, ScreeningRound
from bangfu.consolidation.screenings import ScreeningHit, ScreeningRun
from bangfu.consolidation.warning_levels import WarningLevel
from bangfu.consolidation.warning_responses import WarningResponse

__all__ = [
    "AssistanceMeasure", "AssistancePlan", "Case", "Clue", "ClueLedger", "Consent", "ContingencyTask", "DataComparison",
    "DepartmentFile", "Doubt", "DoubtCheck", "HouseholdCheck", "Referral", "ReportAttempt", "ResponseTask", "RiskRemoval",
    "RoundVillage", "ScreeningHit", "ScreeningRound", "ScreeningRun", "VillageReview", "WarningLevel", "WarningResponse",
]  # fmt: skip
