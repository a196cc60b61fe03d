"""Resources and admin pages as the documentation of django-import-export shows them, and its own switches for speed."""

import os

from django.contrib import admin
from django.db import models
from import_export import fields, resources
from import_export.admin import ImportExportModelAdmin
from import_export.widgets import CachedForeignKeyWidget, ForeignKeyWidget

from bench.peer.models import Household, Person, Village

#: stock: as documented; the others switch on, one after the other, all that 4.4 offers
SWITCHES: dict[str, dict[str, bool | int]] = {
    "stock": {},
    "bulk": {"use_bulk": True},
    "bulk-nodiff": {"use_bulk": True, "skip_diff": True},
    "tuned": {"use_bulk": True, "skip_diff": True, "skip_html_diff": True, "batch_size": 1000},
}
VARIANT = os.environ["PEER_VARIANT"]
_Key = CachedForeignKeyWidget if VARIANT == "tuned" else ForeignKeyWidget


def _resource(model: type[models.Model], identity: str, **keys: fields.Field) -> type[resources.ModelResource]:
    options = {"model": model, "import_id_fields": (identity,), "exclude": ("id",), **SWITCHES[VARIANT]}
    return type(f"{model.__name__}Resource", (resources.ModelResource,), {**keys, "Meta": type("Meta", (), options)})


def _key(name: str, model: type[models.Model], by: str) -> fields.Field:
    return fields.Field(column_name=name, attribute=name, widget=_Key(model, by))


@admin.register(Household)
class HouseholdAdmin(ImportExportModelAdmin):
    resource_classes = [_resource(Household, "household_no", village=_key("village", Village, "code"))]


@admin.register(Person)
class PersonAdmin(ImportExportModelAdmin):
    resource_classes = [
        _resource(
            Person,
            "identity_no",
            household=_key("household", Household, "household_no"),
            village=_key("village", Village, "code"),
        )
    ]
