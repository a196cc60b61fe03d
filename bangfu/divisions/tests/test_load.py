import pytest

from bangfu.divisions.tests.sample import load_sample


@pytest.mark.django_db
def test_the_sample_loads_with_full_names_and_parents() -> None:
    found = load_sample()
    assert found[441881137201].full_name == "清远市英德市东华镇光明村委会"
    assert found[441900101000].parent_id == 441900000000
