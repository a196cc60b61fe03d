"""The product's addresses, and the admin as its documentation sets it up: a list of people with the ledger's columns."""

from django.contrib import admin
from django.urls import path

from bangfu.people.models import Person
from bangfu.site.urls import urlpatterns as own


class Site(admin.AdminSite):
    def has_permission(self, request: object) -> bool:
        return True


class PersonAdmin(admin.ModelAdmin):
    list_display = ("name", "sex", "born_on", "identity_no", "relation_to_head", "household", "village", "labour_skill")
    list_select_related = ("household", "village")
    list_filter = ("sex", "labour_skill")
    search_fields = ("name", "identity_no")
    list_per_page = 50

    def has_view_permission(self, request: object, obj: object = None) -> bool:
        return True

    has_change_permission = has_view_permission


site = Site()
site.register(Person, PersonAdmin)
urlpatterns = [*own, path("admin/", site.urls)]
