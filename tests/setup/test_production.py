"""A server never comes up with what belongs to the demo: it says what is missing and stops."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bangfu.site.bootstrap import ROOT

WHOLE = {
    "BANGFU_MODE": "production",
    "BANGFU_SECRET": "s" * 50,
    "BANGFU_HOSTS": "bangfu.example.gov.cn,127.0.0.1",
    "DATABASE_URL": "postgresql://clerk:p%40ss@db.example.gov.cn:5433/bangfu?sslmode=verify-full&sslrootcert=/x.crt",
}
SHOW = """
import json
from bangfu.site import settings as s
names = ("DEMO", "DEBUG", "EMBEDDED", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SECRET_KEY", "SESSION_COOKIE_SECURE",
         "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "DATABASES", "STORAGES")
print(json.dumps({name: getattr(s, name, None) for name in names}, default=str))
"""


def _python(code: list[str], tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BANGFU_", "DATABASE_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-P", *code],
        env=kept | {"PYTHONPATH": str(ROOT), "BANGFU_VAR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def _command(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return _python(["-m", "bangfu.site", "bangfu", *arguments], tmp_path, **environment)


@pytest.mark.parametrize("missing", ["BANGFU_SECRET", "BANGFU_HOSTS", "DATABASE_URL"])
@pytest.mark.parametrize("empty", [False, True])
def test_each_missing_setting_is_named_in_one_line(tmp_path: Path, missing: str, empty: bool) -> None:
    environment = {key: value for key, value in WHOLE.items() if key != missing} | ({missing: ""} if empty else {})
    done = _command(tmp_path, "migrate", **environment)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert missing in done.stderr and "run-on-a-server.md" in done.stderr
    assert not list(tmp_path.iterdir()), "neither a secret nor a database of its own"


def test_a_misspelt_mode_is_not_taken_for_the_demo(tmp_path: Path) -> None:
    done = _command(tmp_path, "check", BANGFU_MODE="prodction")
    assert done.returncode == 1
    assert "BANGFU_MODE=prodction" in done.stderr


def test_a_whole_configuration_is_safe_by_itself(tmp_path: Path) -> None:
    found = json.loads(_python(["-c", SHOW], tmp_path, **WHOLE).stdout)
    assert (found["DEMO"], found["DEBUG"], found["EMBEDDED"]) == (False, False, False)
    assert found["SECRET_KEY"] == WHOLE["BANGFU_SECRET"]
    assert found["ALLOWED_HOSTS"] == ["bangfu.example.gov.cn", "127.0.0.1"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://bangfu.example.gov.cn"]
    assert found["SESSION_COOKIE_SECURE"] and found["CSRF_COOKIE_SECURE"] and found["SECURE_HSTS_SECONDS"] > 0
    assert "Manifest" in found["STORAGES"]["staticfiles"]["BACKEND"]


def test_the_database_address_is_read_whole(tmp_path: Path) -> None:
    database = json.loads(_python(["-c", SHOW], tmp_path, **WHOLE).stdout)["DATABASES"]["default"]
    expected = {"NAME": "bangfu", "USER": "clerk", "PASSWORD": "p@ss", "HOST": "db.example.gov.cn", "PORT": "5433"}
    assert {key: database[key] for key in expected} == expected
    assert (database["OPTIONS"]["sslmode"], database["OPTIONS"]["sslrootcert"]) == ("verify-full", "/x.crt")


def test_a_database_that_does_not_answer_is_one_line_without_the_password(tmp_path: Path) -> None:
    url = "postgresql://clerk:geheim@127.0.0.1:9/bangfu"
    done = _command(tmp_path, "migrate", **WHOLE | {"DATABASE_URL": url})
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1
    assert last.startswith("数据库连不上")
    assert "geheim" not in done.stderr


def test_serve_is_not_for_the_demo() -> None:
    done = subprocess.run([ROOT / "run", "bangfu", "serve"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert "BANGFU_MODE=production" in done.stderr and "./run demo" in done.stderr


def test_the_demo_makes_its_own_secret_and_keeps_it(tmp_path: Path) -> None:
    first, second = (json.loads(_python(["-c", SHOW], tmp_path).stdout)["SECRET_KEY"] for _ in range(2))
    assert first == second and len(first) >= 50
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_the_commands_of_the_product_are_listed(tmp_path: Path) -> None:
    done = _command(tmp_path, "help")
    assert done.returncode == 0
    for name in ("serve", "worker", "backup", "restore", "divisions", "demo-data"):
        assert f"  {name} " in done.stdout
