"""One lane of the comparison, alone in its process: prints its cost as JSON and leaves clues and colours as Parquet.
python -m bench.screening.lanes duckdb CLEAN_FOLDER OUT_FOLDER
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from bench.spent import peak_mb

RESULTS = {"clues": "person_no, household_no, rule", "coloured": "household_no, score, colour"}


def duckdb(clean: Path, out: Path, sql: dict[str, list[str]]) -> None:
    import duckdb as engine

    for old in out.glob("lane.duckdb*"):
        old.unlink()
    connection = engine.connect(str(out / "lane.duckdb"))
    connection.execute("SET threads = 2")
    for path in clean.glob("*.parquet"):
        connection.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM '{path}'")
    for text in sql["duckdb"]:
        connection.execute(text)
    for name, columns in RESULTS.items():
        connection.execute(f"COPY (SELECT {columns} FROM {name}) TO '{out / name}.parquet'")


def polars(clean: Path, out: Path, sql: dict[str, list[str]]) -> None:
    import polars as engine

    context = engine.SQLContext({p.stem: engine.scan_parquet(p) for p in clean.glob("*.parquet")})
    for text in sql["duckdb"]:
        name = text.split()[2]
        context.register(name, context.execute(text.split(" AS ", 1)[1]).collect(engine="streaming").lazy())
    for name, columns in RESULTS.items():
        context.execute(f"SELECT {columns} FROM {name}").collect().write_parquet(out / f"{name}.parquet")


def spark(clean: Path, out: Path, sql: dict[str, list[str]]) -> float:
    """The work is done by a Java process; returns its CPU from its start on, as that of the others is counted."""
    from pyspark.sql import SparkSession

    options = {"spark.ui.enabled": "false", "spark.driver.memory": "6g", "spark.sql.shuffle.partitions": "8",
               "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}  # fmt: skip
    builder = SparkSession.builder.master("local[2]")
    for key, value in options.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    for path in clean.glob("*.parquet"):
        session.read.parquet(str(path)).createOrReplaceTempView(path.stem)
    for text in sql["spark"]:
        name, query = text.split()[2], text.split(" AS ", 1)[1]
        folder = str(out / "spark" / name)
        session.sql(query).write.mode("overwrite").parquet(folder)  # once, as the others do
        session.read.parquet(folder).createOrReplaceTempView(name)
    for name, columns in RESULTS.items():
        session.sql(f"SELECT {columns} FROM {name}").coalesce(1).write.mode("overwrite").parquet(
            str(out / f"{name}.parquet")
        )
    java = session.sparkContext._gateway.jvm.java.lang.ProcessHandle.current().pid()
    ticks = Path(f"/proc/{java}/stat").read_text().rpartition(")")[2].split()[11:13]
    session.stop()
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def pandas(clean: Path, out: Path, sql: dict[str, list[str]]) -> None:
    from bench.screening import in_pandas

    in_pandas.run(clean, out, sql["declared"])


def postgresql(clean: Path, out: Path, sql: dict[str, list[str]]) -> float:
    """Tables are loaded and analysed before the clock starts. Returns the CPU of the server's processes."""
    import psycopg
    import pyarrow as pa
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    from bangfu.site import embedded
    from bench import server

    kinds = {pa.bool_(): "boolean", pa.string(): "text", pa.large_string(): "text"}
    with (
        server.running("bench_screening"),
        psycopg.connect(embedded.database_url(server.PGDATA, "bench_screening"), autocommit=True) as session,
    ):
        for path in clean.glob("*.parquet"):
            table = pq.read_table(path)
            columns = ", ".join(f"{field.name} {kinds.get(field.type, 'bigint')}" for field in table.schema)
            session.execute(f"CREATE UNLOGGED TABLE {path.stem} ({columns})")
            sink = pa.BufferOutputStream()
            pacsv.write_csv(table, sink, pacsv.WriteOptions(include_header=False))
            with session.cursor().copy(f"COPY {path.stem} FROM STDIN (FORMAT csv)") as copy:
                copy.write(sink.getvalue().to_pybytes())
            session.execute(f"ANALYZE {path.stem}")
        before = server.cpu()
        session.execute("SET enable_nestloop = off")  # the planner takes (number, name) for one row and loops
        session.execute("SET work_mem = '512MB'")
        for text in sql["postgres"]:
            session.execute(text.replace("CREATE TABLE", "CREATE UNLOGGED TABLE"))
            session.execute(f"ANALYZE {text.split()[2]}")
        spent_by_server = server.cpu() - before
        for name, columns in RESULTS.items():
            with session.cursor().copy(f"COPY (SELECT {columns} FROM {name}) TO STDOUT (FORMAT csv, HEADER)") as copy:
                (out / f"{name}.csv").write_bytes(b"".join(bytes(part) for part in copy))
            types = {c: pa.string() for c in ("person_no", "household_no", "rule", "colour")}
            convert = pacsv.ConvertOptions(column_types=types, strings_can_be_null=True)
            pq.write_table(pacsv.read_csv(out / f"{name}.csv", convert_options=convert), out / f"{name}.parquet")
    return spent_by_server


LANES = {"duckdb": duckdb, "polars": polars, "spark": spark, "pandas": pandas, "postgresql": postgresql}


def spent() -> SimpleNamespace:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return SimpleNamespace(
        cpu=own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
        rss=peak_mb(),
    )


def run(lane: str, clean: Path, out: Path, python: str, paths: str = "") -> dict[str, float]:
    """The lane in a process of its own."""
    out.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run(
        [python, "-m", "bench.screening.lanes", lane, str(clean), str(out)],
        capture_output=True,
        text=True,
        env=environment,
    )
    if done.returncode:
        raise RuntimeError(f"{lane}: {done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


if __name__ == "__main__":
    lane, clean, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    sql = json.loads((clean / "sql.json").read_text())
    wall, before = time.perf_counter(), spent()
    of_server = LANES[lane](clean, out, sql)
    after = spent()
    print(
        json.dumps(
            {"cpu": after.cpu if of_server is None else of_server, "wall": time.perf_counter() - wall, "rss": after.rss}
        )
    )
