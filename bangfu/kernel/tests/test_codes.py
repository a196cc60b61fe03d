"""Division codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.kernel import codes
from bangfu.kernel.codes import CodeError, Level

villages = st.builds(lambda province, rest: province * 10**10 + rest, st.integers(11, 82), st.integers(1, 10**10 - 1))


@given(villages)
def test_every_ancestor_contains_the_code_and_is_coarser(code: int) -> None:
    above = codes.ancestors(code)
    assert above == sorted(above, key=codes.level_of)
    assert all(codes.contains(ancestor, code) and codes.level_of(ancestor) < codes.level_of(code) for ancestor in above)


@given(villages, st.sampled_from(["", " ", "\u3000"]))
def test_a_code_is_read_back_from_its_text(code: int, blank: str) -> None:
    text = str(code)
    assert codes.parse_code(text[:6] + blank + text[6:]) == code
    assert codes.parse_code(text.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})) == code


def test_levels_spans_and_bounds() -> None:
    assert [
        codes.level_of(codes.parse_code(text)) for text in ("44", "4418", "441881", "441881109", "441881109201")
    ] == list(Level)
    assert codes.bounds(441881000000) == (441881000000, 441881999999)
    assert codes.bounds(441881109201) == (441881109201, 441881109201)
    assert codes.ancestors(441881109201) == [440000000000, 441800000000, 441881000000, 441881109000]


@pytest.mark.parametrize(
    ("text", "says"), [("", "是空的"), ("44188", "有 5 位"), ("44A8", "只能是数字"), ("000000", "不是省级代码")]
)
def test_what_is_no_code_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(CodeError, match=says):
        codes.parse_code(text)
