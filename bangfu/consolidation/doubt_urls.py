"""Addresses of doubts beside their ledger; part of the app's own."""

from django.urls import path

from bangfu.consolidation import doubt_imports
from bangfu.consolidation import doubt_pages as pages

urlpatterns = [
    path("", pages.doubts_page, name="doubts"),
    path("check/", pages.start, name="check-doubts"),
    path("<int:pk>/explain/", pages.explain, name="explain-doubt"),
    path("<int:pk>/reopen/", pages.reopen, name="reopen-doubt"),
    path("imports/<int:pk>/", doubt_imports.import_page, name="import-doubts"),
    path("households/<int:pk>/", pages.household_page, name="household-doubts"),
    path("households/<int:pk>/check/", pages.check_household, name="check-household"),
]
