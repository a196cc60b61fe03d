"""Documents name only what is there."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, files, name

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
#: a path in backticks: `bangfu/site/settings.py`, `docs/adr/`
PATH = re.compile(r"`((?:bangfu|tests|docs|frontend|guideline|requirements|bench|ops|\.ci)/[\w./-]*)`")
DOCUMENTS = files("*.md")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = [target.split("#")[0] for target in LINK.findall(document.read_text())]
    inside = [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]
    assert [target for target in inside if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_files_it_names_are_there(document: Path) -> None:
    named = PATH.findall(document.read_text())
    assert [path for path in named if not (ROOT / path).exists() and not path.startswith("frontend/node_modules")] == []


def test_decisions_fit_on_a_page() -> None:
    long = {name(path): len(path.read_text().split("\n")) for path in files("docs/adr/*.md")}
    assert {path: lines for path, lines in long.items() if lines > 60} == {}
