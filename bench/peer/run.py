"""Imports households and persons through the peer's admin: upload, preview, confirm. Runs in var/bench-venv.

PEER_FOLDER: where the files and fields.json are; PEER_VARIANT: see admin.SWITCHES.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path

import django
from django.core.management import call_command

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.test import Client  # noqa: E402
from import_export.formats.base_formats import DEFAULT_FORMATS, XLSX  # noqa: E402

from bench.peer.models import FOLDER, Household, Person, Village  # noqa: E402
from bench.server import cpu  # noqa: E402
from bench.spent import Steps  # noqa: E402

_FORMAT = next(str(place) for place, kind in enumerate(DEFAULT_FORMATS) if kind is XLSX)
_CONFIRMED = ("import_file_name", "original_file_name", "format", "resource")


class Refused(RuntimeError):
    """The peer did not take the file."""


def _import(client: Client, name: str, steps: Steps) -> None:
    file = SimpleUploadedFile(f"{name}.xlsx", (FOLDER / f"{name}.xlsx").read_bytes())
    address = f"/admin/peer/{name}/"
    with steps.step(f"{name}: upload and preview"):
        page = client.post(f"{address}import/", {"format": _FORMAT, "resource": "0", "import_file": file})
    form = page.context_data.get("confirm_form")
    if form is None:
        result = page.context_data.get("result")
        faults = (
            [error for row in result.row_errors() for error in row[1]][:2]
            if result
            else page.context_data["form"].errors
        )
        raise Refused(f"{name}: {faults}")
    steps.facts[f"{name} preview page, MB"] = len(page.content) / 2**20
    confirmed = {field: form.initial.get(field, "0") for field in _CONFIRMED}
    with steps.step(f"{name}: confirm"):
        client.post(f"{address}process_import/", confirmed)


def main() -> int:
    call_command("migrate", run_syncdb=True, verbosity=0)
    for model in (Person, Household, Village):
        model.objects.all().delete()
    codes = json.loads(Path(FOLDER / "villages.json").read_text())
    Village.objects.bulk_create(Village(code=str(code)) for code in codes)
    officer = User.objects.filter(username="officer").first() or User.objects.create_superuser("officer")
    client = Client(SERVER_NAME="localhost")
    client.force_login(officer)
    steps = Steps(cpu)
    for name in ("household", "person"):
        _import(client, name, steps)
    steps.facts |= {"households": Household.objects.count(), "persons": Person.objects.count()}
    print(f"django-import-export {version('django-import-export')}")
    print(steps.told())
    return 0


if __name__ == "__main__":
    sys.exit(main())
