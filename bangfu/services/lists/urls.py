"""Public addresses of the lists and of running cases."""

from django.urls import path

from bangfu.services.lists import pages

app_name = "matters"
urlpatterns = [
    path("", pages.home, name="home"),
    path("items/<int:pk>/", pages.item_page, name="item"),
    path("cases/", pages.find, name="find"),
    path("cases/<str:code>/", pages.case_page, name="case"),
]
