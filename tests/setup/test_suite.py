"""`./run test` alone runs everything in two processes; a choice of tests runs as it was asked."""

import pytest

from bangfu.site import suite


@pytest.mark.parametrize(
    "arguments", [[], ["-q"], ["-q", "--durations=15", "--junit-xml=var/tests.xml"], ["-x", "--tb=short"]]
)
def test_words_on_reporting_choose_nothing(arguments: list[str]) -> None:
    assert suite.is_whole(arguments)


@pytest.mark.parametrize(
    "arguments", [["tests/journeys"], ["-m", "slow"], ["-k", "toilet"], ["--version"], ["-p", "no:x"]]
)
def test_a_choice_is_left_to_pytest(arguments: list[str]) -> None:
    assert not suite.is_whole(arguments)


def test_each_process_writes_its_own_report() -> None:
    assert suite._beside("--junit-xml=var/ci/tests.xml") == "--junit-xml=var/ci/tests-browser.xml"
    assert suite._beside("--durations=15") == "--durations=15"
