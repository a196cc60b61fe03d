"""The workflows of chapter 1, registered by being imported."""

from bangfu.consolidation import case_flow, plan_flow, referral_flow, removal_flow

__all__ = ["case_flow", "plan_flow", "referral_flow", "removal_flow"]
