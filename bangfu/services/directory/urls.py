"""Public addresses of the directory."""

from django.urls import path

from bangfu.services.directory import pages

app_name = "directory"
urlpatterns = [
    path("", pages.shelf_page, name="home"),
    path("<slug:slug>/", pages.shelf_page, name="shelf"),
    path("<slug:slug>/<int:pk>/", pages.entry_page, name="entry"),
]
