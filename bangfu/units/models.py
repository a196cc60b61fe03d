"""Chapter 5, and 3.3: units, groups, teams, cadres and what they bring in."""

from bangfu.units.absence import Absence
from bangfu.units.cadre import Cadre
from bangfu.units.care_item import CareItem
from bangfu.units.donation import Donation
from bangfu.units.group import Group
from bangfu.units.group_member import GroupMember
from bangfu.units.pairing import Pairing
from bangfu.units.partner import Partner
from bangfu.units.prize import Prize
from bangfu.units.resource import Resource
from bangfu.units.resource_ledger import ResourceLedger
from bangfu.units.team import Team
from bangfu.units.unit import UnitLedger
from bangfu.units.village_pairing import VillagePairing
from bangfu.units.yearly_opinion import YearlyOpinion

__all__ = [
    "Absence", "Cadre", "CareItem", "Donation", "Group", "GroupMember", "Pairing", "Partner", "Prize", "Resource", "ResourceLedger",
    "Team", "UnitLedger", "VillagePairing", "YearlyOpinion",
]  # fmt: skip
