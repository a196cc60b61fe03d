"""户、人: households, their members, incomes, events and doubtful duplicates; one file each."""

from bangfu.people.duplicates import DuplicatePair
from bangfu.people.events import MemberEvent
from bangfu.people.household import Household
from bangfu.people.income import HouseholdIncome
from bangfu.people.loads import BulkLoad
from bangfu.people.person import Person

__all__ = ["BulkLoad", "DuplicatePair", "Household", "HouseholdIncome", "MemberEvent", "Person"]
