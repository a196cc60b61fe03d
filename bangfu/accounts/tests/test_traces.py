"""The auditor's pages: everything of the own divisions, nothing else, and taking it out is a trace as well."""

import csv
import datetime
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.accounts import access
from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind, AccessLog
from bangfu.accounts.traces import safe, visible_traces
from tests.fixtures.cast import Cast, ClientOf

TODAY = timezone.localdate()


@pytest.fixture
def log(cast: Cast) -> Cast:
    """Traces of a county, of another county, and of nowhere."""
    ours, theirs = Actor.of(cast["县局"], TODAY), Actor.of(cast["外县"], TODAY)
    access.record(ours, "reveal", cast["村干"], "入户核对")
    access.record(ours, "unmasked_export", "households", "向民政移交", rows=2000, detail="village=441881137201")
    access.record(theirs, "export", "households", rows=7)
    AccessLog.objects.create(kind=AccessKind.FAILED_LOGIN, who="不存在的账号", subject="accounts.user", ip="10.0.0.8")
    return cast


def shown(client: Client, query: str = "") -> list[AccessLog]:
    """The rows on the page but for the auditor's own log-in."""
    rows: list[AccessLog] = client.get(f"/traces/{query}").context["traces"]
    return [row for row in rows if row.kind != AccessKind.LOGIN]


def test_the_auditor_of_the_province_sees_all(log: Cast, client_of: ClientOf) -> None:
    assert len(shown(client_of("审计员"))) == 4


def test_the_auditor_of_a_county_sees_the_county(log: Cast, client_of: ClientOf) -> None:
    log["审计员"].grants.update(division_id=441881000000)
    rows = shown(client_of("审计员"))
    assert {row.who for row in rows} == {"陈志强"}
    log["审计员"].grants.update(division_id=441882000000)
    assert {row.who for row in shown(client_of("审计员"))} == {"唐丽华"}


@pytest.mark.parametrize("name", ["省厅", "县局", "村干", "安全员", "系统员", "外县"])
def test_nobody_else_reads_traces(log: Cast, client_of: ClientOf, name: str) -> None:
    for path in ("/traces/", "/traces/export/"):
        assert client_of(name).get(path).status_code == 403
    assert not visible_traces(Actor.of(log[name], TODAY)).exists()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?who=陈志强", 2),
        ("?who=xianju", 2),
        ("?kind=reveal", 1),
        ("?what=民政", 1),
        ("?what=441881137201", 1),
        ("?what=households", 2),
        ("?what=农户", 2),
        ("?who=陈志强&kind=export", 0),
        (f"?from_on={TODAY}&to_on={TODAY}", 4),
        (f"?from_on={TODAY + datetime.timedelta(days=1)}", 0),
        (f"?to_on={TODAY - datetime.timedelta(days=1)}", 0),
        ("?who=%00", 0),
        ("?what=99999999999999999999999", 0),
    ],
)
def test_filters_narrow_by_who_what_and_when(log: Cast, client_of: ClientOf, query: str, count: int) -> None:
    assert len(shown(client_of("审计员"), query)) == count


def test_without_a_first_day_the_last_thirty_days_are_shown(log: Cast, client_of: ClientOf) -> None:
    old = AccessLog.objects.create(
        kind=AccessKind.EXPORT, who="去年", subject="x", at=timezone.now() - datetime.timedelta(40)
    )
    client = client_of("审计员")
    assert old not in shown(client)
    assert old in shown(client, "?from_on=")
    assert old in shown(client, f"?from_on={TODAY - datetime.timedelta(days=41)}")
    assert (
        len(
            shown(client, f"?from_on={TODAY - datetime.timedelta(days=41)}&to_on={TODAY - datetime.timedelta(days=39)}")
        )
        == 1
    )


def test_a_number_finds_the_row_it_is_about(log: Cast, client_of: ClientOf) -> None:
    assert [row.kind for row in shown(client_of("审计员"), f"?what={log['村干'].pk}")] == ["reveal"]


def test_a_wrong_date_is_explained_and_shows_nothing(log: Cast, client_of: ClientOf) -> None:
    response = client_of("审计员").get("/traces/?from_on=昨天")
    assert response.context["traces"] == []
    assert "有效的日期" in response.content.decode()


def test_pages_go_on_by_key_without_gaps_or_repeats(log: Cast, client_of: ClientOf, settings: Any) -> None:
    settings.PAGE_SIZE = 3
    client, seen, query = client_of("审计员"), [], ""
    while True:
        context = client.get(f"/traces/?{query}").context
        seen += [row.pk for row in context["traces"]]
        query = context["next"]
        if not query:
            break
    assert seen == sorted(AccessLog.objects.values_list("pk", flat=True), reverse=True)


def test_the_next_rows_come_without_the_page(log: Cast, client_of: ClientOf, settings: Any) -> None:
    settings.PAGE_SIZE = 2
    client = client_of("审计员")
    following = client.get("/traces/").context["next"]
    part = client.get(f"/traces/?{following}", headers={"HX-Request": "true"}).content.decode()
    assert "<tr>" in part and "<html" not in part


def test_a_page_of_traces_costs_few_queries(log: Cast, client_of: ClientOf, django_assert_max_num_queries: Any) -> None:
    client = client_of("审计员")
    with django_assert_max_num_queries(6):
        client.get("/traces/")


def read(client: Client, query: str = "") -> list[list[str]]:
    response = client.get(f"/traces/export/{query}")
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def test_the_export_has_what_the_filter_shows_and_a_mark(log: Cast, client_of: ClientOf) -> None:
    lines = read(client_of("审计员"), "?who=陈志强")
    assert [line[5] for line in lines[1:-1]] == ["导出完整号码", "查看完整号码"]
    assert lines[1][9:11] == ["向民政移交", "2000"]
    trace = AccessLog.objects.latest("pk")
    assert (trace.kind, trace.subject, trace.rows) == (AccessKind.EXPORT, "accounts.accesslog", 2)
    assert trace.detail.startswith("谁：陈志强；自：")
    assert str(trace.pk) in lines[-1][0] and "邓清源" in lines[-1][0]


def test_the_export_keeps_to_the_scope(log: Cast, client_of: ClientOf) -> None:
    log["审计员"].grants.update(division_id=441881000000)
    assert "唐丽华" not in str(read(client_of("审计员")))


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe(text).startswith("'")
    assert safe("普通") == "普通"
    assert safe(None) == ""
