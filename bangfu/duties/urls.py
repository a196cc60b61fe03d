"""Addresses under /duties/."""

from django.urls import path

from bangfu.duties import pages

app_name = "duties"
urlpatterns = [
    path("", pages.duties, name="board"),
    path("seal/", pages.seal, name="seal"),
    path("<int:pk>/exempt/", pages.exempt, name="exempt"),
    path("years/<int:year>/", pages.differences, name="differences"),
]
