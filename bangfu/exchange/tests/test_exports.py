"""Exports: what stands in the cells, masks, marks, formulas, and that an export comes back as no change."""

from __future__ import annotations

import csv
import io
import tempfile
import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind, AccessLog, User
from bangfu.exchange import exports, retention, runs
from bangfu.exchange.models import ExportFile, ExportState, Format, ImportRun, State
from bangfu.exchange.tests.conftest import Start
from bangfu.exchange.tests.files import family as row
from bangfu.exchange.tests.files import workbook
from bangfu.exchange.tests.toys.models import FAMILIES, SOURCE, Family, extract
from bangfu.exchange.writers import Mark, write

pytestmark = pytest.mark.django_db
GUANGMING = 441881137201


def family(serial: int = 1, **fields: Any) -> Family:
    given_ = {"village_id": GUANGMING, "family_no": f"F{serial:05d}", "phone": "13812345678", "heads": 4, **fields}
    return Family.objects.create(**given_)


def mark(**changes: Any) -> Mark:
    told = {
        "number": "E00000007",
        "who": "陈志强（xianju）",
        "title": "户",
        "filters": "英德市",
        "reason": "",
        "is_unmasked": False,
    }
    return Mark(at=timezone.now(), **{**told, **changes})


def exported(actor: Actor, kind: Format, *, unmasked: bool = False) -> bytes:
    with tempfile.TemporaryFile() as file:
        write(extract(actor, {}, unmasked), kind, mark(is_unmasked=unmasked), file)
        file.seek(0)
        return file.read()


def rows_of(content: bytes) -> list[dict[str, str]]:
    return [row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))) if not row["市"].startswith("#")]


def page_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))["户"]


def test_a_csv_shows_labels_places_and_masks(county: Actor) -> None:
    family(road="paved", area=Decimal("80.50"), has_water=True, risks=["ill", "lame"], known_on=date(2023, 7, 1))
    content = exported(county, Format.CSV)
    assert content.startswith(b"\xef\xbb\xbf"), "so that Excel reads it as UTF-8"
    (cells,) = rows_of(content)
    assert [cells[h] for h in ("市", "县（市、区）", "镇（街道）", "村（社区）")] == [
        "清远市",
        "英德市",
        "东华镇",
        "光明村委会",
    ]
    assert (cells["入户路类型"], cells["住房面积"], cells["是否解决安全饮用水"]) == ("硬化路", "80.5", "是")
    assert (cells["致贫返贫风险"], cells["识别监测时间"], cells["户联系电话"]) == (
        "因病、因残",
        "2023-07-01",
        "138****5678",
    )


def test_long_digits_survive_a_spreadsheet_that_opens_the_csv(county: Actor) -> None:
    family(family_no="441881000100001234")
    family(family_no="0012")
    numbers = [row["户编号"] for row in rows_of(exported(county, Format.CSV))]
    assert numbers == ["0012\t", "441881000100001234\t"]


def test_a_workbook_keeps_numbers_as_numbers_and_long_digits_as_text(county: Actor) -> None:
    family(area=Decimal("80.50"), known_on=date(2023, 7, 1), family_no="441881000100001234")
    page = page_of(exported(county, Format.XLSX))
    cells = {head.value: cell for head, cell in zip(page[1], page[2], strict=True)}
    assert (cells["住房面积"].value, cells["人口数"].value) == (80.5, 4)
    assert cells["户编号"].value == "441881000100001234"
    assert cells["识别监测时间"].is_date
    assert page.freeze_panes == "A2"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", '=HYPERLINK("http://localhost")'])
@pytest.mark.parametrize("kind", list(Format))
def test_nothing_that_a_spreadsheet_would_run_leaves_as_it_is(county: Actor, text: str, kind: Format) -> None:
    family(address=text)
    content = exported(county, kind)
    value = rows_of(content)[0]["住址"] if kind is Format.CSV else page_of(content)["F2"].value
    assert value == f"'{text}"


def test_every_file_carries_its_mark(county: Actor) -> None:
    family()
    last = exported(county, Format.CSV).decode("utf-8-sig").rstrip().splitlines()[-1]
    assert "E00000007" in last and "陈志强" in last and "英德市" in last and "行数：1" in last
    note = openpyxl.load_workbook(io.BytesIO(exported(county, Format.XLSX)))["说明"]
    told = {row[0].value: row[1].value for row in note.iter_rows(min_row=2)}
    assert (told["导出编号"], told["行数"], told["号码"]) == ("E00000007", "1", "已遮盖")


def test_an_export_without_rows_still_has_its_heads(county: Actor) -> None:
    page = page_of(exported(county, Format.XLSX))
    assert page["A1"].value == "市"
    assert page["A2"].value is None


