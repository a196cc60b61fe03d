"""Addresses of chapter 4 beside its ledgers."""

from django.urls import path

from bangfu.industry import assign_pages

app_name = "industry"

urlpatterns = [
    path("technology-requests/<int:pk>/assign/", assign_pages.assign, name="assign"),
]
