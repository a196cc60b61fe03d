"""Addresses of chapter 2."""

from django.urls import path

from bangfu.construction import settlement_pages

app_name = "construction"
urlpatterns = [
    path("waste-chain/", settlement_pages.chain_page, name="waste-chain"),
    path("settlement/", settlement_pages.board_page, name="settlement"),
]
