"""Chapter 4 乡村产业: its ledgers, one file each."""

from bangfu.industry.brand_licences import BrandLicence
from bangfu.industry.business_entities import BusinessEntity
from bangfu.industry.canteen_budgets import CanteenBudget
from bangfu.industry.collective_accounts import CollectiveAccount
from bangfu.industry.collective_contracts import CollectiveContract
from bangfu.industry.collective_organisations import CollectiveOrganisation
from bangfu.industry.collective_projects import CollectiveProject
from bangfu.industry.commissioner_skills import CommissionerSkill
from bangfu.industry.company_shares import CompanyShare
from bangfu.industry.contract_receipts import ContractReceipt
from bangfu.industry.entity_members import EntityMember
from bangfu.industry.farmer_linkages import FarmerLinkage
from bangfu.industry.farmers_markets import FarmersMarket
from bangfu.industry.finance_products import FinanceProduct
from bangfu.industry.finance_wishes import FinanceWish
from bangfu.industry.firm_landings import FirmLanding
from bangfu.industry.firm_years import FirmYear
from bangfu.industry.idle_assets import IdleAsset
from bangfu.industry.industrial_parks import IndustrialPark
from bangfu.industry.joint_companies import JointCompany
from bangfu.industry.leading_industries import LeadingIndustry
from bangfu.industry.linkage_payments import LinkagePayment
from bangfu.industry.loan_movements import LoanMovement
from bangfu.industry.loans import Loan
from bangfu.industry.logistics_points import LogisticsPoint
from bangfu.industry.logistics_reaches import LogisticsReach
from bangfu.industry.products import Product
from bangfu.industry.purchases import Purchase
from bangfu.industry.regional_brands import RegionalBrand
from bangfu.industry.technology_requests import TechnologyRequest

__all__ = [
    "BrandLicence", "BusinessEntity", "CanteenBudget", "CollectiveAccount", "CollectiveContract",
    "CollectiveOrganisation", "CollectiveProject", "CommissionerSkill", "CompanyShare", "ContractReceipt",
    "EntityMember", "FarmerLinkage", "FarmersMarket", "FinanceProduct", "FinanceWish", "FirmLanding", "FirmYear",
    "IdleAsset", "IndustrialPark", "JointCompany", "LeadingIndustry", "LinkagePayment", "Loan", "LoanMovement",
    "LogisticsPoint", "LogisticsReach", "Product", "Purchase", "RegionalBrand", "TechnologyRequest",
]  # fmt: skip
