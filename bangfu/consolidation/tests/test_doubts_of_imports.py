"""The households of an import are checked as soon as it is written; taking it back takes their doubts along."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangfu.accounts.actor import Actor
from bangfu.consolidation.doubts import Doubt
from bangfu.exchange import runs
from bangfu.exchange.models import State
from bangfu.people.models import Household
from bangfu.people.tests.test_import import county, home, imported, member, workbook
from tests.fixtures.cast import ClientOf

__all__ = ["county"]
pytestmark = pytest.mark.django_db


def test_an_import_says_how_many_doubts_its_households_have_and_leads_to_them(
    county: Actor, client_of: ClientOf, tmp_path: Path
) -> None:
    rows = [member(1, 1, 劳动技能="普通劳动力", 健康状况="健康"), member(2, 2, 务工月收入=90000)]
    run = imported(county, workbook(tmp_path / "a.xlsx", 户=[home(1), home(2, 户主姓名="李国强")], 成员=rows))
    found = Doubt.objects.filter(state="open")
    assert run.outcome["homes"] == 2
    assert run.outcome["doubts"] == found.count() > 2
    wage = found.get(rule="R35")
    assert "90000" in wage.sentence
    page = client_of("县局").get(run.get_absolute_url()).content.decode()
    there = f"/consolidation/doubts/imports/{run.pk}/"
    assert f"已检查这次导入的 2 户，有 {found.count()} 处数据疑点。" in page
    assert there in page
    listed = client_of("县局").get(there)
    assert listed.context["total"] == found.count()
    assert wage.sentence in client_of("县局").get(f"{there}?rule=R35").content.decode()
    assert client_of("外县").get(there).status_code == 404
    runs.ask_undo(run, "传错了")
    run.refresh_from_db()
    assert run.state == State.UNDONE, run.message
    assert not Household.objects.exists(), "doubts that nobody answered keep no row from being taken back"
    assert not Doubt.objects.exists()
