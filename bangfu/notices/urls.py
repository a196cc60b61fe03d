"""Addresses that anybody may open; staff find notices in their ledger."""

from django.urls import path

from bangfu.notices import pages

app_name = "notices"

urlpatterns = [
    path("place/<int:code>/", pages.place, name="place"),
    path("<slug:address>/", pages.public, name="public"),
]
