"""Addresses of chapter 2."""

from django.urls import path

from bangfu.construction import settlement_pages
from bangfu.construction.greening import receiving

app_name = "construction"
urlpatterns = [
    path("waste-chain/", settlement_pages.chain_page, name="waste-chain"),
    path("settlement/", settlement_pages.board_page, name="settlement"),
    path("pledges/<int:pk>/receive/", receiving.receive_page, name="receive"),
]
