"""The public address of points, short enough to be printed."""

from django.urls import path

from bangfu.services.points import lookup_pages

app_name = "points"
urlpatterns = [path("", lookup_pages.lookup, name="lookup")]
