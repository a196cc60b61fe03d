"""Addresses under /divisions/."""

from django.urls import path

from bangfu.divisions import operator_views, views

app_name = "divisions"
urlpatterns = [
    path("suggest", views.suggestions, name="suggest"),
    path("children", views.children, name="children"),
    path("boundaries.json", views.outlines, name="boundaries"),
    path("successions/", operator_views.changes, name="changes"),
    path("successions/new/", operator_views.declare, name="declare"),
    path("successions/<int:pk>/", operator_views.progress, name="progress"),
    path("successions/<int:pk>/run/", operator_views.go_on, name="go_on"),
    path("boundaries/", operator_views.boundary_list, name="boundary_list"),
    path("boundaries/<int:pk>/", operator_views.boundary_preview, name="boundary_preview"),
]
