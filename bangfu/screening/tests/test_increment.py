"""What is new is resolved, the rest is taken over: the results are those of a run that read everything again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bangfu.screening import ingest, received
from bangfu.screening.store import FILES, Store
from bangfu.screening.tests.town import AS_OF, OTHER_VILLAGE, VILLAGE, Town, number, settlement

WEI, MEI, GUO, HUA, NEW = (number(b) for b in ("19700101", "19720202", "19800303", "19850606", "19910101"))


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path)
    town.family("H2", ("陈伟", WEI), ("李美", MEI), 户类型="脱贫户")
    town.family("H3", ("王建国", GUO), village=VILLAGE + 1)
    town.family("H4", ("赵华", HUA), village=OTHER_VILLAGE)
    town.settle()
    town.write(
        "医保结算_202602.csv",
        [settlement(GUO, "王建国", 20_000, "2026-02-05"), settlement(WEI, "陈伟", 1, "2026-02-05")],
    )
    town.write(
        "医保结算_202603.csv",
        [settlement(WEI, "陈伟", 30_000), settlement(NEW, "林新", 40_000), settlement(HUA, "赵华", 5, "2026-03-30")],
    )
    town.write("学籍_202603.csv", [{"身份证号": MEI, "姓名": "李美", "学段": "小学", "学籍状态": "疑似辍学"}])
    town.write("失业_202603.csv", [{"身份证号": GUO, "姓名": "王建国", "失业日期": "2026-03-09"}])
    return town


def _results(town: Town, name: str = "result") -> dict[str, bytes]:
    folder = town.out / name
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def _read_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs, checks the results against a run from nothing, and says which files were read."""
    read: list[str] = []
    once = ingest.ingest

    def told(store: Store, path: Path, *given: object, **more: object) -> object:
        read.append(path.name)
        return once(store, path, *given, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as watched:
        watched.setattr(ingest, "ingest", told)
        town.screen()
    increment = _results(town)
    fresh = Town(town.folder / "fresh", town.households, town.persons)
    shutil.rmtree(fresh.folder, ignore_errors=True)
    shutil.copytree(town.registry, fresh.registry)
    shutil.copytree(town.departments, fresh.departments)
    fresh.screen()
    assert increment == _results(fresh)
    return sorted(read)


def test_only_files_with_somebody_new_are_read_again_and_nothing_comes_out_otherwise(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(_read_again(town, monkeypatch)) == 4
    assert _read_again(town, monkeypatch) == []
    town.write("医保结算乙_202603.csv", [settlement(MEI, "李美", 900), settlement(WEI, "陈伟", 30_000)])
    assert _read_again(town, monkeypatch) == ["医保结算乙_202603.csv"]
    town.write("医保结算A_202603.csv", [settlement(WEI, "陈伟", 30_000)])
    both = ["医保结算A_202603.csv", "医保结算_202603.csv", "医保结算乙_202603.csv"]
    assert _read_again(town, monkeypatch) == both, "the others of the month give way to what comes first by its name"
    town.households[0]["人均纯收入"] = 7_000
    town.settle()
    assert _read_again(town, monkeypatch) == [], "nobody has come, gone or another name"
    town.family("H1", ("周一", number("19600101")), village=VILLAGE)
    town.settle()
    assert _read_again(town, monkeypatch) == [], "everybody has another place, and rows follow them"
    town.family("H5", ("林新", NEW), village=VILLAGE + 1)
    town.settle()
    assert "失业_202603.csv" not in (again := _read_again(town, monkeypatch))
    assert "医保结算_202603.csv" in again, "the new one has a row that nobody had"
    town.persons[:] = [row for row in town.persons if row["证件号码"] != MEI]
    next(row for row in town.persons if row["证件号码"] == GUO)["姓名"] = "王建军"
    town.settle()
    again = _read_again(town, monkeypatch)
    assert {"学籍_202603.csv", "失业_202603.csv", "医保结算_202602.csv"} <= set(again)


def test_days_that_were_still_to_come_are_read_when_they_have(town: Town) -> None:
    town.screen(as_of=AS_OF.replace(day=29))
    early = {entry["file"]: entry for entry in Store(town.out / "store").read_json(FILES)}
    assert [name for name, entry in early.items() if received.reads_otherwise(entry, AS_OF)] == ["医保结算_202603.csv"]
    assert not any(received.reads_otherwise(entry, AS_OF.replace(day=29)) for entry in early.values())
    assert received.reads_otherwise(early["失业_202603.csv"], AS_OF.replace(day=8))


def test_a_registry_that_was_killed_half_way_is_made_again_from_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.screen()
    before = _results(town)
    town.family("H1", ("周一", number("19600101")), village=VILLAGE)
    town.settle()
    for stage in ("registry.json", FILES):
        with monkeypatch.context() as killed:
            killed.setattr(Store, "write_json", _killed_at(stage, Store.write_json))
            with pytest.raises(KeyboardInterrupt):
                town.screen()
        assert _results(town) == before
    assert len(_read_again(town, monkeypatch)) == 4


def test_a_run_killed_at_any_write_loses_nothing_and_the_next_one_ends_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.screen()
    before = _results(town)
    kept = town.folder / "kept"
    town.family("H1", ("周一", number("19600101")), ("林新", NEW), village=VILLAGE)
    town.settle()
    town.write("失业_202602.csv", [{"身份证号": GUO, "姓名": "王建国", "失业日期": "2026-02-09"}])
    shutil.copytree(town.out, kept)
    town.screen()
    whole, writes = _results(town), 0
    while True:
        shutil.rmtree(town.out)
        shutil.copytree(kept, town.out)
        with monkeypatch.context() as killed:
            killed.setattr(os, "replace", _dying(writes, os.replace))
            try:
                town.screen()
                break
            except KeyboardInterrupt:
                writes += 1
        left = _results(town) or _results(town, ".old")
        assert left in (before, whole)
        town.screen()
        assert _results(town) == whole, f"killed at write {writes}"
    assert writes > 25, "files, registry, facts, results and both renames"


def _dying(after: int, replace: Callable[..., None]) -> Callable[..., None]:
    left = iter(range(after))

    def one(source: object, target: object) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        replace(source, target)

    return one


def _killed_at(stage: str, write: object) -> object:
    def killed(store: Store, name: str, content: object) -> None:
        if name == stage:
            raise KeyboardInterrupt
        write(store, name, content)  # type: ignore[operator]

    return killed
