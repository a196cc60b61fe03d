"""The published contract is the one that is declared."""

from bangfu.screening import reference, rulebook


def test_the_reference_page_is_up_to_date() -> None:
    assert reference.PATH.read_text() == reference.written(rulebook.load()), "运行 .venv/bin/python -m bangfu.screening"
