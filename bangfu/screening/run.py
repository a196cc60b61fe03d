"""A run: from the folders of registry and departments to clues, households, flags and figures, county by county.

Results are written aside and take their place only when all counties are done; a run that was killed goes on where it
stopped; the same inputs give the same files, byte by byte. The manifest says with which rules, values and files.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.screening import (
    cells,
    clues,
    county,
    engines,
    facts,
    figures,
    ingest,
    memory,
    plan,
    received,
    registry,
    thresholds,
)
from bangfu.screening.engines import Engine
from bangfu.screening.matching import Registered
from bangfu.screening.memory import Memory
from bangfu.screening.plan import Plan
from bangfu.screening.reading import SUFFIXES, FileRefused
from bangfu.screening.rulebook import DAY, RuleBook
from bangfu.screening.store import FILES, County, Store, alone, aside, facts_file, fingerprint
from bangfu.screening.thresholds import Overrides

RESULT, STORE, QUALITY = "result", "store", "quality"
TABLES = ("clues", "households", "flags")
_REPEATED = ("county", "village", "rule", "risk", "severity", "state", "colour", "rules")
_OLD, _PART = ".old", ".part"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Inputs:
    """`overrides`: parameter → values that stand beside those of the guideline's files."""

    as_of: date
    engine: Engine = Engine.NUMPY
    overrides: Overrides = field(default_factory=dict)
    workers: int = 1


def screen(
    registry_folder: Path, departments: Path, out: Path, inputs: Inputs, book: RuleBook, say: Say
) -> dict[str, Any]:
    """Everything from files to results in `out`/result. Returns the manifest.

    Errors: Busy, FileRefused (the registry), RuleRefused, EngineMissing. A department's file that is refused is named in
    the manifest, and the others are used.
    """
    with alone(out):
        _recover(out)
        store = Store(out / STORE)
        known = registry.prepare(store, registry_folder, book, inputs.as_of)
        for name, report in known.items():
            report.write(out / QUALITY / f"registry-{name}.csv")
        refused = take_in(store, departments, out / QUALITY, book, inputs.as_of, say)
        remembered = int(thresholds.bound(book, inputs.as_of, None, inputs.overrides)["clue_remembered_months"])
        past = memory.read(registry_folder, book, inputs.as_of, remembered)
        extra = sorted(fingerprint(path) for path in _memory_files(registry_folder, book))
        return judge_all(store, out, inputs, book, past, say, refused=refused, memory_files=extra)


def take_in(store: Store, folder: Path, quality: Path, book: RuleBook, today: date, say: Say) -> dict[str, str]:
    """Takes in the files of the folder that are new, and forgets those that are gone. Returns refused file → why."""
    files = {fingerprint(p): p for p in sorted(folder.iterdir(), reverse=True) if p.suffix.lower() in SUFFIXES}
    for entry in store.read_json(FILES, []):
        if entry["fingerprint"] not in files or received.reads_otherwise(entry, today):
            received.forget(store, entry["fingerprint"])
    refused: dict[str, str] = {}
    registered = Registered(store)
    for path, print_ in sorted((path, print_) for print_, path in files.items()):
        if any(entry["fingerprint"] == print_ for entry in store.read_json(FILES, [])):
            continue
        try:
            data_set = ingest.data_set_of(path, book)
            taken, report = ingest.ingest(store, path, data_set, book, today, registered=registered, place=path.name)
        except FileRefused as error:
            refused[path.name] = str(error)
            say(f"没有采用：{error}")
            continue
        report.write(quality / f"{path.stem}.csv")
        unused = taken.rows - taken.used
        say(
            f"{path.name}：{data_set.title}，{taken.rows} 行，采用 {taken.used} 行"
            + (f"，{unused} 行没有采用，原因见质量报告" if unused else "")
        )
    return refused


