"""Addresses of the ledgers."""

from django.urls import path
from django.views.decorators.http import require_POST

from bangfu.accounts.roles import Act
from bangfu.ledger import attachments, bulk, drafts, exports, pages, saved_views, views
from bangfu.ledger.entry import ledger_view

app_name = "ledger"

urlpatterns = [
    path("ledgers/", pages.menu, name="menu"),
    path("figures/", pages.figures, name="figures"),
    path("search/", pages.search_page, name="search"),
    path("drafts/", drafts.save, name="drafts"),
    path("l/<slug:slug>/", views.list_page, name="list"),
    path("l/<slug:slug>/new/", views.form_page, name="new"),
    path("l/<slug:slug>/suggest/", views.suggest, name="suggest"),
    path("l/<slug:slug>/strip/", pages.strip, name="strip"),
    path("l/<slug:slug>/stats/", pages.stats_page, name="stats"),
    path("l/<slug:slug>/map/", pages.map_page, name="map"),
    path("l/<slug:slug>/points.json", pages.points, name="points"),
    path("l/<slug:slug>/export/", exports.export, name="export"),
    path("l/<slug:slug>/bulk/", require_POST(ledger_view(Act.BULK)(bulk.bulk_page)), name="bulk"),
    path("l/<slug:slug>/bulk-edits/", ledger_view(Act.BULK)(bulk.edits_page), name="bulk-edits"),
    path("l/<slug:slug>/views/", saved_views.save, name="save-view"),
    path("l/<slug:slug>/views/<int:pk>/delete/", saved_views.delete, name="delete-view"),
    path("l/<slug:slug>/<int:pk>/", views.detail_page, name="detail"),
    path("l/<slug:slug>/<int:pk>/edit/", views.form_page, name="edit"),
    path("l/<slug:slug>/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("l/<slug:slug>/<int:pk>/reveal/", views.reveal, name="reveal"),
    path("l/<slug:slug>/<int:pk>/attachments/", attachments.add, name="attach"),
    path("l/<slug:slug>/<int:pk>/attachments/<int:attachment>/", attachments.show, name="attachment"),
    path("l/<slug:slug>/<int:pk>/attachments/<int:attachment>/remove/", attachments.remove, name="remove-attachment"),
]
