"""Addresses under /assets/disposal/."""

from django.urls import path

from bangfu.assets.disposal import pages

app_name = "asset_disposal"

urlpatterns = [
    path("assets/<int:pk>/apply/", pages.apply, name="apply"),
    path("<int:pk>/proceeds/", pages.proceeds, name="proceeds"),
]
