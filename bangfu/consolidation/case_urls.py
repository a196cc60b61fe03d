"""Addresses of cases, plans, removals and referrals beside their ledgers (1.1)."""

from django.urls import path

from bangfu.consolidation import act_pages, household_pages

urlpatterns = [
    path("flows/<slug:slug>/<int:pk>/<slug:page>/", act_pages.act_page, name="act"),
    path("households/<int:pk>/removal/", household_pages.consider, name="consider-removal"),
    path("households/<int:pk>/referral/", household_pages.refer, name="refer"),
    path("plans/<int:pk>/write/", household_pages.write_plan, name="write-plan"),
]
