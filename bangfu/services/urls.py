"""Addresses of chapter 3 and 1.3."""

from django.urls import path

from bangfu.services import tracked_pages

app_name = "services"
urlpatterns = [
    path("tracked/", tracked_pages.tracked_page, name="tracked"),
]
