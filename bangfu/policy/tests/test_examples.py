"""The examples of guideline/examples/, each a test."""

import pytest

from bangfu.policy import examples
from bangfu.policy.source import Entry, PolicyError

ALL = list(examples.read())


@pytest.mark.parametrize("example", ALL, ids=[f"{e.file.stem}-{e.path}" for e in ALL])
def test_the_guideline_means_what_the_example_says(example: Entry) -> None:
    expected, found = examples.outcome(example)
    assert found == expected, example.text("says")


def test_an_example_of_unknown_shape_is_refused() -> None:
    with pytest.raises(PolicyError, match="例子应有其中一个键"):
        examples.outcome(Entry({"says": "无"}, ALL[0].file, "examples[9]"))
