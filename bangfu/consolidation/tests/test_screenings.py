"""From the files of departments to clues in the villages' lists, in the product."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.consolidation import clue_acts, screening_files, screening_runs
from bangfu.consolidation.clues import Clue
from bangfu.consolidation.demo import screening as demo
from bangfu.consolidation.department_files import DepartmentFile
from bangfu.consolidation.doubts import Doubt
from bangfu.consolidation.screenings import ScreeningHit, ScreeningRun
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.people.models import Household, Person
from bangfu.people.tests import factories
from tests.fixtures.cast import ClientOf

COUNTY = 441881000000
MONTH = dates.today().replace(day=1)
DAY = f"{MONTH:%Y-%m}-01"
PLACE = "/consolidation/screening/"
Rows = Sequence[Mapping[str, Any]]


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    yield


def csv(rows: Rows) -> bytes:
    heads = list(rows[0])
    return "\n".join([",".join(heads), *(",".join(str(row[head]) for head in heads) for row in rows)]).encode()


def stay(person: Person, amount: int, **more: Any) -> dict[str, Any]:
    said = {
        "身份证号": person.identity_no,
        "姓名": person.name,
        "结算日期": DAY,
        "就诊类别": "住院",
        "个人负担金额": amount,
    }
    return said | more


def upload(rows: Rows, name: str, by: Actor, data_set: str = "") -> DepartmentFile:
    content = csv(rows)
    county = Division.objects.get(code=COUNTY)
    given = {"county": county, "month": MONTH, "unit": None, "data_set": data_set, "by": by}
    return screening_files.upload(io.BytesIO(content), name, len(content), **given)


def screen(by: Actor) -> ScreeningRun:
    run = screening_runs.start(Division.objects.get(code=COUNTY), MONTH, by=by, at=timezone.now())
    screening_runs.work(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def people(household: Household) -> dict[str, Person]:
    return {person.relation_to_head: person for person in household.members.all()}


def test_files_of_departments_become_clues_and_needless_ones_stay_away(
    people: dict[str, Person], actor_of: Callable[[str], Actor]
) -> None:
    county, clerk, head = actor_of("县局"), actor_of("村干"), people["head"]
    stranger = dict(stay(head, 900), 身份证号=factories.number(date(1980, 1, 1)), 姓名="外乡人")
    file = upload([stay(head, 60_000), stay(head, 60_000), stranger], "三月.csv", county)
    assert (file.title, file.state, file.rows, file.used) == ("医疗费用结算", "matched", 3, 1)
    assert dict(screening_files.reasons(file)) == {"不在农户名册中": 1, "与同一文件里的另一行重复": 1}
    told = list(screening_files.report(file))
    assert told[0]["证件号码"] == f"{head.identity_no[:3]}***{head.identity_no[-2:]}"
    run = screen(county)
    assert (run.state, run.message) == ("done", "")
    assert run.counts["new"] == 1
    clue = Clue.objects.get()
    assert clue.household_id == head.household_id
    assert clue.says.startswith(f"{head.name}：")
    assert (clue.state, clue.run_no) == ("received", run.run_no)
    assert 0 < clue.need < 9999, "the run reckons the chance from the rules of the clue"
    assert run.manifest["files"][0]["fingerprint"] == file.sha256
    assert run.manifest["rules"]["S07"]
    assert screen(county).counts == {**run.counts, "new": 0, "known": 1}
    clue_acts.close_needless([clue], reason="solved", by=clerk, at=timezone.now())
    again = screen(county)
    assert (again.counts["suppressed"], again.counts["new"]) == (1, 0)
    assert ScreeningHit.objects.get(run=again).fate == "suppressed"
    upload([stay(head, 90_000, 结算流水号="2")], "四月.csv", county)
    assert screen(county).counts["new"] == 1, "much more money is another fact"


def test_a_second_run_is_refused_and_a_killed_one_tells_and_can_be_begun_again(
    people: dict[str, Person], actor_of: Callable[[str], Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    by, at, place = actor_of("县局"), timezone.now(), Division.objects.get(code=COUNTY)
    with pytest.raises(screening_runs.Refused, match="还没有能用的部门数据"):
        screening_runs.start(place, MONTH, by=by, at=at)
    upload([stay(people["head"], 60_000)], "三月.csv", by)
    run = screening_runs.start(place, MONTH, by=by, at=at)
    with pytest.raises(screening_runs.Refused, match="正在筛查"):
        screening_runs.start(place, MONTH, by=by, at=at)
    with monkeypatch.context() as killed:
        killed.setattr(screening_runs.precision, "order", _fail)
        with pytest.raises(MemoryError):
            screening_runs.work(run.pk)
    run.refresh_from_db()
    assert run.state == "stopped"
    assert "请稍后重新开始" in run.message
    assert not Clue.objects.exists(), "all clues or none"
    ScreeningRun.objects.filter(pk=run.pk).update(state="running")  # its worker is no more
    again = screen(by)
    run.refresh_from_db()
    assert (run.state, "被中断" in run.message) == ("stopped", True)
    assert (again.state, again.counts["new"]) == ("done", 1)


def _fail(*given: Any) -> int:
    raise MemoryError


def test_a_file_of_no_known_kind_waits_for_the_officer(
    people: dict[str, Person], actor_of: Callable[[str], Actor]
) -> None:
    by, head = actor_of("县局"), people["head"]
    file = upload([{"身份证号": head.identity_no, "姓名": head.name}], "名单.csv", by)
    assert file.state == "refused"
    assert "请选择数据种类" in file.message
    screening_files.say_kind(file, "public_payroll", by=by)
    assert (file.state, file.title, file.used) == ("matched", "财政供养人员", 1)
    with pytest.raises(screening_files.Refused, match="已经上传过"):
        upload([{"身份证号": head.identity_no, "姓名": head.name}], "又是名单.csv", by)
    screening_files.remove(file, by=by, reason="传错了")
    assert upload([{"身份证号": head.identity_no, "姓名": head.name}], "财政供养.csv", by).state == "matched"


def posted(rows: Rows, name: str) -> dict[str, Any]:
    return {"county": COUNTY, "month": f"{MONTH:%Y-%m}", "files": [SimpleUploadedFile(name, csv(rows))]}


def test_the_county_goes_from_files_to_results_and_every_figure_opens(
    people: dict[str, Person], client_of: ClientOf
) -> None:
    client, head = client_of("县局"), people["head"]
    rows = [stay(head, 60_000), dict(stay(head, 10), 身份证号="123456")]
    assert client.post(f"{PLACE}files/", posted(rows, "医保结算.csv")).status_code == 302
    file = DepartmentFile.objects.get()
    assert "医疗费用结算" in client.get(PLACE).content.decode()
    page = client.get(f"{PLACE}files/{file.pk}/").content.decode()
    assert head.identity_no not in page
    assert client.get(f"{PLACE}files/{file.pk}/report.xlsx").content[:2] == b"PK"
    assert b"".join(client.get(f"{PLACE}files/{file.pk}/original/").streaming_content) == csv(rows)  # type: ignore[attr-defined]
    client.post(f"{PLACE}files/{file.pk}/kind/", {"data_set": "medical_settlements"})
    place = client.post(f"{PLACE}runs/", {"county": COUNTY, "month": f"{MONTH:%Y-%m}"}).headers["Location"]
    assert "等待开始" in client.get(place, headers={"HX-Request": "true"}).content.decode()
    assert "正在筛查" in client.post(f"{PLACE}runs/", {"county": COUNTY}, follow=True).content.decode()
    client.post(f"{place}go-on/")
    done = client.get(place)
    assert [figure["text"] for figure in done.context["figures"]][:2] == ["1", "0"]
    for figure in done.context["figures"]:
        shown = client.get(figure["url"]).context["rows"]
        assert len(shown) == int(figure["text"])
    assert (
        client.get(f"/consolidation/clues/?place={COUNTY}").context["cards"][0].clue.household_id == head.household_id
    )


def test_a_department_sees_its_own_files_alone_and_an_outsider_nothing(
    people: dict[str, Person], client_of: ClientOf, actor_of: Callable[[str], Actor]
) -> None:
    ours = upload([stay(people["head"], 60_000)], "医保结算.csv", actor_of("县局"))
    department = client_of("部门")
    row = {"身份证号": people["son"].identity_no, "姓名": people["son"].name, "学段": "高中", "学年学费": 30_000}
    department.post(f"{PLACE}files/", posted([row], "学费.csv"))
    theirs = DepartmentFile.objects.exclude(pk=ours.pk).get()
    assert theirs.unit is not None
    assert [file.pk for file in department.get(PLACE).context["files"]] == [theirs.pk]
    assert department.get(f"{PLACE}files/{theirs.pk}/").status_code == 200
    assert len(client_of("县局").get(PLACE).context["files"]) == 2
    assert client_of("县局").get(f"{PLACE}files/{theirs.pk}/original/").status_code == 403
    for who in ("县局", "部门"):
        assert client_of(who).get(f"{PLACE}files/{theirs.pk}/report.xlsx").content[:2] == b"PK", "what did not match"
    DepartmentFile.objects.filter(pk=theirs.pk).update(unit=Unit.objects.create(name="英德市另一个局"))
    for page in ("", "report.xlsx", "original/"):
        wrong = [client_of(who).get(f"{PLACE}files/{theirs.pk}/{page}").status_code for who in ("外县", "部门")]
        assert wrong == [404, 404], "another county's, another department's"
    assert department.post(f"{PLACE}runs/", {"county": COUNTY}).status_code == 403
    run = screen(actor_of("县局"))
    assert department.get(f"{PLACE}runs/{run.pk}/").status_code == 404
    reading = [f"{PLACE}files/{ours.pk}/{page}" for page in ("", "report.xlsx", "original/")]
    reading += [f"{PLACE}runs/{run.pk}/{page}" for page in ("", "rows/?fate=new")]
    writing = [f"{PLACE}files/{ours.pk}/kind/", f"{PLACE}files/{ours.pk}/remove/", f"{PLACE}runs/{run.pk}/go-on/"]
    for who in ("外县", "部门", "村干", "审计员", ""):
        client, wrong = client_of(who), 404 if who else 302
        assert [client.get(address).status_code for address in reading] == [wrong] * len(reading), who
        assert [client.post(address).status_code for address in writing] == [wrong] * len(writing), who
    assert client_of("外县").get(PLACE).context["files"] == []
    client_of("外县").post(f"{PLACE}files/", posted([row], "偷传.csv"))
    assert not DepartmentFile.objects.filter(county=COUNTY, file_name="偷传.csv").exists(), (
        "it lands in one's own county"
    )


def test_the_demo_shows_a_finished_run_and_doubts(household: Household, cast: Any) -> None:
    for _ in range(28):
        factories.person(home := factories.household(), "李建国", labour_skill="general_labour")
        factories.person(home, "王秀兰", "spouse", sex=2)
    run = demo.load(dates.today())
    assert run is not None
    assert (run.state, run.message) == ("done", "")
    assert run.counts["new"] > 5
    files = DepartmentFile.objects.all()
    assert {file.state for file in files} == {"matched"}
    assert sum(file.unused for file in files) == 1
    assert Doubt.objects.exists()
    assert demo.load(dates.today()) is None
