"""Addresses of chapter 4 beside its ledgers."""

from django.urls import path

from bangfu.industry import assign_pages, bank_pages, collective_pages, linkage_pages, service_pages

app_name = "industry"

urlpatterns = [
    path("linkage-book/", linkage_pages.book, name="linkage-book"),
    path("unlinked/", linkage_pages.unlinked, name="unlinked"),
    path("collectives/", collective_pages.overview, name="collectives"),
    path("contract-dues/", collective_pages.dues, name="contract-dues"),
    path("reserves/", service_pages.reserves, name="reserves"),
    path("questions/", service_pages.questions, name="questions"),
    path("logistics/", service_pages.logistics, name="logistics"),
    path("technology-requests/<int:pk>/assign/", assign_pages.assign, name="assign"),
    path("finance-wishes/<int:pk>/answer/", bank_pages.answer, name="answer-wish"),
]
