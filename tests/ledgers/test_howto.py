"""docs/howto/add-a-ledger.md is carried out as a newcomer would: the file written, migrated and checked."""

import os
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.ROOT)
PAGE = ROOT / "docs/howto/add-a-ledger.md"


def code() -> str:
    found = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found, "the page shows no ledger"
    return found[1]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": f"{folder}:{ROOT}", "DJANGO_SETTINGS_MODULE": "newcomer.settings"}
    command = [sys.executable, "-m", "django", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)


def newcomer(folder: Path, text: str) -> None:
    """An app of the newcomer beside the product's own."""
    app = folder / "newcomer"
    (app / "migrations").mkdir(parents=True)
    (app / "__init__.py").touch()
    (app / "migrations/__init__.py").touch()
    (app / "models.py").write_text(text, "utf-8")
    (app / "settings.py").write_text(
        'from bangfu.site.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, "newcomer"]\n', "utf-8"
    )


def test_the_page_shows_the_toy_ledger_that_passes_the_contract() -> None:
    assert code() == (ROOT / "tests/toy/models.py").read_text("utf-8")
    assert len(code().splitlines()) <= 100


def test_a_newcomer_following_the_page_gets_a_migration_and_a_clean_check(tmp_path: Path) -> None:
    newcomer(tmp_path, code())
    made = run(tmp_path, "makemigrations", "newcomer")
    assert made.returncode == 0, made.stderr
    assert "Create model WaterPointEvent" in made.stdout, "history comes by itself"
    checked = run(tmp_path, "check")
    assert checked.returncode == 0, checked.stderr


def test_a_newcomer_with_a_typing_error_is_told_where_and_how_to_mend_it(tmp_path: Path) -> None:
    wrong = (
        code()
        .replace('sorts = ("built_on",)', 'sorts = ("built_at",)')
        .replace('WaterPoint, "2.2"', 'WaterPoint, "2.9"')
    )
    newcomer(tmp_path, wrong)
    checked = run(tmp_path, "check")
    assert checked.returncode == 1
    assert "WaterPoint has no column 'built_at'" in checked.stderr
    assert "article '2.9'" in checked.stderr
