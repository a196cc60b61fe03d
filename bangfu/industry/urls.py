"""Addresses of chapter 4 beside its ledgers."""

from django.urls import path

from bangfu.industry.collective import collective_pages
from bangfu.industry.finance import bank_pages
from bangfu.industry.linkage import linkage_pages
from bangfu.industry.markets import firm_pages, logistics_pages
from bangfu.industry.selling import reserve_pages, sales_pages
from bangfu.industry.technology import assign_pages, question_pages

app_name = "industry"

urlpatterns = [
    path("linkage-book/", linkage_pages.book, name="linkage-book"),
    path("unlinked/", linkage_pages.unlinked, name="unlinked"),
    path("collectives/", collective_pages.overview, name="collectives"),
    path("contract-dues/", collective_pages.dues, name="contract-dues"),
    path("sales/", sales_pages.sales, name="sales"),
    path("reserves/", reserve_pages.reserves, name="reserves"),
    path("questions/", question_pages.questions, name="questions"),
    path("firms/", firm_pages.firms, name="firms"),
    path("logistics/", logistics_pages.logistics, name="logistics"),
    path("technology-requests/<int:pk>/assign/", assign_pages.assign, name="assign"),
    path("technology-requests/<int:pk>/answer/", assign_pages.answer, name="answer-request"),
    path("finance-wishes/<int:pk>/hand/", bank_pages.hand, name="hand-wish"),
    path("finance-wishes/<int:pk>/answer/", bank_pages.answer, name="answer-wish"),
]
