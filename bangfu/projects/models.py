"""规划和项目库 (2.1, 2.2): its ledgers, one file each."""

from bangfu.projects.contract import Contract
from bangfu.projects.entry import ProjectPlace
from bangfu.projects.numbering import ProjectNumber
from bangfu.projects.plan import Plan
from bangfu.projects.plan_item import PlanItem
from bangfu.projects.project import Project
from bangfu.projects.project_ledger import ProjectLedger

__all__ = ["Contract", "Plan", "PlanItem", "Project", "ProjectLedger", "ProjectNumber", "ProjectPlace"]
