"""Chapter 4 乡村产业: its ledgers, one file each."""

from bangfu.industry.business_entities import BusinessEntity
from bangfu.industry.collective_accounts import CollectiveAccount
from bangfu.industry.collective_contracts import CollectiveContract
from bangfu.industry.collective_organisations import CollectiveOrganisation
from bangfu.industry.collective_projects import CollectiveProject
from bangfu.industry.company_shares import CompanyShare
from bangfu.industry.contract_receipts import ContractReceipt
from bangfu.industry.entity_members import EntityMember
from bangfu.industry.farmer_linkages import FarmerLinkage
from bangfu.industry.idle_assets import IdleAsset
from bangfu.industry.joint_companies import JointCompany
from bangfu.industry.leading_industries import LeadingIndustry
from bangfu.industry.linkage_payments import LinkagePayment

__all__ = [
    "BusinessEntity", "CollectiveAccount", "CollectiveContract", "CollectiveOrganisation", "CollectiveProject",
    "CompanyShare", "ContractReceipt", "EntityMember", "FarmerLinkage", "IdleAsset", "JointCompany", "LeadingIndustry",
    "LinkagePayment",
]  # fmt: skip
