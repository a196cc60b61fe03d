"""The template: what stands in it, and that it comes back in."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.accounts.actor import Actor
from bangfu.divisions.scope import Scope
from bangfu.exchange import runs, template
from bangfu.exchange.models import State
from bangfu.exchange.tests.conftest import Start
from bangfu.exchange.tests.files import number
from bangfu.exchange.tests.toys.models import BOOK

pytestmark = pytest.mark.django_db
DONGHUA = 441881137000


def book_for(scope: Scope) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(template.make(BOOK, scope)))


@pytest.fixture
def town(divisions: Any) -> openpyxl.Workbook:
    return book_for(Scope.of([DONGHUA]))


def test_heads_are_chinese_marked_when_required_and_explained(town: openpyxl.Workbook) -> None:
    page = town["户"]
    heads = [cell.value for cell in page[1]]
    assert heads[:5] == ["县（市、区）*", "镇（街道）*", "村（社区）*", "户编号*", "住址"]
    assert "必填" in page["D1"].comment.text
    assert "年月" in page["K1"].comment.text
    assert page.freeze_panes == "A2"


def test_long_numbers_are_text(town: openpyxl.Workbook) -> None:
    page = town["人"]
    assert page.column_dimensions["C"].number_format == "@"


def test_choices_drop_down_and_places_follow_one_another(town: openpyxl.Workbook) -> None:
    rules = {str(rule.sqref): rule.formula1 for rule in town["户"].data_validations.dataValidation}
    assert rules["A2:A5001"].startswith("字典!")
    assert rules["B2:B5001"] == 'INDIRECT("县_"&$A2)'
    assert rules["C2:C5001"] == 'INDIRECT("镇_"&$A2&"_"&$B2)'
    assert town["字典"].sheet_state == "hidden"
    names = dict(town.defined_names.items())
    assert set(names) == {"县_英德市", "镇_英德市_东华镇"}
    cells = names["镇_英德市_东华镇"].attr_text.replace("$", "").split("!")[1]
    offered = [cell.value for row in town["字典"][cells] for cell in row]
    assert "光明村委会" in offered


def test_a_large_scope_has_no_cascade(divisions: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "_MOST_VILLAGES", 5)
    book = book_for(Scope.of([440000000000]))
    assert not list(book.defined_names)


def test_each_column_is_explained_on_its_own_page(town: openpyxl.Workbook) -> None:
    page = town["填写说明"]
    cells = {(row[0].value, row[1].value): [cell.value for cell in row] for row in page.iter_rows() if row[1].value}
    assert "硬化路、泥土路" in cells["户", "入户路类型"][3]
    assert cells["户", "户编号"][4] == "4418810001"


def test_a_filled_template_goes_in_and_an_empty_one_says_so(start: Start, county: Actor, tmp_path: Path) -> None:
    content = template.make(BOOK, Scope.of([DONGHUA]))
    (tmp_path / "empty.xlsx").write_bytes(content)
    empty = start(tmp_path / "empty.xlsx")
    assert empty.state == State.REFUSED
    assert "先填写" in empty.message
    book = openpyxl.load_workbook(BytesIO(content))
    for column, value in zip("ABCDEF", ("英德市", "东华镇", "光明村委会", "F1", "一队", "泥土路"), strict=True):
        book["户"][f"{column}2"] = value
    for column, value in zip("ABCDE", ("F1", "陈伟", number(1), "1980-05-06", "户主"), strict=True):
        book["人"][f"{column}2"] = value
    book.save(tmp_path / "full.xlsx")
    run = start(tmp_path / "full.xlsx")
    assert runs.totals(run)["add"] == 2, (run.message, [row.faults for row in run.rows.all()])
