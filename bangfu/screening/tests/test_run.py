"""A screening from files to results: what comes out, what is remembered, and that it always comes out the same."""

import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from bangfu.policy.source import ROOT
from bangfu.screening import command, facts, judging, memory, registry
from bangfu.screening.engines import Engine
from bangfu.screening.ingest import data_set_of, ingest
from bangfu.screening.judging import Judge
from bangfu.screening.store import Busy, Store, alone
from bangfu.screening.tests.town import (
    AS_OF,
    BOOK,
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    Town,
    number,
    settlement,
    write_csv,
)

WEI, MEI, GUO, OLD, CHILD, HUA = (
    number(b) for b in ("19700101", "19720202", "19800303", "19400404", "20150505", "19850606")
)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Four families in two counties, and files of four departments."""
    town = Town(tmp_path)
    town.family("H1", ("陈伟", WEI), ("李美", MEI), 户类型="脱贫户", 人均纯收入=9000, 前一年人均纯收入=14000)
    town.family("H2", ("王建国", GUO), ("王小宝", CHILD), village=VILLAGE + 1)
    town.family(
        "H3", ("陈老", OLD), village=VILLAGE + 1, 监测对象类别="边缘易致贫户", 识别监测时间="202405", 帮扶措施项数=0
    )
    town.family("H4", ("赵华", HUA), village=OTHER_VILLAGE)
    town.settle()
    town.write(
        "医保结算_202603.csv",
        [settlement(WEI, "陈伟", "20000"), settlement(GUO, "王建国", 12000), settlement(MEI, "李美", 100)],
    )
    town.write("医保结算_202503.csv", [settlement(WEI, "陈伟", 80000, "2025-03-09")])
    town.write("学籍_202603.csv", [{"身份证号": CHILD, "姓名": "王小宝", "学段": "小学", "学籍状态": "疑似辍学"}])
    town.write(
        "机动车_202603.csv",
        [
            {"车主": name, "身份证号": no, "车辆类型": "小型汽车"}
            for name, no in [("陈伟", WEI), ("陈伟", WEI), ("赵华", HUA)]
        ],
    )
    town.write("死亡_202602.csv", [{"身份证号": HUA, "姓名": "赵华", "死亡日期": "2026-02-03", "变动类别": "死亡"}])
    return town


def _clues(town: Town) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["household_no"], row["rule"]): row for row in pq.read_table(town.out / "result/clues").to_pylist()}


def _households(town: Town) -> dict[str, dict[str, Any]]:
    return {row["household_no"]: row for row in pq.read_table(town.out / "result/households").to_pylist()}


def _bytes(town: Town) -> dict[str, bytes]:
    folder = town.out / "result"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_a_month_of_files_gives_clues_with_reasons(town: Town) -> None:
    manifest = town.screen()
    clues = _clues(town)
    assert set(clues) == {
        ("H1", "S01"), ("H1", "S03"), ("H1", "S07"), ("H1", "S63"), ("H1", "S09"),
        ("H2", "S07"), ("H2", "S22"), ("H3", "S64"), ("H3", "S65"), ("H4", "S74"),
    }  # fmt: skip
    first = clues["H1", "S01"]
    assert first["says"] == "近12个月个人负担医疗费20000元，超过上年全省农村居民人均可支配收入（26729元）的50%"
    assert (first["person_no"], first["measure_fen"], first["state"], first["risk"]) == (
        "H1-0",
        2_000_000,
        "new",
        "illness",
    )
    assert json.loads(first["facts"]) == {"self_paid_year": 2_000_000}
    assert clues["H2", "S22"]["says"] == "10周岁，学籍状态为“疑似辍学”，应立即核实是否失学辍学"
    assert clues["H3", "S64"]["state"] == "monitored" and clues["H3", "S64"]["person_no"] is None
    assert clues["H1", "S63"]["says"] == "脱贫户，人均纯收入从14000元降到9000元，降幅超过20%"
    homes = _households(town)
    assert (
        homes["H1"]["colour"] == "red"
        and homes["H1"]["rank_in_village"] == 1
        and homes["H1"]["rules"] == "S01,S03,S07,S09,S63"
    )
    flags = pq.read_table(town.out / "result/flags").to_pylist()
    assert [(row["household_no"], row["rule"], row["says"]) for row in flags] == []
    assert manifest["counts"] == {"clues": 10, "households": 4, "closed": 0}
    assert manifest["not_run"]["S10"] == "没有数据：基本医疗保险参保"
    figures = {row["division"]: row for row in pq.read_table(town.out / "result/statistics.parquet").to_pylist()}
    assert figures[440000000000]["clues"] == 10 and figures[440000000000]["persons"] == 6
    assert figures[COUNTY * 10**6]["clue_households"] == 3 and figures[OTHER_COUNTY * 10**6]["rule_S74"] == 1


def test_negative_facts_are_flags_to_explain_and_refuse_nothing(town: Town) -> None:
    town.write(
        "机动车_202602.csv",
        [{"车主": "陈伟", "身份证号": WEI, "号牌号码": plate, "车辆类型": "小型汽车"} for plate in ("A1", "A2")],
    )
    (town.departments / "机动车_202603.csv").unlink()
    town.screen()
    flags = pq.read_table(town.out / "result/flags").to_pylist()
    assert [(row["household_no"], row["says"]) for row in flags] == [("H1", "名下登记机动车2辆，请说明是否为谋生工具")]
    assert _households(town)["H1"]["flags"] == 1 and ("H1", "S01") in _clues(town)


def test_every_engine_and_every_repetition_give_the_same_bytes(town: Town) -> None:
    town.screen()
    first = _bytes(town)
    assert len(first) == 9
    for engine in (Engine.NUMPY, Engine.DUCKDB):
        town.screen(engine)
        assert _bytes(town) == first
    again = Town(town.folder, town.households, town.persons)
    (town.out / "store/registry.json").unlink()
    again.screen(workers=2)
    assert _bytes(town) == first


@pytest.mark.spark
@pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed (requirements/spark.lock)")
def test_spark_gives_the_same_bytes(town: Town) -> None:
    town.screen()
    first = _bytes(town)
    town.screen(Engine.SPARK)
    assert _bytes(town) == first


def test_a_closed_clue_returns_only_when_the_amount_has_grown(town: Town) -> None:
    town.screen()
    closed = [
        {
            "线索指纹": row["fingerprint"],
            "了结时的金额": "" if row["measure_fen"] is None else row["measure_fen"] / 100,
            "了结日期": "2026-03-31",
        }
        for row in _clues(town).values()
    ]
    write_csv(town.registry / "closed.csv", closed)
    assert town.screen()["counts"] == {"clues": 0, "households": 0, "closed": 10}
    town.write(
        "医保结算_202604.csv",
        [settlement(WEI, "陈伟", 400, "2026-04-02"), settlement(GUO, "王建国", 30000, "2026-04-03")],
    )
    town.screen(as_of=AS_OF.replace(month=4, day=30))
    assert {key for key in _clues(town) if key[1] != "S09"} == {("H2", "S02"), ("H2", "S04"), ("H2", "S07")}
    old = [{**row, "了结日期": "2025-03-30"} for row in closed]
    write_csv(town.registry / "closed.csv", old)
    assert town.screen()["counts"]["clues"] == 10


def test_an_open_case_takes_its_households_clues(town: Town) -> None:
    town.registry.mkdir(exist_ok=True)
    write_csv(town.registry / "cases.csv", [{"户编号": "H2"}])
    town.screen()
    assert {row["state"] for row in _clues(town).values() if row["household_no"] == "H2"} == {"in_case"}
    assert _households(town)["H2"]["state"] == "in_case"


def test_rules_that_were_right_before_lead_the_list(town: Town) -> None:
    town.screen()
    before = _households(town)
    write_csv(
        town.registry / "past.csv",
        [{"规则": "S22", "已核实线索数": 40, "确认线索数": 30}, {"规则": "S01", "已核实线索数": 900, "确认线索数": 0}],
    )
    town.screen()
    after = _households(town)
    assert before["H2"]["need_percent"] < after["H2"]["need_percent"] > 30
    assert after["H1"]["need_percent"] < before["H1"]["need_percent"]
    assert after["H2"]["rank_in_town"] == 1


def test_a_file_that_was_taken_away_no_longer_counts(town: Town) -> None:
    town.screen()
    (town.departments / "学籍_202603.csv").unlink()
    manifest = town.screen()
    assert ("H2", "S22") not in _clues(town)
    assert {entry["data_set"] for entry in manifest["files"]} == {"medical_settlements", "vehicles", "departures"}


def test_rows_of_the_future_count_when_their_day_has_come(town: Town) -> None:
    town.screen()
    whole = _bytes(town)
    town.screen(as_of=AS_OF.replace(day=4))
    early = _bytes(town)
    assert ("H2", "S07") not in _clues(town)
    town.screen()
    assert _bytes(town) == whole
    town.screen(as_of=AS_OF.replace(day=4))
    assert _bytes(town) == early


def test_two_runs_at_once_are_refused(town: Town) -> None:
    with alone(town.out), pytest.raises(Busy, match="另一次筛查正在使用"):
        town.screen()


def test_an_increment_says_what_the_full_run_says_of_the_touched_households(town: Town) -> None:
    town.screen()
    path = town.write("医保结算乙_202603.csv", [settlement(GUO, "王建国", 50000), settlement(WEI, "陈伟", 700)])
    store = Store(town.out / "store")
    received, _ = ingest(store, path, data_set_of(path, BOOK), BOOK, AS_OF)
    judge = Judge(store, BOOK, AS_OF, memory.nothing(), {})
    assert not judge.made["medical_settlements"] and judge.made["school_roll"]
    found = judging.increment(judge, [received.fingerprint])
    alone_ = judging.one_household(judge, "H2", VILLAGE)
    town.screen()
    whole = pq.read_table(town.out / "result/clues")
    expected = whole.filter(pa.compute.is_in(whole["household_no"], pa.array(["H1", "H2"])))
    assert found.clues.to_pylist() == expected.to_pylist()
    assert alone_.clues.to_pylist() == expected.filter(pa.compute.equal(expected["household_no"], "H2")).to_pylist()
    assert {row["rule"] for row in alone_.clues.to_pylist()} == {"S02", "S04", "S07", "S09", "S22"}
    with pytest.raises(KeyError):
        judging.one_household(judge, "H9")


def test_one_household_shows_all_its_flags_even_without_a_clue(town: Town) -> None:
    town.screen(as_of=AS_OF.replace(year=2025))
    town.screen()
    judge = Judge(Store(town.out / "store"), BOOK, AS_OF.replace(year=2025, month=12), memory.nothing(), {})
    assert [row["rule"] for row in judging.one_household(judge, "H4").flags.to_pylist()] == []


def test_a_registry_from_rows_is_the_registry_from_files(town: Town) -> None:
    town.screen()
    households = pa.table(
        {"household_no": ["H1", "H2"], "village": [VILLAGE, VILLAGE], "household_kind": ["lifted", "ordinary"]}
    )
    persons = pa.table(
        {
            "household_no": ["H1", "H2"],
            "identity_no": [WEI, GUO],
            "name": ["陈伟", "王建国"],
            "relation": ["head", "head"],
        }
    )
    store = Store(town.folder / "rows")
    registry.of_tables(store, households, persons, BOOK, AS_OF)
    path = town.departments / "医保结算_202603.csv"
    assert ingest(store, path, data_set_of(path, BOOK), BOOK, AS_OF)[0].used == 2
    facts.refresh(store, BOOK, AS_OF.year * 12 + AS_OF.month - 1)
    found = judging.one_household(Judge(store, BOOK, AS_OF, memory.nothing(), {}), "H1")
    assert [row["rule"] for row in found.clues.to_pylist()] == ["S01", "S03", "S07"]


def test_a_run_killed_at_any_stage_is_finished_by_the_next_and_loses_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path)
    for county in range(12):
        town.family(f"K{county}", ("陈伟", number("19700101", county)), village=(441000 + county) * 10**6 + 100201)
    town.settle()
    for month in range(1, 4):
        rows = [settlement(number("19700101", county), "陈伟", 30000, f"2026-{month:02d}-05") for county in range(12)]
        town.write(f"医保结算_2026{month:02d}.csv", rows)
    town.screen()
    whole = _bytes(town)
    (town.departments / "医保结算_202601.csv").unlink()
    town.screen()
    before = _bytes(town)
    town.write(
        "医保结算_202601.csv", [settlement(number("19700101", c), "陈伟", 30000, "2026-01-05") for c in range(12)]
    )
    for stage in ("store/rows/*/2026-01-*.arrow", ".part-*/.done/*.json"):
        _killed(town, stage)
        assert _bytes(town) == before
    town.screen()
    assert any("还剩" in said for said in town.said)
    assert _bytes(town) == whole


def _killed(town: Town, stage: str) -> None:
    """Kills a run of its own process as soon as a file of that stage is there."""
    arguments = [
        "--registry",
        str(town.registry),
        "--departments",
        str(town.departments),
        "--as-of",
        "2026-03-31",
        "--out",
        str(town.out),
        "--workers",
        "1",
    ]
    code = "import sys; from bangfu.screening.command import main; main(sys.argv[1:], lambda said: None)"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=ROOT.parent, env={**os.environ, "PYTHONPATH": str(ROOT.parent)}
    )
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None and not list(town.out.glob(stage)):
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert list(town.out.glob(stage)), "it was over before it could be killed"


def test_the_command_says_what_it_did_and_what_it_could_not_use(town: Town) -> None:
    said: list[str] = []
    arguments = [
        "--registry",
        str(town.registry),
        "--departments",
        str(town.departments),
        "--as-of",
        "2026-03-31",
        "--out",
        str(town.out),
    ]
    assert command.main(arguments, said.append) == 0
    assert any(line.startswith("学籍_202603.csv：学籍，1 行，采用 1 行") for line in said)
    assert "没有运行这条规则" in said[-2] and said[-1].startswith("完成：6 人中，4 户有 10 条线索")
    town.write("不明_202603.csv", [{"a": 1}])
    assert command.main(arguments, said.append) == command.INCOMPLETE
    assert any("从文件名看不出是哪一类数据" in line for line in said)
    assert command.main([*arguments, "--workbooks"], said.append) == command.INCOMPLETE
    sheet = (
        CalamineWorkbook.from_path(town.out / f"workbooks/{COUNTY}_2026-03-31.xlsx")
        .get_sheet_by_name("线索")
        .to_python()
    )
    assert sheet[1][:5] == [str(VILLAGE), "H1", "H1-0", "S01", "脱贫户成员年度医疗负担过高"]
    assert command.main([*arguments[:1], str(town.folder / "none"), *arguments[2:]], said.append) == command.REFUSED
    assert "没有这个文件夹" in said[-1]
    values = town.folder / "values.yaml"
    line = '  - {parameter: monitoring_line_yuan, value: 9500, division: "440000000000", from: 2026-01-01, document: 示例〔2026〕1号}'
    values.write_text(f"values:\n{line}\n")
    assert command.main([*arguments, "--values", str(values)], said.append) == command.INCOMPLETE
    assert _clues(town)["H1", "S61"]["says"] == "人均纯收入9000元，低于监测范围9500元，尚未纳入监测"
    values.write_text(values.read_text().replace("monitoring_line_yuan", "monitoring_lin_yuan"))
    assert command.main([*arguments, "--values", str(values)], said.append) == command.REFUSED
    assert "是不是 monitoring_line_yuan" in said[-1]
