"""Pages of duties: each number opens to its rows, a closed year keeps what it was, and the outsider sees nothing."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from bangfu.activities.activity import Activity
from bangfu.divisions.scope import Scope
from bangfu.duties import changed, checks, keeping, seals
from bangfu.duties.counting import State
from bangfu.duties.standings import DutyStanding
from bangfu.duties.tests.conftest import World
from bangfu.kernel import dates
from bangfu.ledger.acts import Actor
from bangfu.policy import guideline, source
from bangfu.policy.tests.test_guideline import NEXT, NEXT_DUTIES
from bangfu.units.cadre import Cadre
from tests.fixtures.cast import ClientOf

pytestmark = pytest.mark.django_db
YEAR = dates.today().year


def text(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


@pytest.fixture
def counted(world: World) -> World:
    world.act("field_study", date(YEAR, 1, 1), units=[(world.lead.unit, "deputy_leader")], title="元旦调研")
    keeping.keep_all(dates.today(), dates.today())
    return world


def of(duty: str, holder: int, year: int = YEAR) -> DutyStanding:
    return DutyStanding.objects.get(duty=duty, holder=holder, first=date(year, 1, 1))


def test_the_board_the_list_behind_a_number_and_the_rows_that_prove_it(counted: World, client_of: ClientOf) -> None:
    county = client_of("县局")
    assert "分管负责同志到镇调研" in text(county, "/duties/")
    row = of("deputy_visit", counted.lead.pk)
    listed = text(county, f"/l/duty-standings/?duty=deputy_visit&first_after={YEAR}-01-01")
    assert row.holder_name in listed
    page = text(county, f"/l/duty-standings/{row.pk}/")
    assert "元旦调研" in page and "已有 1 次" in page and "还差 1 次" in page
    assert "下一次轮到" in text(county, f"/l/duty-standings/{of('group_joint_meeting', counted.group.pk).pk}/")
    guide = text(county, "/guideline/")
    assert "履职要求" in guide and "户厕台账" in guide


def test_a_liaison_sees_what_the_own_unit_owes_and_no_peer(counted: World, client_of: ClientOf) -> None:
    mine = client_of("联络员")
    page = text(mine, "/duties/")
    assert "分管负责同志到镇调研" in page
    text(mine, f"/l/duty-standings/{of('deputy_visit', counted.lead.pk).pk}/")
    text(mine, f"/l/duty-standings/{of('deputy_visit', counted.member.pk).pk}/", 404)
    text(mine, f"/l/duty-standings/{of('group_joint_meeting', counted.group.pk).pk}/")


def test_how_a_cadre_is_cared_for_is_no_business_of_the_team(counted: World, client_of: ClientOf) -> None:
    care = of("care_guarantees", counted.captain.pk)
    for name, status in (("县局", 200), ("联络员", 200), ("队长", 404), ("队员", 403)):
        assert client_of(name).get(f"/l/duty-standings/{care.pk}/").status_code == status, name
    text(client_of("队长"), f"/l/duty-standings/{of('member_appraisal', counted.cadre.pk).pk}/")
    assert client_of("队员").get("/duties/").status_code == 403
    assert "履职" not in text(client_of("队员"), "/")


def test_the_form_that_a_standing_leads_to_knows_rank_and_cadre(counted: World, client_of: ClientOf) -> None:
    for name, duty, row, box in (
        ("联络员", "leader_visit", counted.lead.pk, 'value="main_leader"'),
        ("队长", "member_reports", counted.cadre.pk, f'value="{counted.cadre.name}（{counted.cadre.sending_unit}）"'),
    ):
        page = text(client_of(name), f"/l/duty-standings/{of(duty, row).pk}/")
        (address,) = re.findall(r'href="(/activities/new/[^"]+)"', page)
        form = text(client_of(name), html.unescape(address))
        assert any(box in tag and "checked" in tag for tag in re.findall(r"<input[^>]+>", form)), (name, address)


def test_the_officer_of_another_county_sees_nothing(counted: World, client_of: ClientOf) -> None:
    other, row = client_of("外县"), of("deputy_visit", counted.lead.pk)
    assert counted.lead.unit.name not in text(other, "/duties/") + text(other, "/l/duty-standings/")
    for url in (f"/l/duty-standings/{row.pk}/", f"/api/v1/duty-standings/{row.pk}"):
        assert other.get(url).status_code in (403, 404)
    values = {"document_no": "某〔2026〕1号", "approved_by": "某", "reason": "某"}
    assert other.post(f"/duties/{row.pk}/exempt/", values).status_code == 404
    assert other.post("/duties/seal/", {"year": YEAR - 1, "division": counted.town.pk}).status_code == 403
    assert client_of("").get("/duties/").status_code == 302


def test_an_exemption_needs_its_paper_and_is_counted_at_once(counted: World, client_of: ClientOf) -> None:
    county, row = client_of("县局"), of("assistance_meeting", counted.member.pk)
    values = {"document_no": "", "approved_by": "县委农办", "reason": "单位撤并"}
    answer = county.post(f"/duties/{row.pk}/exempt/", values)
    assert answer.status_code == 422 and "县委农办" in answer.content.decode()
    county.post(f"/duties/{row.pk}/exempt/", values | {"document_no": "英农〔2026〕3号"})
    row.refresh_from_db()
    assert row.state == State.EXEMPT
    assert client_of("联络员").post(f"/duties/{row.pk}/exempt/", values).status_code in (403, 404)


def test_a_closed_year_keeps_numbers_and_evidence_and_later_changes_stand_beside_it(
    world: World, client_of: ClientOf
) -> None:
    last, unit = YEAR - 1, world.lead.unit
    first = world.act("field_study", date(last, 3, 1), units=[(unit, "deputy_leader")])
    world.act("field_study", date(last, 4, 1), units=[(unit, "deputy_leader")])
    keeping.keep_all(date(last, 12, 31), dates.today())
    county = client_of("县局")
    assert "封存" in text(county, f"/duties/?year={last}")
    county.post("/duties/seal/", {"year": last, "division": 441881000000})
    county.post("/duties/seal/", {"year": last, "division": 441881000000})  # twice closes nothing twice
    row = of("deputy_visit", world.lead.pk, last)
    assert row.sealed.done == 2 and len(row.sealed.evidence) == 2

    Activity.objects.filter(pk=first.pk).update(withdrawn_at="2026-01-05T00:00Z")
    world.act("field_study", date(last, 5, 1), units=[(world.member.unit, "deputy_leader")])
    page = text(county, f"/duties/years/{last}/")
    assert "2 / 2 已做到" in page and "1 / 2 没有做到" in page and "少了" in page and "多了" in page
    row.sealed.refresh_from_db()
    assert row.sealed.done == 2
    found = {each.now.holder: each for each in seals.differences(last, Scope.of([441881000000]))}
    assert [one["row"] for one in found[world.lead.pk].gone] == [first.pk]
    Cadre.objects.filter(pk=world.captain.pk).update(to_on=date(last, 11, 30))  # nothing was missing when it was closed
    changed.settle(today=dates.today())
    new = [each for each in seals.differences(last, Scope.of([441881000000])) if each.sealed is None]
    assert [(each.now.duty, each.now.holder) for each in new] == [("team_has_captain", world.team.pk)]
    assert "没有缺项" in text(county, f"/duties/years/{last}/")
    with pytest.raises(seals.TooEarly):
        seals.seal(YEAR, world.town, by=Actor(None), on=dates.today())


@pytest.fixture
def two_laws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A made-up guideline in force since 2024-07-01: another number, a moved, a new and a dropped duty."""
    root = tmp_path / "guideline"
    shutil.copytree(source.ROOT, root)
    folder = root / "2024"
    (folder / "duties").mkdir(parents=True)
    (folder / "parameters").mkdir()
    (folder / "articles.yaml").write_text(NEXT + "drops_duties: [group_joint_meeting]\n", encoding="utf-8")
    (folder / "duties" / "next.yaml").write_text(NEXT_DUTIES, encoding="utf-8")
    for function in (guideline.load, guideline.versions, guideline.in_force):
        inner = getattr(function, "__wrapped__", function)
        monkeypatch.setattr(inner, "__defaults__", tuple(root if d == source.ROOT else d for d in inner.__defaults__))
    monkeypatch.setattr(source, "ROOT", root)
    guideline.load.cache_clear()
    yield root
    monkeypatch.undo()
    guideline.load.cache_clear()


