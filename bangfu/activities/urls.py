"""Addresses of activities beside their ledger."""

from django.urls import path

from bangfu.activities import diary_pages, follow_up_pages, member_report_pages, new_pages, pages

app_name = "activities"

urlpatterns = [
    path("visit/<int:pk>/", pages.visit_page, name="visit"),
    path("new/", new_pages.new_page, name="new"),
    path("diary/", diary_pages.diary_page, name="diary"),
    path("diary/file/", diary_pages.diary_file, name="diary-file"),
    path("reports/<int:pk>/", member_report_pages.report_page, name="member-report"),
    path("follow-ups/", follow_up_pages.list_page, name="follow-ups"),
    path("follow-ups/<int:pk>/done/", follow_up_pages.done, name="done"),
]
