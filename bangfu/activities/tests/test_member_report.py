"""The captain's report to a sending unit: drawn from records, sent once, seen by the unit; the diary as a file."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from bangfu.activities.activity import VISIT, Activity, ActivityCadre
from bangfu.activities.follow_ups import FollowUp
from bangfu.activities.tests.pairing import TOWN, VILLAGE, paired
from bangfu.duties import changed
from bangfu.duties.standings import DutyStanding
from bangfu.kernel import dates
from bangfu.ledger.attachments import Attachment
from bangfu.units.models import Absence, Group, Team
from bangfu.units.models import Cadre as CadreRow

TODAY = dates.today()


@pytest.fixture(autouse=True)
def files(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def _words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_a_report_is_drawn_from_records_sent_once_and_seen_by_the_unit_alone(cast: Any, client_of: Any) -> None:
    group, unit, cadre = paired(cast)
    CadreRow.objects.filter(pk=cadre.pk).update(user=cast["队员"])
    study = Activity.objects.create(kind="lecture", held_on=TODAY, division_id=VILLAGE, title="种茶讲座")
    ActivityCadre.objects.create(activity=study, cadre=cadre)
    Activity.objects.create(kind=VISIT, held_on=TODAY, division_id=VILLAGE, user=cast["队员"], found="看了屋顶")
    Activity.objects.create(kind="lecture", held_on=cadre.from_on - timedelta(days=1), division_id=VILLAGE)
    FollowUp.objects.create(what="修水管", who_user=cast["队员"], division_id=TOWN, done_on=TODAY)
    Absence.objects.create(town_id=TOWN, cadre=cadre, kind="leave", from_on=TODAY, to_on=TODAY, reason="看病")
    changed.count_everything(TODAY)
    address = f"/activities/reports/{Team.objects.get().pk}/?unit={unit.pk}"

    captain = client_of("队长")
    (drawn,) = captain.get(address).context["drawn"]
    assert drawn.told == "活动 1 次、走访 1 户次、后续事项办结 1 件、请假外出 1 次"
    paper = _words(captain.get(f"{address}&as=docx").content)
    assert "种茶讲座" in paper and "看了屋顶" in paper and unit.name in paper
    assert client_of("外县").get(address).status_code == 404
    (seen,) = client_of("联络员").get(address).context["drawn"]
    assert "走访" not in seen.told, "what is about households stays with the place"
    assert client_of("联络员").post(address).status_code == 404

    sent = {f"remark_{cadre.pk}": "肯下力气"}
    for _ in range(2):
        captain.post(address, sent)
    made = Activity.objects.get(kind="member_report")
    assert "肯下力气" in made.result and made.group == group
    paper = Attachment.objects.get(record_id=made.pk)
    assert "肯下力气" in _words(paper.path.read_bytes())
    page = client_of("联络员").get(f"/l/activities/{made.pk}/")
    assert page.status_code == 200 and paper.name in page.content.decode()
    changed.settle(today=TODAY)
    assert DutyStanding.objects.get(duty="member_reports", holder=cadre.pk, last__gte=TODAY).done == 1


def test_a_diary_goes_out_as_word_and_as_a_workbook_within_the_readers_scope(cast: Any, client_of: Any) -> None:
    Activity.objects.create(kind="lecture", held_on=TODAY, division_id=VILLAGE, user=cast["队员"], title="=1+1")
    address = f"/activities/diary/file/?first={TODAY}&last={TODAY}"
    own = client_of("队员")
    assert "=1+1" in _words(own.get(f"{address}&as=docx").content)
    book = load_workbook(io.BytesIO(own.get(f"{address}&as=xlsx").content)).active
    assert [cell.value for cell in book["A"]] == ["日期", str(TODAY)]
    assert book["C2"].data_type == "s", "nothing becomes a formula"
    assert own.get(f"/activities/diary/file/?first={TODAY}&last=2020-01-01").status_code == 404
    assert client_of("外县").get(f"{address}&user={cast['队员'].pk}").status_code == 404


def test_the_chair_whose_turn_it_is_is_proposed_and_may_be_changed(cast: Any, client_of: Any) -> None:
    _, unit, _ = paired(cast)
    page = client_of("联络员").get("/activities/new/?kind=joint_meeting")
    form = page.context["form"]
    assert form.initial["chair"] == str(unit.pk)
    assert f"按轮值这次轮到{unit}" in page.content.decode()
    Group.objects.update(to_on=TODAY - timedelta(days=1))
    assert "chair" not in client_of("队长").get("/activities/new/?kind=joint_meeting").context["form"].initial
