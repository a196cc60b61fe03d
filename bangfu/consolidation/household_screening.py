"""筛查这一户 (1.1): one household as it is registered now, against the files that were matched, by the steps of a full run."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.consolidation import intake, screening_memory, screening_rows
from bangfu.consolidation import screening_store as stores
from bangfu.consolidation.department_files import DepartmentFile
from bangfu.consolidation.screenings import ScreeningHit
from bangfu.lawbook import parameters
from bangfu.people.models import Household
from bangfu.screening import excerpt, thresholds
from bangfu.screening import run as engine
from bangfu.screening.reading import FileRefused
from bangfu.screening.store import PERSON_TEXTS, Store
from bangfu.screening.thresholds import RuleRefused

_BUSY = "本县正在匹配部门数据或筛查，请过几分钟再筛查这一户"
_NOTHING = "本县还没有匹配过部门数据，暂时不能筛查；请等县里上传部门数据"


class Refused(ValueError):
    """Nothing was looked at; the message says why and what to do."""


@dataclass(frozen=True)
class Found:
    """`reasons`: sentences, the strongest first; empty: nothing was found. `fate`: what became of them, "" for none.

    `month`, `uploaded_on`: newest month of the files, and the day the last one came. `files`: how many were looked at.
    `unmatched`: members registered or renamed since the files were matched, whose rows the next run finds.
    """

    on: date
    month: date
    uploaded_on: date
    files: int
    reasons: list[str] = field(default_factory=list)
    fate: str = ""
    unmatched: list[str] = field(default_factory=list)


def screen(home: Household, *, by: Actor, at: datetime) -> Found:
    """Judges the household and receives what was found as a run would; the same again adds nothing. Errors: Refused."""
    county, today = home.village_id // 10**6 * 10**6, timezone.localdate(at)
    with tempfile.TemporaryDirectory() as name, stores.beside(county) as is_free:
        if not is_free:
            raise Refused(_BUSY)
        newest = _newest(county, today)
        out, small = Path(name) / "out", Path(name) / "store"
        try:
            store = stores.of_household(home, today, small)
            new = excerpt.fill(store, stores.store(county))
            rows = _judged(store, out, county, today)
        except (FileRefused, RuleRefused) as error:
            raise Refused(str(error)) from error
        told = Found(
            today, newest.month, timezone.localdate(newest.created_at), len(store.read_json("files.json", [])),
            unmatched=_names(store, new),
        )  # fmt: skip
    if not rows:
        return told
    fates: list[str] = []
    intake.receive_many(
        rows, run=f"一户筛查 {by.user or ''}"[:40], at=today, keep=lambda cursor: fates.append(_fate(cursor))
    )
    reasons = [reason["says"] for reason in rows[0]["reasons"]]
    return Found(told.on, told.month, told.uploaded_on, told.files, reasons, fates[0], told.unmatched)


def _newest(county: int, today: date) -> DepartmentFile:
    """The youngest file that was matched. Errors: Refused."""
    files = DepartmentFile.objects.filter(county=county, withdrawn_at=None, state=DepartmentFile.State.MATCHED)
    found = files.filter(month__lte=today).order_by("-month", "-created_at").first()
    if found is None or not stores.has_register(county):
        raise Refused(_NOTHING)
    return found


def _judged(store: Store, out: Path, county: int, today: date) -> list[dict[str, Any]]:
    book, overrides = stores.book(), parameters.Snapshot.take().overrides
    engine.judge_all(
        store, out, engine.Inputs(today, overrides=overrides), book, screening_memory.of(county), lambda _: None
    )
    values = thresholds.bound(book, today, county, overrides)
    closed = screening_memory.closed(county, today, values["clue_returns_yuan"])
    return list(screening_rows.read(out, county, closed, today))


def _fate(cursor: Any) -> str:
    cursor.execute("SELECT fate FROM clue_rows")
    return ScreeningHit.Fate(cursor.fetchone()[0]).label


def _names(store: Store, places: Any) -> list[str]:
    """Names of members by their places in a store of one household."""
    with store.batch(PERSON_TEXTS, 0) as texts:
        return [str(name) for name in texts.take("name", places).to_pylist()]
