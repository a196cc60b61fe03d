import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bangfu.divisions import boundaries, recode
from bangfu.divisions.models import Boundary, BoundaryUpload, Change, Division
from bangfu.divisions.tests.test_boundaries import SQUARE, feature

ClientOf = Callable[[str], Client]

CHANGE = {
    "kind": "merge",
    "from_on": "2025-03-01",
    "document_no": "粤民区〔2025〕3号",
    "lines": "441881137201,441881137240,光明新村委会\n441881137202,441881137240",
}
PAGES = ("/divisions/successions/", "/divisions/successions/new/", "/divisions/boundaries/")


@pytest.fixture
def operator(client_of: ClientOf) -> Client:
    return client_of("系统员")


def geojson(*features: object) -> SimpleUploadedFile:
    content = json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()
    return SimpleUploadedFile("counties.geojson", content)


def upload(operator: Client, *features: object):
    data = {"level": "3", "source": "省自然资源厅", "approval_no": "粤S(2024)1号", "file": geojson(*features)}
    return operator.post("/divisions/boundaries/", data)


def test_suggestions_of_a_county_stay_in_the_county(client_of: ClientOf) -> None:
    county = client_of("县局").get("/divisions/suggest?q=大塘").json()["results"]
    other = client_of("外县").get("/divisions/suggest?q=大塘").json()["results"]
    assert [row["value"] for row in county] == ["441881109203"]
    assert [row["value"] for row in other] == ["441882102207"]


def test_the_question_narrows_but_never_widens(client_of: ClientOf) -> None:
    county = client_of("县局")
    assert county.get("/divisions/suggest?q=大塘&within=441882").json()["results"] == []
    assert county.get("/divisions/suggest?q=大站&level=4").json()["results"][0]["value"] == "441881109000"
    assert county.get("/divisions/suggest?q=大塘&act=grant").json()["results"] == []


@pytest.mark.parametrize(
    "address", ["suggest?q=a&level=9", "suggest?q=a&act=steal", "children?of=abc", "suggest?q=a&within=1"]
)
def test_a_crooked_address_is_refused_in_words(client_of: ClientOf, address: str) -> None:
    response = client_of("县局").get(f"/divisions/{address}")
    assert response.status_code == 400
    assert response.json()["detail"]


def test_a_nul_or_a_flood_of_signs_does_no_harm(client_of: ClientOf) -> None:
    county = client_of("县局")
    for text in ("\x00光明", "村" * 5000, "%25%27--"):
        assert county.get("/divisions/suggest", {"q": text}).status_code == 200


def test_the_children_of_another_county_are_not_shown(client_of: ClientOf) -> None:
    assert client_of("外县").get("/divisions/children?of=441881").status_code == 404
    step = client_of("外县").get("/divisions/children").json()
    assert [row["label"] for row in step["results"]] == ["星子镇", "大路边镇", "瑶安瑶族乡"]


def test_who_has_no_place_is_offered_nothing(client_of: ClientOf) -> None:
    assert client_of("审计员").get("/divisions/suggest?q=光明").json()["results"] == []
    assert client_of("审计员").get("/divisions/children").json()["results"] == []


def test_nobody_asks_without_a_log_in(client_of: ClientOf) -> None:
    for address in ("suggest?q=光明", "children", "boundaries.json", "successions/", "boundaries/"):
        assert client_of("").get(f"/divisions/{address}").status_code in (302, 401)


