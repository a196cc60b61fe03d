"""清单制 (3.4): the public list, a case opened from an item, followed by its code, moved on by the village."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from bangfu.kernel import dates
from bangfu.notices import open_codes
from bangfu.services.lists import acts, flow_chart
from bangfu.services.lists.matter_case import MatterCase
from bangfu.services.models import ResponsibilityList
from tests.ledgers.samples import HERE

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
TODAY = dates.today()


def item(name: str, **values: Any) -> ResponsibilityList:
    shown = {"published_on": date(2025, 1, 1), "from_on": date(2025, 1, 1), "time_limit": 5, **values}
    return ResponsibilityList.objects.create(
        division_id=441881137000, kind="minor_power", item=name, basis="办法", owner="村委会",
        steps="本人申请→入户核实<b>→公示→报镇", materials="身份证", **shown,
    )  # fmt: skip


def test_the_public_list_shows_what_is_in_force_and_its_steps(divisions: Any) -> None:
    shown, visitor = item("低保申请"), Client()
    hidden = [item("没公开", published_on=None), item("废止了", to_on=TODAY - timedelta(days=1))]
    page = visitor.get("/matters/?place=441881137201").content.decode()
    assert "低保申请" in page and "没公开" not in page and "废止了" not in page, "a village has the items of its town"
    assert "低保申请" not in visitor.get("/matters/?place=441882").content.decode()
    assert {visitor.get(f"/matters/items/{row.pk}/").status_code for row in hidden} == {404}
    drawn = visitor.get(f"/matters/items/{shown.pk}/").content.decode()
    assert drawn.count("<rect") == 4 and "入户核实&lt;b&gt;" in drawn and "身份证" in drawn and "5 个工作日" in drawn
    assert visitor.get("/matters/?q=身份证&kind=minor_power&after=x").content.decode().count("低保申请") == 1
    assert flow_chart.drawn(["很长的步骤" * 6]).boxes[0].height > flow_chart.drawn(["短"]).boxes[0].height


def test_a_case_is_followed_by_its_code_and_names_nobody(
    client_of: ClientOf, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, village, visitor = item("低保申请"), client_of("村干"), Client()
    opened = TODAY - timedelta(days=3)
    sent = {
        "village": HERE, "list_item": listed.pk, "applicant": "陈志明", "applicant_phone": "13800001111",
        "opened_on": str(opened),
    }  # fmt: skip
    assert village.post("/l/matter-cases/new/", sent | {"opened_on": str(TODAY + timedelta(days=1))}).status_code == 422
    assert village.post("/l/matter-cases/new/", sent).status_code == 302
    case = MatterCase.objects.get()
    assert case.due_on and case.due_on > opened and len(case.steps) == 4
    listed.steps = "说明→本人申请→入户核实→公示→报镇"
    listed.save()
    due, corrected = case.due_on, sent | {"opened_on": str(opened - timedelta(days=7)), "version": case.version}
    assert village.post(f"/l/matter-cases/{case.pk}/edit/", corrected).status_code == 302
    case.refresh_from_db()
    assert case.due_on < due and len(case.steps) == 5, "corrected before the first step, it runs from the right day"
    corrected = sent | {"applicant_phone": "", "opened_on": str(case.opened_on), "version": case.version}
    ResponsibilityList.objects.filter(pk=listed.pk).update(steps="本人申请→入户核实→公示→报镇")
    assert village.post(f"/l/matter-cases/{case.pk}/edit/", corrected).status_code == 302
    assert len(MatterCase.objects.get().steps) == 5
    MatterCase.objects.update(opened_on=opened, steps=case.steps[1:], applicant_phone="13800001111")
    case.refresh_from_db()
    public = f"/matters/cases/{case.code}/"

    def told() -> str:
        found = visitor.post("/matters/cases/", {"code": case.code}, follow=True)
        text = found.content.decode()
        assert "陈志明" not in text and "13800001111" not in text and "no-store" in found["Cache-Control"]
        return text

    assert "正在办" in told() and 'class="now"' in told()
    move = f"/services/matters/{case.pk}/move/"
    assert client_of("外县").post(move, {"step": "0"}).status_code == 404
    assert visitor.post(move, {"step": "0"}).status_code == 302
    assert not MatterCase.objects.get().step_days, "nobody from outside moves it"
    for wrong in (
        {"step": "2"},
        {"step": "x"},
        {"step": "0", "on": "2020-01-01"},
        {"step": "0", "on": "?"},
        {"stop": "1"},
    ):
        village.post(move, wrong)
    assert not MatterCase.objects.get().step_days
    for step in (0, 0, 1, 2):  # pressed twice is once
        village.post(move, {"step": str(step), "on": str(opened + timedelta(days=1))})
    assert len(MatterCase.objects.get().step_days) == 3
    detail = village.get(f"/l/matter-cases/{case.pk}/").content.decode()
    assert "“报镇”办好的日期" in detail and public in detail
    listed.steps = "另一种→办法"
    listed.save()
    village.post(move, {"step": "3"})
    case.refresh_from_db()
    assert case.outcome == "done" and case.closed_on == TODAY and "已办结" in told()
    assert told().count('class="done"') == 4, "a later version changes no case that ran"
    with pytest.raises(acts.Refused):
        acts.stop(case, reason="不办了", by=None)  # type: ignore[arg-type]
    monkeypatch.setitem(open_codes.MOST, "guesser", 1)
    assert visitor.get("/matters/cases/00000000-0000-0000/").status_code == 404
    assert visitor.get(public).status_code == 429
