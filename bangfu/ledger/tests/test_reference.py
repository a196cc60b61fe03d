"""docs/reference/ is made from the declarations and never by hand."""

from pathlib import Path

from django.conf import settings

from bangfu.ledger.reference import pages


def test_the_reference_says_what_the_declarations_say() -> None:
    folder = Path(settings.ROOT) / "docs/reference"
    written = {file.name: file.read_text("utf-8") for file in folder.glob("*.md")}
    assert written == pages(), "please run ./run bangfu reference"
