"""Addresses of what happens to households and people; their lists and pages are the ledgers' own."""

from django.urls import path

from bangfu.people import pages, reviews

app_name = "people"

urlpatterns = [
    path("households/<int:pk>/<slug:slug>/", pages.act_page, name="act"),
    path("duplicates/<int:pk>/", reviews.decide_page, name="decide"),
]
