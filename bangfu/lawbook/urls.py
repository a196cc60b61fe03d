"""Addresses under /guideline/."""

from django.urls import path

from bangfu.lawbook import views

app_name = "lawbook"
urlpatterns = [
    path("", views.index, name="index"),
    path("working-days/", views.working_days, name="working_days"),
    path("<str:number>/", views.article, name="article"),
]
