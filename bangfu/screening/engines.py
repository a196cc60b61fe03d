"""Who judges: numpy (one pass over the rows that can hit), DuckDB (the same rules as SQL), or Spark on a cluster."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.screening import county, sql
from bangfu.screening.county import Hits, Loaded
from bangfu.screening.plan import Plan

Judge = Callable[[Loaded, Plan], list[Hits]]


class Engine(StrEnum):
    NUMPY = "numpy"
    DUCKDB = "duckdb"
    SPARK = "spark"


class EngineMissing(Exception):
    """The engine is not installed; the message says what to install."""


def with_numpy(loaded: Loaded, plan: Plan) -> list[Hits]:
    return county.judge(loaded, plan)


def with_duckdb(loaded: Loaded, plan: Plan) -> list[Hits]:
    """The same hits from SQL."""
    county.add_totals(loaded, plan)
    queries = sql.queries(plan, "duckdb")
    persons, households = sql.wide(loaded, plan)
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.register(sql.PERSONS, persons)
        connection.register(sql.HOUSEHOLDS, households)
        found = [connection.sql(query).to_arrow_table() for query in (queries.persons, queries.households)]
    return sql.hits_of(plan, loaded, *found)


class SparkJudge:
    """Judges all counties in one job; its `hits` are then asked county by county.

    Counties whose parameters differ are judged by jobs of their own. Needs pyspark (requirements/spark.lock) and Java.
    """

    def __init__(self, master: str = "local[2]") -> None:
        try:
            session = import_module("pyspark.sql").SparkSession
        except ModuleNotFoundError as error:
            raise EngineMissing("没有安装 pyspark：请先安装 requirements/spark.lock，并准备 Java 17") from error
        self._folder = tempfile.TemporaryDirectory()
        self._spark = (
            session.builder.master(master)
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.session.timeZone", "Asia/Shanghai")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()
        )
        self._found: dict[int, tuple[pa.Table, pa.Table]] = {}

    def close(self) -> None:
        self._spark.stop()
        self._folder.cleanup()

    def export(self, loaded: Loaded, plan: Plan) -> None:
        """One county's wide tables, where the cluster reads them."""
        for table, rows in zip((sql.PERSONS, sql.HOUSEHOLDS), sql.wide(loaded, plan), strict=True):
            path = self._path(plan, table)
            path.mkdir(parents=True, exist_ok=True)
            pq.write_table(rows, path / f"{loaded.county.code}.parquet")

    def judge_all(self, plans: Iterable[Plan]) -> None:
        for plan in {_key(plan): plan for plan in plans}.values():
            for table in (sql.PERSONS, sql.HOUSEHOLDS):
                self._spark.read.parquet(str(self._path(plan, table))).createOrReplaceTempView(table)
            queries = sql.queries(plan, "spark")
            tables = [self._spark.sql(query).toArrow() for query in (queries.persons, queries.households)]
            codes = {code for table in tables for code in table["county"].unique().to_pylist()}
            for code in codes:
                self._found[code] = (_of(tables[0], code), _of(tables[1], code))
            self._empty = tables[0].slice(0, 0), tables[1].slice(0, 0)

    def hits(self, loaded: Loaded, plan: Plan) -> list[Hits]:
        county.add_totals(loaded, plan)
        return sql.hits_of(plan, loaded, *self._found.get(loaded.county.code, self._empty))

    def _path(self, plan: Plan, table: str) -> Path:
        return Path(self._folder.name) / _key(plan) / table


def _of(table: pa.Table, code: int) -> pa.Table:
    return table.filter(pa.compute.equal(table["county"], code))


def _key(plan: Plan) -> str:
    """Plans with the same rules and values share a job."""
    ran = [step.rule.code for step in (*plan.persons, *plan.households)]
    return format(abs(hash(json.dumps([dict(plan.values), ran], sort_keys=True))), "x")


JUDGES: Mapping[Engine, Judge] = {Engine.NUMPY: with_numpy, Engine.DUCKDB: with_duckdb}
