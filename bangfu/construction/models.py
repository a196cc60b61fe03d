"""Chapter 2 镇村公共基础设施: its ledgers, one file each."""

from bangfu.construction.household_toilets import HouseholdToilet

__all__ = ["HouseholdToilet"]
