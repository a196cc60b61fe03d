"""Addresses of plans and projects beside their ledgers (2.1, 2.2, 1.2)."""

from django.urls import path

from bangfu.projects import declare_pages, labour_pages, merge_pages, order_pages
from bangfu.projects.review import evaluation_pages, opinion_pages

app_name = "projects"

urlpatterns = [
    path("declare/", declare_pages.declare, name="declare"),
    path("merge/", merge_pages.merge, name="merge"),
    path("order/", order_pages.order, name="order"),
    path("order/<int:pk>/", order_pages.move, name="move"),
    path("year/", order_pages.year_plan, name="year"),
    path("<int:pk>/adjust/", declare_pages.adjust, name="adjust"),
    path("<int:pk>/evaluate/", evaluation_pages.evaluate_page, name="evaluate"),
    path("opinions/<int:pk>/", opinion_pages.opinion, name="opinion"),
    path("<int:pk>/candidates/", labour_pages.candidates, name="candidates"),
]
