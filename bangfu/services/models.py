"""Models: Chapter 3 提升公共服务和乡村治理, and 1.3: its ledgers, one file each."""

from bangfu.services.directory.experience_case import ExperienceCase
from bangfu.services.directory.fair_sale import FairSale
from bangfu.services.directory.local_product import LocalProduct
from bangfu.services.governance.model_village import ModelVillage
from bangfu.services.governance.village_covenant import VillageCovenant
from bangfu.services.jobs.assistance_workshop import AssistanceWorkshop
from bangfu.services.jobs.employment_check import EmploymentCheck
from bangfu.services.jobs.employment_wish import EmploymentWish
from bangfu.services.jobs.job_post import JobPost
from bangfu.services.jobs.job_proposal import JobProposal
from bangfu.services.jobs.match_run import MatchRun
from bangfu.services.jobs.placement import Placement
from bangfu.services.jobs.public_welfare_post import PublicWelfarePost
from bangfu.services.jobs.travel_subsidy import TravelSubsidy
from bangfu.services.lists.matter_case import MatterCase
from bangfu.services.lists.responsibility_list import ResponsibilityList
from bangfu.services.pairing.dispatch import Dispatch
from bangfu.services.pairing.institution import Institution
from bangfu.services.pairing.institution_pairing import InstitutionPairing
from bangfu.services.pairing.pairing_plan_item import PairingPlanItem
from bangfu.services.points.points_application import PointsApplication
from bangfu.services.points.points_code import PointsCode
from bangfu.services.points.points_goods import PointsGoods
from bangfu.services.points.points_objection import PointsObjection
from bangfu.services.points.points_redemption import PointsRedemption
from bangfu.services.points.points_rule import PointsRule
from bangfu.services.points.points_scheme import PointsScheme
from bangfu.services.training.training_enrolment import TrainingEnrolment
from bangfu.services.training.training_need import TrainingNeed
from bangfu.services.training.training_session import TrainingSession
from bangfu.services.training.vocational_wish import VocationalWish

__all__ = [
    "AssistanceWorkshop",
    "Dispatch",
    "EmploymentCheck",
    "EmploymentWish",
    "ExperienceCase",
    "FairSale",
    "Institution",
    "InstitutionPairing",
    "JobPost",
    "JobProposal",
    "LocalProduct",
    "MatchRun",
    "MatterCase",
    "ModelVillage",
    "PairingPlanItem",
    "Placement",
    "PointsApplication",
    "PointsCode",
    "PointsGoods",
    "PointsObjection",
    "PointsRedemption",
    "PointsRule",
    "PointsScheme",
    "PublicWelfarePost",
    "ResponsibilityList",
    "TrainingEnrolment",
    "TrainingNeed",
    "TrainingSession",
    "TravelSubsidy",
    "VillageCovenant",
    "VocationalWish",
]
