"""Rules of docs/map.md about source files that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import files, name, product, tree

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
MOST_LINES = 300
MOST_LEDGER_LINES = 100

#: file → why it may be longer
LONG: dict[str, str] = {
    "bangfu/people/demo/tables.py": "a table: one column of the invented rows after another",
}
#: ledger file → why it may be longer
LONG_LEDGERS: dict[str, str] = {
    "bangfu/people/household.py": "the register itself: some forty fields of the national system",
    "bangfu/people/person.py": "the register itself: some forty fields of the national system",
}


def test_no_module_is_a_drawer_for_everything() -> None:
    named = [name(path) for path in files("*.py") if {path.stem, *path.parent.parts} & FORBIDDEN_NAMES]
    assert not named, f"name it for what it does: {named}"


def test_only_the_site_reads_the_environment() -> None:
    readers = [name(path) for path in product() if "bangfu/site/" not in name(path) and _reads_environment(path)]
    assert not readers


def _reads_environment(path: Path) -> bool:
    ways = {"environ", "environb", "getenv"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr in ways:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "os" and ways & {alias.name for alias in node.names}:
            return True
    return False


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_files_stay_short_or_say_why() -> None:
    long = {name(path): _lines(path) for path in product() if _lines(path) > MOST_LINES}
    assert set(long) <= set(LONG), f"more than {MOST_LINES} lines: {long}"
    assert set(LONG) <= set(long), "an exception that is no longer needed"


def _ledgers() -> Iterator[Path]:
    """Files that declare a ledger: a class with the base Ledger and a slug."""
    for path in product():
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and any(isinstance(b, ast.Name) and b.id == "Ledger" for b in node.bases):
                yield path
                break


def test_a_ledger_is_one_short_file() -> None:
    long = {name(path): _lines(path) for path in _ledgers() if _lines(path) > MOST_LEDGER_LINES}
    assert set(long) <= set(LONG_LEDGERS), f"more than {MOST_LEDGER_LINES} lines: {long}"


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name(path)
        for path in product()
        if tree(path).body and path.name not in ("__init__.py", "apps.py") and not ast.get_docstring(tree(path))
    ]
    assert not silent


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d)")
    left = [
        f"{name(path)}:{number}"
        for path in files("*.py", "*.js", "*.mjs", "*.css", "*.scss", "*.html", "run")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if marks.search(line)
    ]
    assert not left


@pytest.mark.parametrize("call", ["print", "breakpoint"])
def test_the_product_writes_logs_and_not_to_the_screen(call: str) -> None:
    allowed = {
        "bangfu/site/bootstrap.py",
        "bangfu/site/cli.py",
        "bangfu/site/demo.py",
        "bangfu/site/suite.py",
        "bangfu/site/supervise.py",  # part of the demo, at the keyboard
    }
    callers = [
        name(path)
        for path in product()
        if name(path) not in allowed
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == call
    ]
    assert not callers
