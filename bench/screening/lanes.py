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

RESULTS = {"clues": "person_no, household_no, rule", "coloured": "household_no, score, colour"}


def duckdb(clean: Path, out: Path, sql: dict[str, list[str]]) -> None:
    import duckdb as engine

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


def spark(clean: Path, out: Path, sql: dict[str, list[str]]) -> None:
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
    session.stop()


def pandas(clean: Path, out: Path, sql: dict[str, list[str]]) -> None:
    from bench.screening import in_pandas

    in_pandas.run(clean, out, sql["declared"])


def postgresql(clean: Path, out: Path, sql: dict[str, list[str]]) -> None:
    """Tables are loaded before the clock starts; CPU is that of the server's processes."""
    raise NotImplementedError


LANES = {"duckdb": duckdb, "polars": polars, "spark": spark, "pandas": pandas}


def spent() -> SimpleNamespace:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return SimpleNamespace(
        cpu=own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
        rss=max(own.ru_maxrss, children.ru_maxrss) / 1024,
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
    LANES[lane](clean, out, sql)
    after = spent()
    print(json.dumps({"cpu": after.cpu, "wall": time.perf_counter() - wall, "rss": after.rss}))
