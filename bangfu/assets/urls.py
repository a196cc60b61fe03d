"""Addresses under /assets/ (1.4)."""

from __future__ import annotations

from django.urls import path

from bangfu.assets import act_pages, duplicate_pages
from bangfu.assets.forming import pages as forming
from bangfu.assets.old_ledgers import pages as old_ledgers
from bangfu.assets.reconciling import pages as reconciling
from bangfu.assets.stocktaking import pages as stocktaking

app_name = "assets"

urlpatterns = [
    path("forming/<int:pk>/", forming.form_assets, name="form"),
    path("forming/<int:pk>/undo/", forming.take_back, name="form-undo"),
    path("<int:pk>/parts/", forming.parts, name="parts"),
    path("<int:pk>/confirm/", act_pages.confirm, name="confirm"),
    path("<int:pk>/hand-over/", act_pages.hand_over, name="hand-over"),
    path("<int:pk>/undo/", act_pages.undo, name="undo"),
    path("inspect/", act_pages.inspections, name="inspections"),
    path("<int:pk>/sound/", act_pages.sound, name="sound"),
    path("stock/", stocktaking.stock, name="stock"),
    path("stock/<int:round_pk>/<int:pk>/", stocktaking.count, name="count"),
    path("reconcile/", reconciling.reconcile, name="reconcile"),
    path("reconcile/run/", reconciling.run_now, name="reconcile-run"),
    path("differences/<int:pk>/settle/", reconciling.settle, name="settle"),
    path("duplicates/", duplicate_pages.duplicates, name="duplicates"),
    path("duplicates/decide/", duplicate_pages.decide, name="duplicates-decide"),
    path("old/", old_ledgers.upload, name="old"),
    path("old/matches/", old_ledgers.matches, name="matches"),
    path("old/matches/<int:pk>/", old_ledgers.accept, name="match"),
]
