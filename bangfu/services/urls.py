"""Addresses of chapter 3 and 1.3."""

from django.urls import path

from bangfu.services.jobs import pages as matching
from bangfu.services.lists import case_pages
from bangfu.services.points import jury_pages, shop_pages
from bangfu.services.training import session_pages, tracked_pages

app_name = "services"
urlpatterns = [
    path("training/", session_pages.plan_page, name="training"),
    path("training/<int:pk>/", session_pages.people_page, name="training-people"),
    path("training/<int:pk>/move/", session_pages.move, name="move-training"),
    path("tracked/", tracked_pages.tracked_page, name="tracked"),
    path("matching/", matching.matching_page, name="matching"),
    path("matching/start/", matching.start, name="match"),
    path("matching/answer/", matching.answer, name="answer-proposals"),
    path("points/jury/", jury_pages.jury_page, name="points-jury"),
    path("points/jury/judge/", jury_pages.judge, name="points-judge"),
    path("points/objections/<int:pk>/answer/", jury_pages.answer, name="points-answer"),
    path("points/shop/", shop_pages.shop_page, name="points-shop"),
    path("points/shop/<int:pk>/receive/", shop_pages.receive, name="points-receive"),
    path("points/redemptions/<int:pk>/return/", shop_pages.give_back, name="points-return"),
    path("points/codes/<int:village>/", shop_pages.code_sheet, name="points-codes"),
    path("matters/<int:pk>/move/", case_pages.move, name="move-matter"),
]