def test_two_years_stand_side_by_side_each_under_its_own_law(world: World, two_laws: Path, client_of: ClientOf) -> None:
    assert list(checks.faults()) == []
    for year in (2023, 2024):
        keeping.keep_all(date(year, 12, 31), dates.today())
    assert of("deputy_visit", world.lead.pk, 2023).article == "5.1"
    assert of("deputy_visit", world.lead.pk, 2024).article == "5.2"
    assert DutyStanding.objects.filter(duty="branch_day", first__year=2024).exists()
    assert not DutyStanding.objects.filter(duty="branch_day", first__year=2023).exists()
    assert not DutyStanding.objects.filter(duty="group_joint_meeting", first__year=2024).exists()
    county = client_of("县局")
    assert "组团联席会议" in text(county, "/duties/?year=2023")
    new = text(county, "/duties/?year=2024")
    assert "支部共建" in new and "组团联席会议" not in new
    page = text(county, "/guideline/compare/")
    assert "换了条文" in page and "支部共建" in page


def test_a_duty_whose_evidence_is_gone_stops_the_start(two_laws: Path) -> None:
    file = two_laws / "2024" / "duties" / "next.yaml"
    file.write_text(NEXT_DUTIES.replace("evidence: joint_meetings", "evidence: no_such"), encoding="utf-8")
    guideline.load.cache_clear()
    (error,) = checks.declarations()
    assert "branch_day" in str(error.msg) and "no_such" in str(error.msg)


def test_who_answers_is_reminded_and_nobody_else(counted: World, client_of: ClientOf) -> None:
    DutyStanding.objects.update(state=State.DUE_SOON)
    liaison, captain, county = (text(client_of(name), "/") for name in ("联络员", "队长", "县局"))
    assert "分管负责同志到镇调研：还差 1 次" in liaison and "听取帮扶干部汇报：还差 1 次" in liaison
    assert "年度考核鉴定意见" in captain and "听取帮扶干部汇报" not in captain
    assert "分管负责同志到镇调研" not in county and "分管负责同志到镇调研" not in text(client_of("外县"), "/")
