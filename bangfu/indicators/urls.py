"""Addresses under /indicators/."""

from django.urls import path

from bangfu.indicators import pages

app_name = "indicators"
urlpatterns = [
    path("", pages.indicators, name="board"),
    path("export/", pages.export, name="export"),
    path("<slug:code>/", pages.one, name="one"),
]
