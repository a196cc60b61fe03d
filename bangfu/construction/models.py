"""Chapter 2 镇村公共基础设施: its ledgers, one file each."""

from bangfu.construction.ancient_tree import AncientTree
from bangfu.construction.borrowed_practice import BorrowedPractice
from bangfu.construction.cooperation_project import CooperationProject
from bangfu.construction.demonstration_site import DemonstrationSite
from bangfu.construction.green_site import GreenSite
from bangfu.construction.greening_campaign import GreeningCampaign
from bangfu.construction.household_toilets import HouseholdToilet
from bangfu.construction.natural_village import NaturalVillage
from bangfu.construction.public_benefit_entry import PublicBenefitEntry
from bangfu.construction.tending_round import TendingRound
from bangfu.construction.tree_pledge import TreePledge
from bangfu.construction.village_appearance import VillageAppearance
from bangfu.construction.waste_site import WasteSite

__all__ = [
    "AncientTree",
    "BorrowedPractice",
    "CooperationProject",
    "DemonstrationSite",
    "GreenSite",
    "GreeningCampaign",
    "HouseholdToilet",
    "NaturalVillage",
    "PublicBenefitEntry",
    "TendingRound",
    "TreePledge",
    "VillageAppearance",
    "WasteSite",
]
