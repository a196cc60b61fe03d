"""规划和项目库 (2.1, 2.2): its ledgers, one file each."""

from bangfu.projects.adjustment import Adjustment
from bangfu.projects.award_payment import AwardPayment
from bangfu.projects.award_scheme import AwardScheme
from bangfu.projects.contract import Contract
from bangfu.projects.defect import Defect
from bangfu.projects.department_opinion import DepartmentOpinion
from bangfu.projects.entry import ProjectPlace
from bangfu.projects.facility import Facility
from bangfu.projects.facility_fault import FacilityFault
from bangfu.projects.facility_inspection import FacilityInspection
from bangfu.projects.goal import Goal
from bangfu.projects.labour_use import LabourUse
from bangfu.projects.numbering import ProjectNumber
from bangfu.projects.plan import Plan
from bangfu.projects.plan_item import PlanItem
from bangfu.projects.progress import Progress
from bangfu.projects.project import Project
from bangfu.projects.project_ledger import ProjectLedger

__all__ = [
    "Adjustment", "AwardPayment", "AwardScheme", "Contract", "Defect", "DepartmentOpinion", "Facility", "FacilityFault",
    "FacilityInspection", "Goal", "LabourUse", "Plan", "PlanItem", "Progress", "Project", "ProjectLedger",
    "ProjectNumber", "ProjectPlace",
]  # fmt: skip
