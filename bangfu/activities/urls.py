"""Addresses of activities beside their ledger."""

from django.urls import path

from bangfu.activities import pages

app_name = "activities"

urlpatterns = [
    path("visit/<int:pk>/", pages.visit_page, name="visit"),
    path("<int:pk>/done/", pages.follow_up_done, name="done"),
]
