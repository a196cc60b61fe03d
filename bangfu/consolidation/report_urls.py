"""Public addresses of self-report, short enough to be printed."""

from django.urls import path

from bangfu.consolidation import report_pages

app_name = "self_report"

urlpatterns = [
    path("", report_pages.choose, name="choose"),
    path("progress/", report_pages.progress, name="progress"),
    path("receipt/<str:receipt_no>/", report_pages.receipt, name="receipt"),
    path("<int:code>/", report_pages.report, name="report"),
]
