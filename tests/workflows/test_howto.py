"""docs/howto/add-a-workflow.md shows the toy workflow that passes the contract."""

from pathlib import Path

from django.conf import settings


def test_the_page_shows_the_workflow_that_is_tested() -> None:
    page = (Path(settings.ROOT) / "docs/howto/add-a-workflow.md").read_text("utf-8")
    assert (Path(settings.ROOT) / "tests/toy/workflow.py").read_text("utf-8") in page
