"""Numbers read by the million are read as the kernel reads them one by one."""

from datetime import date

import numpy as np
import pyarrow as pa

from bangfu.kernel import identity
from bangfu.screening import hashing, identities, names
from bangfu.screening.finding import Finder
from bangfu.screening.identities import State

TODAY = date(2026, 3, 31)


def _written(count: int) -> list[str | None]:
    """Valid numbers in all the forms that departments send, and wrong ones."""
    rng = np.random.default_rng(5)
    numbers = []
    for row in range(count):
        year, month, day = rng.integers(1930, 2024), rng.integers(1, 13), rng.integers(1, 29)
        first = f"990000{year}{month:02d}{day:02d}{rng.integers(1000):03d}"
        number = first + identity.check_character(first)
        full = "".join(chr(ord(sign) + 0xFEE0) for sign in number)
        short = number[:6] + number[8:17] if number[6:8] == "19" else number
        forms: list[str | None] = [
            number, number.lower(), f" {number}\t", short, full, number + "14", f"'{number}", f"{number[:6]}-{number[6:]}",
            None, "", number[:17] + "?", number[:8] + "A" + number[9:], number[:17], number[:17] + "0", "无", number + "1",
        ]  # fmt: skip
        numbers.append(forms[row % len(forms)])
    return numbers


def test_all_forms_are_read_as_the_kernel_reads_them() -> None:
    texts = _written(4000)
    read = identities.read(pa.array(texts, pa.string()))
    holds = read.checks_hold()
    for place, text in enumerate(texts):
        try:
            parsed = identity.parse(text or "", today=TODAY)
        except identity.IdentityError:
            assert read.state[place] != State.WELL_FORMED or not holds[place], text
            assert identities.reason(text or "", TODAY)
        else:
            assert (read.key[place], chr(read.check[place])) == (parsed.key, parsed.text[17]), text
            assert read.state[place] == State.WELL_FORMED and holds[place]


def test_clean_numbers_go_the_fast_way_with_the_same_verdict() -> None:
    texts = [text for text in _written(4000) if text and len(text) == 18 and text.isascii()]
    array = pa.array(texts, pa.large_string())
    assert identities.well_formed(array).tolist() == identities.well_formed(pa.array([*texts, "x"]))[:-1].tolist()
    assert identities.well_formed(array.slice(3, 500)).tolist() == identities.well_formed(array)[3:503].tolist()


def test_births_and_sexes_are_in_the_number() -> None:
    days, good = identities.births(np.array([99000019900101001, 99000020240229002, 99000020230229002, 0]))
    assert good.tolist() == [True, True, False, False]
    assert days[:2].tolist() == [19900101, 20240229]
    assert identities.sexes(np.array([99000019900101001, 99000019900101002])).tolist() == [1, 2]


def test_keys_are_found_among_many_and_doubled_ones_are_known() -> None:
    rng = np.random.default_rng(1)
    keys = rng.permutation(np.unique(rng.integers(10**16, 10**17, 50_000)))
    finder = Finder.of(keys)
    assert (finder.find(keys) == np.arange(len(keys))).all()
    assert (finder.find(keys + 10**17) == -1).all()
    some = Finder.of(np.array([5, 0, 7, 5, 0]))
    assert some.find(np.array([5, 7, 0, 9])).tolist() == [0, 2, -1, -1]
    assert some.doubled().tolist() == [3]
    assert Finder.of(np.zeros(0, dtype=np.int64)).find(keys[:3]).tolist() == [-1, -1, -1]


def test_texts_have_the_same_hash_wherever_they_stand() -> None:
    texts = ["", "陈伟", "欧阳娜娜", "a" * 31, "a" * 32, "a" * 33, "买买提·阿不都热合曼"]
    whole = hashing.of_texts(pa.array(texts))
    assert whole.tolist() == [hashing.of_text(text) for text in texts]
    assert len(set(whole.tolist())) == len(texts)
    assert hashing.of_texts(pa.array(["x", *texts]).slice(1)).tolist() == whole.tolist()


def test_a_name_may_differ_only_as_declared() -> None:
    accepts = names.tolerance().accepts
    for written, registered in [
        ("陈 伟", "陈伟"), ("陈炜", "陈伟"), ("陈*国", "陈建国"), ("陈某某", "陈建国"), ("呂梁", "吕梁"),
        ("买买提．阿不都", "买买提·阿不都"), ("买买提", "买买提·阿不都"),
    ]:  # fmt: skip
        assert accepts(written, registered), written
    for written, registered in [
        ("陈强", "陈伟"),
        ("陈伟国", "陈伟"),
        ("", "陈伟"),
        ("李*国", "陈建国"),
        ("陈", "陈伟"),
    ]:
        assert not accepts(written, registered), written
