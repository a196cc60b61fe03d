"""Addresses of activities beside their ledger."""

from django.urls import path

from bangfu.activities import follow_up_pages, pages

app_name = "activities"

urlpatterns = [
    path("visit/<int:pk>/", pages.visit_page, name="visit"),
    path("follow-ups/", follow_up_pages.list_page, name="follow-ups"),
    path("follow-ups/<int:pk>/done/", follow_up_pages.done, name="done"),
]