@pytest.mark.parametrize("kind", list(Format))
def test_an_export_comes_back_as_no_change(start: Start, county: Actor, tmp_path: Path, kind: Format) -> None:
    family(1, address="=1+1", note="两行\n文字", risks=["school"], area=Decimal("0.01"), known_on=date(2023, 7, 1))
    family(2, address="'quoted", has_water=False, road="dirt", note="，。")
    path = tmp_path / f"a.{kind}"
    path.write_bytes(exported(county, kind))
    run = start(path)
    assert run.counts == {"0": {"s": 2}}, (run.message, [(row.before, row.data, row.faults) for row in run.rows.all()])


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp")), max_size=20)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "address": TEXTS.map(str.strip).filter(
                    lambda text: "\xa0" not in text and unicodedata.is_normalized("NFC", text)
                ),
                "area": st.none() | st.decimals(0, 2000, places=2),
                "heads": st.integers(0, 30),
                "has_water": st.none() | st.booleans(),
                "risks": st.lists(st.sampled_from(["ill", "lame", "school"]), unique=True),
                "known_on": st.none()
                | st.dates(date(1990, 1, 1), date(2099, 12, 31)).map(lambda day: day.replace(day=1)),
                "road": st.sampled_from(["", "paved", "dirt"]),
            }
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(list(Format)),
)
def test_whatever_is_exported_comes_back_the_same(
    start: Start, county: Actor, tmp_path: Path, rows: list[dict[str, Any]], kind: Format
) -> None:
    Family.objects.all().delete()
    for serial, fields in enumerate(rows):
        family(serial, **fields)
    path = tmp_path / f"a.{kind}"
    path.write_bytes(exported(county, kind, unmasked=True))
    run = start(path)
    shown = [(row.before, row.data, row.faults) for row in run.rows.exclude(verdict="s")]
    assert run.counts == {"0": {"s": len(rows)}}, (run.message, shown)


class Asked:
    """A request, as far as an export looks at it."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor


def test_an_export_is_logged_and_only_reasons_unmask(county: Actor) -> None:
    family()
    exports.deliver(Asked(county), SOURCE, {"filters": "光明村"}, format="csv")  # type: ignore[arg-type]
    log = AccessLog.objects.get()
    assert (log.kind, log.rows, log.subject) == (AccessKind.EXPORT, 1, "toys")
    assert "光明村" in log.detail
    with pytest.raises(exports.NoReason):
        exports.deliver(Asked(county), SOURCE, {}, unmasked=True)  # type: ignore[arg-type]
    response = exports.deliver(Asked(county), SOURCE, {}, format="csv", unmasked=True, reason="医保核对")  # type: ignore[arg-type]
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert b"13812345678" in content
    assert AccessLog.objects.filter(kind=AccessKind.UNMASKED_EXPORT, reason="医保核对").exists()


def test_who_may_not_unmask_gets_nothing(cast: dict[str, User]) -> None:
    town = Actor.of(cast["镇办"], date.today())  # noqa: DTZ011
    with pytest.raises(PermissionDenied):
        exports.deliver(Asked(town), SOURCE, {}, unmasked=True, reason="想看")  # type: ignore[arg-type]
    assert not ExportFile.objects.exists()


def test_a_large_export_becomes_a_job_that_asks_the_grants_again(county: Actor, settings: Any) -> None:
    settings.EXCHANGE = {"export_rows_at_once": 1}
    family(1)
    family(2)
    response = exports.deliver(Asked(county), SOURCE, {}, format="xlsx")  # type: ignore[arg-type]
    export = ExportFile.objects.get()
    assert response.url == export.get_absolute_url()  # type: ignore[attr-defined]
    assert export.state == ExportState.QUEUED
    exports.make(export.pk)
    export.refresh_from_db()
    assert (export.state, export.rows) == (ExportState.READY, 2)
    assert export.file.size > 1000
    second = ExportFile.objects.create(source=SOURCE, title="户", format="csv", user=export.user)
    export.user.grants.all().delete()
    exports.make(second.pk)
    second.refresh_from_db()
    assert (second.state, second.message) == (ExportState.FAILED, "不能导出")


def test_columns_that_share_a_label_do_not_swallow_each_other(county: Actor) -> None:
    family()
    chosen = extract(county, {}, False)
    doubled = replace(chosen, columns=(FAMILIES.columns[1], replace(FAMILIES.columns[2], label="户编号")))
    with tempfile.TemporaryFile() as file:
        write(doubled, Format.CSV, mark(), file)
        file.seek(0)
        assert file.read().decode("utf-8-sig").splitlines()[0] == "户编号,户编号2"


def test_runs_are_swept_when_their_time_is_over(start: Start, county: Actor, tmp_path: Path) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[row(1)]))
    stored = Path(run.file.path)
    ImportRun.objects.update(created_at="2020-01-01T00:00:00Z")
    retention.sweep()
    run.refresh_from_db()
    assert run.state == State.DISCARDED
    assert not run.rows.exists()
    assert not stored.exists()
    with pytest.raises(runs.NotNow):
        runs.ask_undo(run)
