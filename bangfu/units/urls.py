"""Addresses of units and teams beside their ledgers."""

from django.urls import path

from bangfu.units import account_pages, matching_pages, opinion_pages, pages, roster_pages, rotation_pages

app_name = "units"

urlpatterns = [
    path("units/<int:pk>/", pages.unit, name="unit"),
    path("teams/<int:pk>/", pages.team, name="team"),
    path("resources/<int:pk>/match/", matching_pages.match, name="match"),
    path("cadres/<int:pk>/opinion/", opinion_pages.opinion, name="opinion"),
    path("roster/", roster_pages.roster_page, name="roster"),
    path("roster/file/", roster_pages.roster_file, name="roster-file"),
    path("cadres/<int:pk>/account/", account_pages.account, name="account"),
    path("cadres/<int:pk>/rotate/", rotation_pages.rotate, name="rotate"),
]
