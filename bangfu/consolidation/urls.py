"""Addresses of chapter 1 beside its ledgers."""

from django.urls import include, path

from bangfu.consolidation import clue_pages

app_name = "consolidation"

urlpatterns = [
    path("", include("bangfu.consolidation.case_urls")),
    path("clues/", clue_pages.work_page, name="clues"),
    path("clues/<int:pk>/close/", clue_pages.close, name="close"),
    path("clues/<int:pk>/reopen/", clue_pages.reopen, name="reopen"),
    path("clues/<int:pk>/verify/", clue_pages.verify, name="verify"),
]
