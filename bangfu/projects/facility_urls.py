"""Public addresses of facilities, printed on their boards."""

from django.urls import path

from bangfu.projects import fault_pages

app_name = "facilities"

urlpatterns = [
    path("", fault_pages.find, name="find"),
    path("<slug:code>/", fault_pages.report, name="report"),
]
