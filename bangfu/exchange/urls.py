"""Addresses of import and export."""

from django.urls import path

from bangfu.exchange import views

app_name = "exchange"

urlpatterns = [
    path("imports/", views.imports_page, name="imports"),
    path("imports/new/<slug:slug>/", views.new_page, name="new"),
    path("imports/new/<slug:slug>/template.xlsx", views.template_file, name="template"),
    path("imports/<int:pk>/", views.import_page, name="import"),
    path("imports/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("imports/<int:pk>/blanks/", views.blanks, name="blanks"),
    path("imports/<int:pk>/go-on/", views.go_on, name="go-on"),
    path("imports/<int:pk>/discard/", views.discard, name="discard"),
    path("imports/<int:pk>/undo/", views.undo, name="undo"),
    path("imports/<int:pk>/errors.xlsx", views.errors_file, name="errors"),
    path("exports/", views.exports_page, name="exports"),
    path("exports/<int:pk>/", views.export_page, name="export"),
    path("exports/<int:pk>/file/", views.export_file, name="export-file"),
]
