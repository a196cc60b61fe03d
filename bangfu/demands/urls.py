"""Addresses of the demands beside their ledgers."""

from django.urls import path

from bangfu.demands import answer_pages, pages

app_name = "demands"

urlpatterns = [
    path("", pages.board, name="board"),
    path("new/", pages.new, name="new"),
    path("<int:pk>/file/", pages.file, name="file"),
    path("<int:pk>/map/", pages.map_heads, name="map"),
    path("<int:pk>/download/", pages.download, name="download"),
    path("<int:pk>/answer/", answer_pages.answer, name="answer"),
    path("<int:pk>/<str:name>/", pages.act, name="act"),
]
