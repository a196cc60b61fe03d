"""Addresses of chapter 2."""

from django.urls import path

from bangfu.construction import settlement_pages
from bangfu.construction.benefit_fund import importing
from bangfu.construction.benefit_fund import pages as benefit_pages
from bangfu.construction.greening import receiving
from bangfu.construction.settlement import toilet_pages

app_name = "construction"
urlpatterns = [
    path("waste-chain/", settlement_pages.chain_page, name="waste-chain"),
    path("toilets/", toilet_pages.page, name="toilets"),
    path("toilets/take/", toilet_pages.take, name="take-toilets"),
    path("settlement/", settlement_pages.board_page, name="settlement"),
    path("benefit-funds/", benefit_pages.overview, name="benefit-funds"),
    path("benefit-funds/import/", importing.import_rows, name="benefit-import"),
    path("benefit-funds/record/<slug:direction>/", benefit_pages.record, name="benefit-record"),
    path("benefit-funds/entries/<int:pk>/counter/", benefit_pages.counter, name="benefit-counter"),
    path("pledges/<int:pk>/receive/", receiving.receive_page, name="receive"),
]
