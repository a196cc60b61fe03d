"""Addresses under /guideline/."""

from django.urls import path

from bangfu.lawbook import holiday_views, override_views, views

app_name = "lawbook"
urlpatterns = [
    path("", views.index, name="index"),
    path("compare/", views.compare, name="compare"),
    path("working-days/", holiday_views.working_days, name="working_days"),
    path("working-days/new/", holiday_views.arrange, name="arrange"),
    path("working-days/remove/", holiday_views.remove, name="remove_holidays"),
    path("parameters/<str:code>/new/", override_views.register, name="register"),
    path("values/<int:pk>/", override_views.override, name="override"),
    path("values/<int:pk>/edit/", override_views.correct, name="correct"),
    path("values/<int:pk>/end/", override_views.end, name="end"),
    path("values/<int:pk>/withdraw/", override_views.withdraw, name="withdraw"),
    path("<str:number>/", views.article, name="article"),
]
