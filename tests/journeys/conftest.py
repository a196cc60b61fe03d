"""What the journeys need beside the browser: a real worker, a folder for files, pictures on demand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import connection

Shot = Callable[[Any, str], None]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Path:
    """Uploads, exports and attachments of one test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


def _database_url() -> str:
    given = connection.settings_dict
    who = quote(given["USER"]) + (f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else "")
    return f"postgresql://{who}@/{given['NAME']}?host={quote(given['HOST'], safe='')}&port={given['PORT']}"


@pytest.fixture
def worker(live_server: Any, files: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The product's own `worker` command, in a process of its own, on the database and files of this test."""
    told = {
        "DATABASE_URL": _database_url(),
        "BANGFU_VAR": str(files),
        "BANGFU_MODE": "demo",
        "BANGFU_SECRET": django_settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "bangfu.site.settings",
    }
    with (files / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bangfu.site", "bangfu", "worker"], env=os.environ | told, stdout=log, stderr=log
        )
        yield process
        died, told_last = process.poll() is not None, (files / "worker.log").read_text()[-2000:]
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert not died, f"the worker ended by itself: {told_last}"


@pytest.fixture
def shot() -> Shot:
    """shot(page, "name"): a picture in $BANGFU_SHOTS, to be looked at; without it nothing."""
    folder = os.environ.get("BANGFU_SHOTS")

    def take(page: Any, name: str) -> None:
        if folder:
            width = page.viewport_size["width"]
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)

    return take
