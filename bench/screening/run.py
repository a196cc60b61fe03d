"""The product's screening against plain engines doing the same rules on clean text tables; clues must be the same rows.
    .venv/bin/python -m bench.screening.run 1000000 [--lanes duckdb,pandas,spark] [--save]
Results of every lane are compared row by row with the product's, both ways. CPU is user + system of the lane's process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from bangfu.screening import (
    cells,
    facts,
    identities,
    ingest,
    judging,
    memory,
    plan,
    registry,
    rulebook,
    run,
    thresholds,
)
from bangfu.screening.matching import Registered
from bangfu.screening.received import forget
from bangfu.screening.store import HOUSEHOLDS, Store, facts_file
from bench.report import RESULTS, Report, versions
from bench.screening import clean, generator, lanes, text_sql
from bench.spent import peak_mb

AS_OF = date(2026, 3, 31)
GOALS = {"duckdb": 12, "pandas": 30, "postgresql": 40, "spark": 90}
VAR = Path("var/bench/screening")


class Clock:
    """CPU and wall seconds of this process since it was made."""

    def __init__(self) -> None:
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    def read(self) -> tuple[float, float]:
        return time.process_time() - self.cpu, time.perf_counter() - self.wall


def main() -> int:
    chosen = _arguments()
    folder = VAR / str(chosen.people)
    book = rulebook.load()
    if not (folder / "registry/persons.parquet").exists():
        generator.generate(chosen.people, folder)
    store = Store(folder / "store")
    report = Report(f"screening, {chosen.people:,} people")
    report.say(f"{versions()}; duckdb {duckdb.__version__}, pyarrow {pa.__version__}.")
    _resolving(store, folder, book, report)
    _numbers(store, report)
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    own = _product(folder, out)
    people = store.registry["persons"]
    rows = [("product, all outputs written", own["cpu"], own["wall"], own["cpu"] / people * 1e6, own["rss"], "")]
    report.target("screening from the resolved store: {} CPU µs a person", own["cpu"] / people * 1e6, most=0.62)
    _increment(store, folder, book, own["cpu"], report)
    if chosen.lanes:
        table = _clean_tables(store, book, folder / "clean")
        report.say(f"- DuckDB's own scan of the facts' columns: see row `scan`; clean tables: {table}")
    for lane in chosen.lanes:
        python, paths = chosen.python.get(lane, sys.executable), chosen.paths.get(lane, "")
        cost = lanes.run(lane, folder / "clean", folder / f"lane-{lane}", python, paths)
        same = _same(out / "result", folder / f"lane-{lane}")
        rows.append((lane, cost["cpu"], cost["wall"], cost["cpu"] / people * 1e6, cost["rss"], same))
        report.target(f"{lane} took {{}} × the product's CPU", cost["cpu"] / own["cpu"], least=GOALS.get(lane, 1))
    scan = _scan(store, book, folder)
    rows.append(("scan: DuckDB reads the same columns from Parquet", scan, 0.0, scan / people * 1e6, 0.0, ""))
    report.target("the product took {} × DuckDB's scan", own["cpu"] / scan, most=3)
    report.table(("lane", "CPU s", "wall s", "CPU µs/person", "peak MB", "same rows"), rows)
    if chosen.save:
        RESULTS.parent.joinpath("screening").mkdir(exist_ok=True)
    return report.end(save=chosen.save)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("people", type=int)
    parser.add_argument("--lanes", default="duckdb", type=lambda text: [name for name in text.split(",") if name])
    parser.add_argument(
        "--python", default={}, type=json.loads, help='lane → Python that has it: {"pandas": ".../bin/python"}'
    )
    parser.add_argument("--paths", default={}, type=json.loads, help="lane → PYTHONPATH")
    parser.add_argument("--save", action="store_true")
    return parser.parse_args()


def _resolving(store: Store, folder: Path, book: rulebook.RuleBook, report: Report) -> None:
    """From raw department files to resolved rows."""
    registry.prepare(store, folder / "registry", book, AS_OF)
    registered = Registered(store)
    known = {entry["fingerprint"] for entry in store.read_json("files.json", [])}
    clock, rows = Clock(), 0
    for path in sorted((folder / "departments").iterdir()):
        if not known:
            received, _ = ingest.ingest(store, path, ingest.data_set_of(path, book), book, AS_OF, registered=registered)
            rows += received.rows
    if rows:
        cpu, _ = clock.read()
        report.target(f"resolving {rows:,} raw rows: {{}} M rows a CPU second", rows / cpu / 1e6, least=1.5)
    clock = Clock()
    facts.refresh(store, book, cells.month_number(AS_OF))
    report.say(f"- facts made from resolved rows: {clock.read()[0]:.1f} CPU s")


def _numbers(store: Store, report: Report) -> None:
    with store.batch("registry/person_texts.arrow", 0) as texts:
        column = pa.concat_arrays([texts.record.column("identity_no")] * 8)
        identities.well_formed(column)
        clock = Clock()
        identities.well_formed(column)
        report.target(
            "numbers normalised and checked: {} M a CPU second", len(column) / clock.read()[0] / 1e6, least=10
        )


def _product(folder: Path, out: Path) -> dict[str, float]:
    """A full run in a process of its own, from the resolved store to results on disk; its start is not counted."""
    code = (
        "import sys, json; from pathlib import Path; from bench.screening.run import judge_alone;"
        "print(json.dumps(judge_alone(Path(sys.argv[1]), Path(sys.argv[2]))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(out)], capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def judge_alone(folder: Path, out: Path) -> dict[str, float]:
    book, store = rulebook.load(), Store(folder / "store")
    clock = Clock()
    run.judge_all(store, out, run.Inputs(AS_OF, workers=2), book, memory.nothing(), lambda said: None)
    cpu, wall = clock.read()
    return {"cpu": cpu, "wall": wall, "rss": peak_mb()}


def _increment(store: Store, folder: Path, book: rulebook.RuleBook, full: float, report: Report) -> None:
    """One day's settlements: a thirtieth of the newest month, touching about 1.5 % of the households."""
    import numpy as np  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    newest = sorted((folder / "departments").glob("medical_settlements_*.parquet"))[-1]
    table = pq.read_table(newest)
    some = table.take(pa.array(np.random.default_rng(4).choice(len(table), len(table) // 30, replace=False)))
    place = some.schema.get_field_index("settlement_no")
    some = some.set_column(place, "settlement_no", pa.array([f"day{row}" for row in range(len(some))]))
    path = folder / "medical_day_202603.parquet"
    pq.write_table(some, path)
    received, _ = ingest.ingest(store, path, book.data_sets["medical_settlements"], book, AS_OF)
    clock = Clock()
    found = judging.increment(judging.Judge(store, book, AS_OF, memory.nothing(), {}), [received.fingerprint])
    cpu, _ = clock.read()
    forget(store, received.fingerprint)
    report.say(f"- one day: {received.used:,} rows, {len(found.households):,} households with a clue, {cpu:.2f} CPU s")
    report.target("a full run is {} × one day's increment", full / cpu, least=20)


def _clean_tables(store: Store, book: rulebook.RuleBook, folder: Path) -> str:
    if not (folder / "newest.json").exists():
        clean.write(store, book, cells.month_number(AS_OF), folder)
    newest = json.loads((folder / "newest.json").read_text())
    values = thresholds.bound(book, AS_OF, store.counties[0].code * 10**6, {})
    sql = {dialect: text_sql.statements(book, values, newest, dialect) for dialect in ("duckdb", "spark", "postgres")}
    sql["declared"] = [json.dumps({"values": values, "newest": newest})]
    (folder / "sql.json").write_text(json.dumps(sql))
    return f"{sum(path.stat().st_size for path in folder.glob('*.parquet')) / 1e6:,.0f} MB"


def _same(result: Path, lane: Path) -> str:
    connection = duckdb.connect()
    pairs = {
        "clues": ("person_no, household_no, rule", f"{result}/clues/*.parquet"),
        "coloured": ("household_no, CAST(score AS BIGINT) AS score, colour", f"{result}/households/*.parquet"),
    }
    for name, (columns, own) in pairs.items():
        theirs = lane / f"{name}.parquet"
        files = f"{theirs}/*.parquet" if theirs.is_dir() else str(theirs)
        sides = [f"SELECT {columns} FROM '{own}'", f"SELECT {columns} FROM '{files}'"]
        for one, other in (sides, sides[::-1]):
            count = connection.execute(f"SELECT count(*) FROM ({one} EXCEPT ALL {other})").fetchone()
            if count is None or count[0]:
                return f"NO: {count} rows of {name}"
    return "yes"


def _scan(store: Store, book: rulebook.RuleBook, folder: Path) -> float:
    """DuckDB reads the columns that the rules read, from plain Parquet, and adds them up."""
    path = folder / "scan"
    present = run.present_in(store, book)
    its = plan.make(book, thresholds.bound(book, AS_OF, store.counties[0].code * 10**6, {}), present)
    asked = {name for step in (*its.persons, *its.households) for name in step.rule.columns}
    if not path.exists():
        part = folder / ".scan"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        for name in [*(facts_file(one) for one in present), "registry/persons.arrow", HOUSEHOLDS]:
            _to_parquet(store, name, part / f"{Path(name).stem}.parquet")
        part.rename(path)
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    before = resource.getrusage(resource.RUSAGE_SELF)
    for file in sorted(path.glob("*.parquet")):
        names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM '{file}'").fetchall()]
        wanted = [
            n
            for n in names
            if n in asked or n in ("person", "household", "born", "departed_on", "village", "size", "hash")
        ]
        sums = ", ".join(f"count({name})" if name.startswith("is_") else f"sum(hash({name}))" for name in wanted)
        connection.execute(f"SELECT {sums} FROM '{file}'").fetchall()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _to_parquet(store: Store, name: str, path: Path) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetWriter(path, store.schema(name), compression="zstd") as writer:
        for county in store.counties:
            with store.batch(name, county.place) as batch:
                writer.write_table(pa.Table.from_batches([batch.record]))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    sys.exit(main())
