"""Addresses of chapter 1 beside its ledgers."""

from django.urls import URLPattern

app_name = "consolidation"

urlpatterns: list[URLPattern] = []