def judge_all(
    store: Store, out: Path, inputs: Inputs, book: RuleBook, past: Memory, say: Say, *,
    refused: Mapping[str, str] | None = None, memory_files: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """Judges all counties of the store and puts the results in their place. Returns the manifest."""
    facts.refresh(store, book, cells.month_number(inputs.as_of))
    present = present_in(store, book)
    values = {c.code: thresholds.bound(book, inputs.as_of, c.code * 10**6, inputs.overrides) for c in store.counties}
    left_out: dict[str, str] = {}
    for one in reversed(store.counties):
        left_out |= thresholds.check(book, inputs.as_of, one.code * 10**6, inputs.overrides)
    plans = _plans(book, values, present)
    manifest = _manifest(store, inputs, book, values, plans, present, refused or {}, memory_files)
    folder = out / f"{_PART}-{_stamp(manifest)}"
    _clear_parts(out, folder)
    work = _Work(store, folder, book, values, plans, present, past, inputs)
    work.all(say)
    manifest |= {"counts": work.counts(), "left_out": left_out}
    _finish(work, folder, manifest)
    _swap(out, folder)
    return manifest


def present_in(store: Store, book: RuleBook) -> list[str]:
    return [name for name in book.data_sets if store.has(facts_file(name))]


def _plans(book: RuleBook, values: Mapping[int, Mapping[str, int]], present: Sequence[str]) -> dict[int, Plan]:
    """One plan for all counties with the same values."""
    known: dict[str, Plan] = {}
    plans = {}
    for code, of_county in values.items():
        key = json.dumps(of_county, sort_keys=True)
        plans[code] = known.setdefault(key, plan.make(book, of_county, present)) if key not in known else known[key]
    return plans


@dataclass
class _Work:
    store: Store
    folder: Path
    book: RuleBook
    values: Mapping[int, Mapping[str, int]]
    plans: Mapping[int, Plan]
    present: Sequence[str]
    past: Memory
    inputs: Inputs

    def all(self, say: Say) -> None:
        left = [c for c in self.store.counties if not self._done(c).exists()]
        if len(left) < len(self.store.counties):
            say(f"接着上次做：还剩 {len(left)} 个县")
        if self.inputs.engine is Engine.SPARK:
            self._with_spark(left)
        elif self.inputs.workers > 1:
            with ThreadPoolExecutor(self.inputs.workers) as pool:
                list(pool.map(self._county, left))
        else:
            for one in left:
                self._county(one)

    def _with_spark(self, counties: Sequence[County]) -> None:
        judge = engines.SparkJudge()
        try:
            for one in counties:
                with self._load(one) as loaded:
                    judge.export(loaded, self.plans[one.code])
            judge.judge_all(self.plans[one.code] for one in counties)
            for one in counties:
                self._county(one, judge.hits)
        finally:
            judge.close()

    def _load(self, one: County) -> Any:
        return county.load(self.store, one, self.book, self.values[one.code][DAY], self.present)

    def _county(self, one: County, judge: engines.Judge | None = None) -> None:
        use = judge or engines.JUDGES[self.inputs.engine]
        with self._load(one) as loaded:
            hits = use(loaded, self.plans[one.code])
            found = clues.finish(loaded, hits, self.values[one.code], self.past)
            villages, numbers = figures.cube(loaded, found)
        for name, table in zip(TABLES, (found.clues, found.households, found.flags), strict=True):
            _write(self.folder / name / f"{one.code}.parquet", table)
        _write(self.folder / ".figures" / f"{one.code}.parquet", figures.table(self.book, villages, numbers))
        with aside(self._done(one)) as path:
            path.write_text(
                json.dumps({"closed": found.closed, "clues": len(found.clues), "households": len(found.households)})
            )

    def _done(self, one: County) -> Path:
        return self.folder / ".done" / f"{one.code}.json"

    def counts(self) -> dict[str, int]:
        done = [json.loads(self._done(one).read_text()) for one in self.store.counties]
        return {name: sum(item[name] for item in done) for name in ("clues", "households", "closed")}


def _write(path: Path, table: pa.Table) -> None:
    with aside(path) as temporary:
        repeated = [name for name in table.column_names if name in _REPEATED]
        pq.write_table(table, temporary, compression="zstd", compression_level=1, use_dictionary=repeated)


def _finish(work: _Work, folder: Path, manifest: Mapping[str, Any]) -> None:
    parts = [pq.read_table(folder / ".figures" / f"{one.code}.parquet") for one in work.store.counties]
    cube = pa.concat_tables(parts)
    _write(folder / "village_cube.parquet", cube)
    numbers = np.column_stack([cube[name].to_numpy() for name in figures.names(work.book)])
    _write(folder / "statistics.parquet", figures.roll_up(work.book, cube["division"].to_numpy(), numbers))
    shutil.rmtree(folder / ".figures")
    shutil.rmtree(folder / ".done")
    with aside(folder / "manifest.json") as path:
        path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True))


def _manifest(
    store: Store, inputs: Inputs, book: RuleBook, values: Mapping[int, Mapping[str, int]], plans: Mapping[int, Plan],
    present: Sequence[str], refused: Mapping[str, str], memory_files: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    used = [e for e in store.read_json(FILES, []) if e["month"] <= cells.month_number(inputs.as_of)]
    groups: dict[str, list[int]] = {}
    for code, of_county in values.items():
        groups.setdefault(json.dumps(of_county, sort_keys=True), []).append(code)
    return {
        "as_of": inputs.as_of.isoformat(),
        "guideline": book.guideline.version,
        "rules": {rule.code: version_of(rule) for rule in book.rules},
        "parameters": [{"counties": codes, "values": json.loads(key)} for key, codes in groups.items()],
        "not_run": dict(sorted({k: v for p in plans.values() for k, v in p.not_run.items()}.items())),
        "registry": {key: store.registry[key] for key in ("files", "persons", "households", "doubled")},
        "memory": list(memory_files),
        "files": [{k: e[k] for k in ("data_set", "file", "fingerprint", "month", "lines", "used", "counts")} for e in used],
        "refused": dict(refused),
        "data_sets": list(present),
    }  # fmt: skip


def version_of(rule: Any) -> str:
    """Changes when what the rule finds or says changes."""
    told = [rule.when.text, rule.says, rule.measure, rule.same, rule.needs, rule.of_departed, rule.severity, rule.risk]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:12]


def _stamp(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def _clear_parts(out: Path, keep: Path) -> None:
    """What is left of killed runs with other inputs."""
    for path in out.glob(f"{_PART}-*"):
        if path != keep:
            shutil.rmtree(path)


def _swap(out: Path, folder: Path) -> None:
    if (out / RESULT).exists():
        os.replace(out / RESULT, out / _OLD)
    os.replace(folder, out / RESULT)
    shutil.rmtree(out / _OLD, ignore_errors=True)


def _recover(out: Path) -> None:
    """A run killed between the two renames left the last result under another name."""
    if (out / _OLD).exists() and not (out / RESULT).exists():
        os.replace(out / _OLD, out / RESULT)
    shutil.rmtree(out / _OLD, ignore_errors=True)


def _memory_files(folder: Path, book: RuleBook) -> Iterable[Path]:
    return (path for name in ("cases", "closed", "past") for path in registry.files_of(folder, book.tables[name]))
