"""The public address of points, short enough to be printed."""

from django.urls import path

from bangfu.services.points import lookup_pages, open_list

app_name = "points"
urlpatterns = [
    path("", lookup_pages.lookup, name="lookup"),
    path("list/", open_list.list_page, name="list"),
    path("list/<int:code>/", open_list.list_page, name="list"),
    path("list/<int:code>/<int:pk>/", open_list.object_page, name="object"),
]
