"""Addresses of the screening by departments' data; part of the app's own."""

from django.urls import path

from bangfu.consolidation import household_screening_pages
from bangfu.consolidation import screening_pages as pages

urlpatterns = [
    path("", pages.desk_page, name="screening"),
    path("files/", pages.upload, name="screening-upload"),
    path("files/<int:pk>/", pages.file_page, name="screening-file"),
    path("files/<int:pk>/kind/", pages.say_kind, name="screening-kind"),
    path("files/<int:pk>/remove/", pages.remove, name="screening-remove"),
    path("files/<int:pk>/report.xlsx", pages.report_book, name="screening-report"),
    path("files/<int:pk>/original/", pages.original, name="screening-original"),
    path("households/<int:pk>/", household_screening_pages.page, name="screen-household"),
    path("runs/", pages.start, name="screening-start"),
    path("runs/<int:pk>/", pages.run_page, name="screening-run"),
    path("runs/<int:pk>/go-on/", pages.go_on, name="screening-go-on"),
    path("runs/<int:pk>/rows/", pages.rows_page, name="screening-rows"),
]
