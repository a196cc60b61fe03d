"""Addresses of chapter 1 beside its ledgers."""

from django.urls import include, path

from bangfu.consolidation import clue_pages, round_pages, rule_pages, visit_pages, warning_pages

app_name = "consolidation"

urlpatterns = [
    path("", include("bangfu.consolidation.case_urls")),
    path("screening/", include("bangfu.consolidation.screening_urls")),
    path("doubts/", include("bangfu.consolidation.doubt_urls")),
    path("warning/", warning_pages.warning_page, name="warning"),
    path("warning/keep/", warning_pages.keep_again, name="keep-levels"),
    path("warning/<int:code>/begin/", warning_pages.begin, name="begin-response"),
    path("warning/tasks/<int:pk>/finish/", warning_pages.finish, name="finish-task"),
    path("warning/responses/<int:pk>/end/", warning_pages.end, name="end-response"),
    path("rules/", rule_pages.rules_page, name="rules"),
    path("rules/channel/<slug:channel>/", rule_pages.channel_page, name="channel"),
    path("rules/<slug:code>/", rule_pages.rule_page, name="rule"),
    path("clues/", clue_pages.work_page, name="clues"),
    path("clues/<int:pk>/", clue_pages.clue_page, name="clue"),
    path("clues/<int:pk>/close/", clue_pages.close, name="close"),
    path("clues/<int:pk>/reopen/", clue_pages.reopen, name="reopen"),
    path("clues/<int:pk>/verify/", clue_pages.verify, name="verify"),
    path("clues/<int:pk>/assign/", clue_pages.assign, name="assign"),
    path("clues/<int:pk>/match/", clue_pages.match, name="match"),
    path("clues/<int:pk>/case/", clue_pages.open_case, name="open-case"),
    path("visits/", visit_pages.due_page, name="due-visits"),
    path("rounds/", round_pages.rounds_page, name="rounds"),
    path("rounds/<int:pk>/", round_pages.coverage_page, name="coverage"),
    path("rounds/<int:pk>/assign/", round_pages.assign_page, name="assign-round"),
    path("rounds/<int:pk>/left/", round_pages.left_page, name="round-left"),
    path("rounds/<int:pk>/left/export/", round_pages.export_left, name="round-left-export"),
    path("rounds/<int:pk>/villages/<int:code>/", round_pages.village_page, name="round-village"),
    path("rounds/<int:pk>/unchanged/<int:household>/", round_pages.unchanged, name="unchanged"),
]
