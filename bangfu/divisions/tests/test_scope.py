from hypothesis import given
from hypothesis import strategies as st

from bangfu.divisions.scope import Scope
from bangfu.kernel import codes

VILLAGES = st.builds(
    lambda city, county, town, village: 440000000000 + city * 10**8 + county * 10**6 + town * 10**3 + village,
    st.integers(1, 3),
    st.integers(0, 3),
    st.integers(1, 3),
    st.integers(1, 3),
)
CODES = st.builds(lambda code, cut: code // cut * cut, VILLAGES, st.sampled_from([1, 10**3, 10**6, 10**8, 10**10]))
SETS = st.lists(CODES, max_size=6)


@given(SETS, VILLAGES)
def test_a_scope_holds_what_lies_in_one_of_its_subtrees(chosen: list[int], village: int) -> None:
    assert (village in Scope.of(chosen)) == any(codes.contains(code, village) for code in chosen)


@given(SETS, SETS, VILLAGES)
def test_an_intersection_holds_what_both_hold(one: list[int], other: list[int], village: int) -> None:
    both = Scope.of(one).intersect(Scope.of(other))
    assert (village in both) == (village in Scope.of(one) and village in Scope.of(other))


@given(SETS)
def test_the_ranges_are_sorted_and_apart_and_order_does_not_matter(chosen: list[int]) -> None:
    ranges = Scope.of(chosen).ranges
    assert all(high < low for (_, high), (low, _) in zip(ranges, ranges[1:], strict=False))
    assert Scope.of(reversed(chosen)) == Scope.of(chosen + chosen)


@given(SETS)
def test_intersecting_with_itself_or_with_nothing_is_as_expected(chosen: list[int]) -> None:
    scope = Scope.of(chosen)
    assert scope.intersect(scope) == scope
    assert not scope.intersect(Scope.nothing())