def test_outlines_are_sent_once(client_of: ClientOf) -> None:
    boundaries.replace({441881000000: {"type": "Polygon", "coordinates": SQUARE}}, 3, source="x")
    county = client_of("县局")
    first = county.get("/divisions/boundaries.json")
    assert [each["properties"]["adcode"] for each in first.json()["features"]] == ["441881"]
    assert "private" in first.headers["Cache-Control"]
    assert county.get("/divisions/boundaries.json", headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    boundaries.replace({441881000000: {"type": "Polygon", "coordinates": SQUARE}}, 3, source="y")
    assert county.get("/divisions/boundaries.json", headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_an_outline_without_a_place_or_a_level_is_a_bad_question(client_of: ClientOf) -> None:
    assert client_of("审计员").get("/divisions/boundaries.json").status_code == 400
    assert client_of("县局").get("/divisions/boundaries.json?level=village").status_code == 400


@pytest.mark.parametrize("name", ["省厅", "县局", "村干", "外县", "审计员", "安全员"])
def test_only_the_system_administrator_opens_the_pages(client_of: ClientOf, name: str) -> None:
    for address in PAGES:
        assert client_of(name).get(address).status_code == 403
        assert client_of(name).post(address, CHANGE).status_code in (403, 405)
    assert not Change.objects.exists()


def test_the_system_administrator_sees_the_pages(operator: Client) -> None:
    for address in PAGES:
        assert operator.get(address).status_code == 200
    assert "不得公开发布" in operator.get("/divisions/boundaries/").content.decode()


def test_a_change_is_previewed_then_carried_out_and_its_rows_follow(operator: Client) -> None:
    unit = apps.get_model("accounts", "Unit").objects.create(name="光明合作社", division_id=441881137201)
    preview = operator.post("/divisions/successions/new/", CHANGE)
    assert "光明新村委会" in preview.content.decode()
    assert not Change.objects.exists()
    done = operator.post("/divisions/successions/new/", CHANGE | {"confirmed": "1"})
    change = Change.objects.get()
    assert done.headers["Location"] == f"/divisions/successions/{change.pk}/"
    assert change.recorded_by
    recode.run(change)
    unit.refresh_from_db()
    assert unit.division_id == 441881137240
    page = operator.get(done.headers["Location"]).content.decode()
    assert "单位的所在地" in page
    part = operator.get(done.headers["Location"], headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "every 2s" not in part


def test_pressing_twice_registers_one_change(operator: Client) -> None:
    operator.post("/divisions/successions/new/", CHANGE | {"confirmed": "1"})
    again = operator.post("/divisions/successions/new/", CHANGE | {"confirmed": "1"})
    assert again.status_code == 422
    assert "停用" in again.content.decode()
    assert Change.objects.count() == 1


def test_a_list_of_codes_may_come_as_a_file_in_either_encoding(operator: Client) -> None:
    for encoding in ("utf-8-sig", "gb18030"):
        file = SimpleUploadedFile("list.csv", ("原代码,新代码,新名称\n" + CHANGE["lines"]).encode(encoding))
        page = operator.post("/divisions/successions/new/", CHANGE | {"lines": "", "file": file})
        assert "光明新村委会" in page.content.decode()


def test_a_change_in_the_future_or_without_codes_is_refused(operator: Client) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for wrong, words in (
        ({"from_on": tomorrow}, "还没有到"),
        ({"lines": ""}, "至少一行"),
        ({"document_no": ""}, "批准文号"),
    ):
        response = operator.post("/divisions/successions/new/", CHANGE | wrong)
        assert response.status_code == 422
        assert words in response.content.decode()


def test_a_stopped_run_may_be_taken_up_by_hand(operator: Client) -> None:
    apps.get_model("accounts", "Unit").objects.create(name="光明合作社", division_id=441881137201)
    operator.post("/divisions/successions/new/", CHANGE | {"confirmed": "1"})
    change = Change.objects.get()
    assert "继续" in operator.get(f"/divisions/successions/{change.pk}/").content.decode()
    jobs = apps.get_model("procrastinate", "ProcrastinateJob").objects.filter(task_name="divisions.recode")
    before = jobs.count()
    assert operator.post(f"/divisions/successions/{change.pk}/run/").status_code == 302
    assert jobs.count() == before + 1


def test_uploaded_outlines_are_shown_first_and_used_only_on_the_second_word(operator: Client) -> None:
    staged = upload(operator, feature())
    assert not Boundary.objects.exists()
    page = operator.get(staged.headers["Location"]).content.decode()
    assert "清远市英德市" in page
    assert "清远市连州市" in page
    operator.post(staged.headers["Location"], {"act": "use"})
    used = Boundary.objects.get()
    assert (used.division_id, used.source, used.approval_no) == (441881000000, "省自然资源厅", "粤S(2024)1号")
    assert used.uploaded_by
    assert not BoundaryUpload.objects.exists()


def test_a_file_with_one_fault_changes_nothing(operator: Client) -> None:
    response = upload(operator, feature(), feature("000000", name="乌有县"))
    assert response.status_code == 422
    assert "第 2 个要素（乌有县 000000）" in response.content.decode()
    assert not BoundaryUpload.objects.exists()
    assert not Boundary.objects.exists()


def test_an_upload_may_be_dropped(operator: Client) -> None:
    staged = upload(operator, feature())
    operator.post(staged.headers["Location"], {"act": "drop"})
    assert not Boundary.objects.exists()
    assert operator.get(staged.headers["Location"]).status_code == 404


def test_hostile_names_are_shown_as_text(operator: Client) -> None:
    Division.objects.filter(code=441881137201).update(full_name="<script>alert(1)</script>")
    page = operator.post("/divisions/successions/new/", CHANGE).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
