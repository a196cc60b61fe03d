"""Chapter 4 乡村产业: its ledgers, one file each."""

from bangfu.industry.business_entities import BusinessEntity
from bangfu.industry.entity_members import EntityMember
from bangfu.industry.farmer_linkages import FarmerLinkage
from bangfu.industry.leading_industries import LeadingIndustry
from bangfu.industry.linkage_payments import LinkagePayment

__all__ = ["BusinessEntity", "EntityMember", "FarmerLinkage", "LeadingIndustry", "LinkagePayment"]
