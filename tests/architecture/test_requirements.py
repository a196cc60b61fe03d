"""Dependencies: each with its reason; locks pinned by hash, naming no host."""

import json
import re

import pytest

from tests.architecture.tree import ROOT, files, name

SETS = ("app", "demo", "dev", "node", "boot", "spark")
PIN = re.compile(r"^([A-Za-z0-9_.\[\]-]+)==(\S+)", re.MULTILINE)


def _pins(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for package, version in PIN.findall((ROOT / f"requirements/{lock}.lock").read_text()):
        found.setdefault(package, set()).add(version)
    return found


@pytest.mark.parametrize("requirements", SETS)
def test_each_dependency_says_what_it_is_for(requirements: str) -> None:
    lines = (ROOT / f"requirements/{requirements}.in").read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith(("#", "-r"))]
    assert [line for line in packages if not re.search(r"# \S.{5,}", line)] == []


@pytest.mark.parametrize("requirements", SETS)
def test_each_dependency_is_locked(requirements: str) -> None:
    lines = (ROOT / f"requirements/{requirements}.in").read_text().splitlines()
    asked = {re.split(r"[\[<>=~ #]", line)[0] for line in lines if line and not line.startswith(("#", "-r"))}
    assert asked <= {package.split("[")[0] for package in _pins(requirements)}


@pytest.mark.parametrize("lock", SETS)
def test_locks_carry_hashes_and_no_host(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.lock").read_text()
    assert "://" not in text
    assert "--index-url" not in text
    pins = len(PIN.findall(text))
    assert pins and len(re.findall(r"==.*\\\n    --hash=sha256:", text)) == pins


@pytest.mark.parametrize(("small", "large"), [("app", "demo"), ("demo", "dev")])
def test_a_larger_set_keeps_the_versions_of_the_smaller(small: str, large: str) -> None:
    larger = _pins(large)
    assert {package: larger.get(package) for package in _pins(small)} == _pins(small)


def test_the_front_end_is_locked_without_a_host() -> None:
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text())
    packages = {path: entry for path, entry in lock["packages"].items() if path}
    assert [path for path, entry in packages.items() if "resolved" in entry] == []
    assert [path for path, entry in packages.items() if not entry.get("integrity")] == []
    assert "omit-lockfile-registry-resolved=true" in (ROOT / "frontend/.npmrc").read_text().split()


def test_no_lock_that_records_hosts_is_kept() -> None:
    assert [name(path) for path in files("**/uv.lock", "**/pylock*.toml", "**/yarn.lock", "**/.python-version")] == []
