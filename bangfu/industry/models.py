"""Chapter 4 乡村产业: its ledgers, one file each."""

from bangfu.industry.collective.collective_accounts import CollectiveAccount
from bangfu.industry.collective.collective_contracts import CollectiveContract
from bangfu.industry.collective.collective_organisations import CollectiveOrganisation
from bangfu.industry.collective.collective_projects import CollectiveProject
from bangfu.industry.collective.company_shares import CompanyShare
from bangfu.industry.collective.contract_receipts import ContractReceipt
from bangfu.industry.collective.idle_assets import IdleAsset
from bangfu.industry.collective.joint_companies import JointCompany
from bangfu.industry.finance.finance_products import FinanceProduct
from bangfu.industry.finance.finance_wishes import FinanceWish
from bangfu.industry.finance.loan_movements import LoanMovement
from bangfu.industry.finance.loans import Loan
from bangfu.industry.linkage.business_entities import BusinessEntity
from bangfu.industry.linkage.entity_members import EntityMember
from bangfu.industry.linkage.farmer_linkages import FarmerLinkage
from bangfu.industry.linkage.leading_industries import LeadingIndustry
from bangfu.industry.linkage.linkage_payments import LinkagePayment
from bangfu.industry.markets.farmers_markets import FarmersMarket
from bangfu.industry.markets.firm_landings import FirmLanding
from bangfu.industry.markets.firm_years import FirmYear
from bangfu.industry.markets.industrial_parks import IndustrialPark
from bangfu.industry.markets.logistics_points import LogisticsPoint
from bangfu.industry.markets.logistics_reaches import LogisticsReach
from bangfu.industry.selling.brand_licences import BrandLicence
from bangfu.industry.selling.canteen_budgets import CanteenBudget
from bangfu.industry.selling.products import Product
from bangfu.industry.selling.purchases import Purchase
from bangfu.industry.selling.regional_brands import RegionalBrand
from bangfu.industry.technology.commissioner_skills import CommissionerSkill
from bangfu.industry.technology.technology_requests import TechnologyRequest

__all__ = [
    "BrandLicence", "BusinessEntity", "CanteenBudget", "CollectiveAccount", "CollectiveContract",
    "CollectiveOrganisation", "CollectiveProject", "CommissionerSkill", "CompanyShare", "ContractReceipt",
    "EntityMember", "FarmerLinkage", "FarmersMarket", "FinanceProduct", "FinanceWish", "FirmLanding", "FirmYear",
    "IdleAsset", "IndustrialPark", "JointCompany", "LeadingIndustry", "LinkagePayment", "Loan", "LoanMovement",
    "LogisticsPoint", "LogisticsReach", "Product", "Purchase", "RegionalBrand", "TechnologyRequest",
]  # fmt: skip
