"""The contract of every ledger: scope, masks, history, query ceiling, round trip, bad input. Free with registration."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.exchange import registry as books
from bangfu.exchange import runs
from bangfu.exchange.models import State
from bangfu.exchange.sheet import Kind
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import shown
from bangfu.ledger.filters import Selection
from tests.ledgers.samples import ELSEWHERE, HERE, make, posted, values_for

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
LEDGERS = registry.all_ledgers()
LOG_IN = 3  # session, user, grants
MOST_OF_A_LIST, MOST_OF_A_PAGE = LOG_IN + 5, LOG_IN + 8
TYPED = (Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.MONTH, Kind.BOOLEAN, Kind.CHOICE, Kind.REFERENCE)


def officer(ledger: Ledger) -> str:
    """Who of the cast keeps the ledger: the county's officer where it may, else the first who may."""
    roles = {"county": "县局", "town": "镇办", "village": "村干", "captain": "队长", "city": "市局", "province": "省厅"}
    return next(name for role, name in roles.items() if role in ledger.edited_by)


@pytest.fixture(params=LEDGERS, ids=[ledger.slug for ledger in LEDGERS])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    chosen: Ledger = request.param
    return chosen


@pytest.fixture
def record(ledger: Ledger, cast: Any) -> Any:
    return make(ledger, HERE)


@pytest.fixture
def typed(ledger: Ledger) -> None:
    """For tests of what people type: a ledger of acts has no form."""
    if ledger.acts_only:
        pytest.skip("rows come from acts")


def addresses(ledger: Ledger, pk: int) -> list[tuple[str, str, dict[str, str]]]:
    """Every address that names one row."""
    base = f"/l/{ledger.slug}/{pk}/"
    reading = [
        ("get", base, {}),
        ("post", base + "reveal/", {"field": next(iter(ledger.masked), "id"), "reason": "不该成功"}),
        ("get", base + "attachments/1/", {}),
        ("get", f"/api/v1/{ledger.slug}/{pk}", {}),
        ("get", f"/api/v1/{ledger.slug}/{pk}/history", {}),
    ]
    writing = [
        ("get", base + "edit/", {}),
        ("post", base + "edit/", {}),
        ("post", base + "withdraw/", {"reason": "不该成功"}),
        ("post", base + "attachments/", {}),
        ("post", base + "attachments/1/remove/", {}),
    ]
    return reading if ledger.acts_only else [*reading, *writing]


def test_the_officer_sees_the_row_on_list_and_detail(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    client = client_of(officer(ledger))
    assert f"/l/{ledger.slug}/{record.pk}/" in client.get(f"/l/{ledger.slug}/").content.decode()
    page = client.get(f"/l/{ledger.slug}/{record.pk}/")
    assert page.status_code == 200
    assert ledger.title in page.content.decode()


def test_an_outsider_finds_no_row_at_any_address(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    client = client_of("外县")
    for method, address, data in addresses(ledger, record.pk):
        reads = not address.endswith(("reveal/", "edit/", "withdraw/", "attachments/", "remove/"))
        if not (ledger.is_open and reads):
            assert getattr(client, method)(address, data).status_code == 404, address
    refused = 405 if ledger.acts_only else 404
    assert client.patch(f"/api/v1/{ledger.slug}/{record.pk}", {"version": 1}, "application/json").status_code == refused
    ledger.model._default_manager.get(pk=record.pk, withdrawn_at=None, version=record.version)


def test_an_outsider_finds_nothing_in_lists_exports_maps_and_figures(
    ledger: Ledger, record: Any, client_of: ClientOf
) -> None:
    if ledger.is_open:
        return
    client = client_of("外县")
    for place in ("", f"place={HERE}", "place=441881000000"):
        page = client.get(f"/l/{ledger.slug}/?{place}").content.decode()
        assert f"/l/{ledger.slug}/{record.pk}/" not in page
        assert client.get(f"/api/v1/{ledger.slug}/?{place}").json()["items"] == []
        strip = client.get(f"/l/{ledger.slug}/stats/?{place}")
        assert strip.status_code == 200
        assert all(line.figures[0].text == "0" for line in strip.context["table"].lines)
        if ledger.point:
            assert client.get(f"/l/{ledger.slug}/points.json?{place}").json()["features"] == []
    assert client.get(f"/l/{ledger.slug}/suggest/?q=样例").json()["results"] == []


def test_the_three_offices_see_no_business_data(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    """What a role may is asked in one place: all three are asked of the list, one in turn of the rest."""
    base = f"/l/{ledger.slug}/"
    turn = LEDGERS.index(ledger) % 3
    for place, who in enumerate(("审计员", "安全员", "系统员")):
        rest = (f"{base}{record.pk}/", f"/api/v1/{ledger.slug}/", f"{base}stats/") if place == turn else ()
        for address in (base, *rest):
            assert client_of(who).get(address).status_code == 403, (who, address)


def test_a_stranger_is_sent_to_the_log_in_page(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    client = client_of("")
    page = client.get(f"/l/{ledger.slug}/{record.pk}/")
    assert page.status_code == 302
    assert "/accounts/login/" in page.headers["Location"]
    assert client.get(f"/api/v1/{ledger.slug}/{record.pk}").status_code == 401


def test_masked_fields_never_stand_in_clear(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    client = client_of(officer(ledger))
    raw = [str(getattr(record, name)) for name in ledger.masked if getattr(record, name)]
    pages = [
        f"/l/{ledger.slug}/",
        f"/l/{ledger.slug}/{record.pk}/",
        f"/api/v1/{ledger.slug}/",
        f"/api/v1/{ledger.slug}/{record.pk}",
    ]
    for address in [*pages, f"/api/v1/{ledger.slug}/{record.pk}/history"]:
        text = client.get(address).content.decode()
        for value in raw:
            assert value not in text, f"{value} in {address}"


def test_revealing_asks_a_reason_and_leaves_a_trace(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    client, name = client_of(officer(ledger)), next(iter(ledger.masked), "")
    if not name:
        return
    address = f"/l/{ledger.slug}/{record.pk}/reveal/"
    assert client.post(address, {"field": name, "reason": " "}).status_code == 422
    answer = client.post(address, {"field": name, "reason": "入户核对"})
    assert answer.json()["value"] == str(getattr(record, name))
    traces = client_of("审计员").get("/traces/").content.decode()
    for words in ("入户核对", f"{ledger.title} {record.pk}", shown(ledger, name).label):
        assert words in traces
    assert ledger.slug not in traces


def test_history_sees_every_way_of_writing(ledger: Ledger, record: Any) -> None:
    events = ledger.model._meta.get_field("history").related_model
    model, manager = ledger.model, ledger.model._default_manager
    seen = events.objects.filter(pgh_obj=record.pk).count()
    assert seen == 1
    manager.filter(pk=record.pk).update(version=2)
    with connection.cursor() as cursor:
        cursor.execute(f'update "{model._meta.db_table}" set version = 3 where id = %s', [record.pk])  # noqa: S608 - the name is the model's
    record.withdrawn_reason = "改过"
    manager.bulk_update([record], ["withdrawn_reason"])
    manager.filter(pk=record.pk).delete()
    labels = list(events.objects.filter(pgh_obj=record.pk).order_by("pgh_id").values_list("pgh_label", flat=True))
    assert labels == ["insert", "update", "update", "update", "delete"]


def test_its_pages_take_few_queries_and_a_list_no_more_for_more_rows(
    ledger: Ledger, record: Any, client_of: ClientOf
) -> None:
    client, base = client_of(officer(ledger)), f"/l/{ledger.slug}/"
    client.get(base)
    counts = []
    for more in (0, 12):
        for _ in range(more):
            make(ledger, HERE)
        counts.append(_queries(client, base))
    assert counts[0] == counts[1] <= MOST_OF_A_LIST
    client.get(f"{base}{record.pk}/")  # the first look after a change settles the duties that it touches
    assert _queries(client, f"{base}{record.pk}/") <= MOST_OF_A_PAGE
    if not ledger.acts_only:
        assert _queries(client, f"{base}new/") <= MOST_OF_A_PAGE


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_pages_follow_each_other_without_gap_or_double(ledger: Ledger, cast: Any, client_of: ClientOf) -> None:
    made = {make(ledger, HERE).pk for _ in range(7)}
    client, seen, after = client_of(officer(ledger)), [], ""
    while True:
        page = client.get(f"/api/v1/{ledger.slug}/", {"size": 3, "after": after}).json()
        seen += [row["id"] for row in page["items"]]
        after = page["after"]
        if not after:
            break
    assert len(seen) == len(set(seen))
    assert made <= set(seen)
    assert client.get(f"/api/v1/{ledger.slug}/", {"after": "forged"}).status_code == 422


def test_a_row_is_added_once_however_often_it_is_sent(
    ledger: Ledger, typed: None, cast: Any, client_of: ClientOf
) -> None:
    client = client_of(officer(ledger))
    sent = posted(ledger, values_for(ledger)) | {"client_uuid": str(uuid.uuid4())}
    before = ledger.model._default_manager.count()
    answers = [client.post(f"/l/{ledger.slug}/new/", sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302], (
        answers[0].context and answers[0].context["form"].errors
    )
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert ledger.model._default_manager.count() == before + 1


def test_what_may_be_only_once_is_told_beside_the_field(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    same = posted(ledger, {name: getattr(record, name) for name in ledger.form})
    before = ledger.model._default_manager.count()
    page = client_of(officer(ledger)).post(f"/l/{ledger.slug}/new/", same)
    assert page.status_code in (302, 403, 422)
    if ledger.model._meta.constraints and page.status_code == 302:
        assert ledger.model._default_manager.count() == before + 1
    if page.status_code == 422:
        assert page.context["form"].errors


def test_an_empty_form_says_what_is_missing_and_keeps_what_was_typed(
    ledger: Ledger, typed: None, cast: Any, client_of: ClientOf
) -> None:
    required = [
        name
        for name in ledger.form
        if not shown(ledger, name).field.blank and shown(ledger, name).field.get_internal_type() != "BooleanField"
    ]
    page = client_of(officer(ledger)).post(f"/l/{ledger.slug}/new/", {})
    assert page.status_code == 422
    for name in required:
        assert name in page.context["form"].errors


ODD = ("'; drop table people_person; --", "<script>alert(1)</script>", "😀张三", "长" * 10_000, "空\x00字")


def test_odd_text_neither_breaks_nor_runs(ledger: Ledger, typed: None, record: Any, client_of: ClientOf) -> None:
    client = client_of(officer(ledger))
    plain = [
        n
        for n in ledger.form
        if shown(ledger, n).field.get_internal_type() in ("CharField", "TextField") and not shown(ledger, n).choices
    ]
    turn = ODD[LEDGERS.index(ledger) % len(ODD)]  # the form is the core's: each ledger is sent the longest and one more
    for text in {turn, max(ODD, key=len)}:
        sent = posted(ledger, values_for(ledger)) | dict.fromkeys(plain, text)
        answer = client.post(f"/l/{ledger.slug}/new/", sent)
        assert answer.status_code in (302, 422), text[:40]
    assert client.get(f"/l/{ledger.slug}/", {"q": turn[:200]}).status_code == 200
    assert "<script>alert(1)" not in client.get(f"/l/{ledger.slug}/").content.decode()


def test_a_place_outside_the_scope_is_refused(ledger: Ledger, typed: None, cast: Any, client_of: ClientOf) -> None:
    name = ledger.scope_from or ledger.scope
    if name not in ledger.form:
        return
    sent = posted(ledger, values_for(ledger, ELSEWHERE))
    page = client_of(officer(ledger)).post(f"/l/{ledger.slug}/new/", sent)
    assert page.status_code == 422
    assert name in page.context["form"].errors


def test_the_second_writer_is_told_and_loses_nothing(
    ledger: Ledger, typed: None, record: Any, client_of: ClientOf
) -> None:
    client = client_of(officer(ledger))
    sent = posted(ledger, {name: getattr(record, name) for name in ledger.form}) | {"version": record.version}
    assert client.post(f"/l/{ledger.slug}/{record.pk}/edit/", sent).status_code == 302
    second = client.post(f"/l/{ledger.slug}/{record.pk}/edit/", sent)
    assert second.status_code == 409
    assert "被别人修改" in second.content.decode()
    again = sent | {"version": second.context["form"].data["version"]}
    assert client.post(f"/l/{ledger.slug}/{record.pk}/edit/", again).status_code == 302


def test_withdrawing_needs_a_reason_and_can_be_taken_back(
    ledger: Ledger, typed: None, record: Any, client_of: ClientOf
) -> None:
    client, address = client_of(officer(ledger)), f"/l/{ledger.slug}/{record.pk}/withdraw/"
    client.post(address, {"reason": ""})
    record.refresh_from_db()
    assert record.withdrawn_at is None
    client.post(address, {"reason": "重复登记"})
    record.refresh_from_db()
    assert record.withdrawn_at
    assert f"/{record.pk}/" not in client.get(f"/l/{ledger.slug}/").content.decode()
    assert "重复登记" in client.get(f"/l/{ledger.slug}/{record.pk}/").content.decode()
    client.post(address, {"reason": "撤错了"})
    record.refresh_from_db()
    assert record.withdrawn_at is None


def test_the_api_adds_changes_and_tells_of_conflicts(
    ledger: Ledger, typed: None, cast: Any, client_of: ClientOf
) -> None:
    client = client_of(officer(ledger))
    values = {k: (v.pk if hasattr(v, "pk") else v) for k, v in values_for(ledger).items()}
    body = json.loads(json.dumps({k: v for k, v in values.items() if v is not None}, default=str))
    added = client.post(f"/api/v1/{ledger.slug}/", body, "application/json")
    assert added.status_code == 201, added.content.decode()
    row = added.json()
    changed = client.patch(f"/api/v1/{ledger.slug}/{row['id']}", {"version": row["version"]}, "application/json")
    assert changed.status_code == 200, changed.content.decode()
    stale = client.patch(f"/api/v1/{ledger.slug}/{row['id']}", {"version": row["version"]}, "application/json")
    assert stale.status_code == 409
    assert set(stale.json()) == {"detail", "errors"}
    history = client.get(f"/api/v1/{ledger.slug}/{row['id']}/history").json()
    acts = [event["act"] for event in history]
    if type(ledger).following is not Ledger.following:  # what follows from a row in the same act is an event, too
        acts = list(dict.fromkeys(acts))
    assert acts == ["修改", "新增"]
    assert all(event["who"] for event in history)


def test_every_figure_opens_to_its_rows(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    """What a figure opens to is counted for each; the page, which is the core's, is fetched for two of them."""
    client = client_of(officer(ledger))
    page = client.get(f"/l/{ledger.slug}/stats/")
    assert page.status_code == 200
    actor = page.wsgi_request.actor
    fetched = {(0, LEDGERS.index(ledger) % len(page.context["columns"])), (1, 0)}
    for row, line in enumerate(page.context["table"].lines):
        for place, (column, figure) in enumerate(zip(page.context["columns"], line.figures, strict=True)):
            address, _, query = figure.url.partition("?")
            asked = QueryDict(query)
            assert address == ledger.url()
            rows = Selection(ledger, actor, asked, place=int(asked.get("place") or 0)).queryset.count()
            if column.stat is None or column.stat.by or (column.stat.over is None and not column.stat.total):
                assert rows == int(figure.text), figure
            if (row, place) in fetched:
                opened = client.get(figure.url)
                assert opened.status_code == 200
                assert opened.context["page"].count == rows, figure


def test_the_map_answers(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    client = client_of(officer(ledger))
    assert client.get(f"/l/{ledger.slug}/map/").status_code == 200
    assert client.get(f"/l/{ledger.slug}/map/?place=441881000000").context["values"]
    if ledger.point:
        points = client.get(f"/l/{ledger.slug}/points.json").json()
        assert [point["properties"]["url"] for point in points["features"]] == [f"/l/{ledger.slug}/{record.pk}/"]


def test_an_export_comes_back_in_and_changes_nothing(
    ledger: Ledger, record: Any, cast: Any, client_of: ClientOf
) -> None:
    format = ("xlsx", "csv")[LEDGERS.index(ledger) % 2]  # both ways are the core's, and tried whole in exchange
    book = books.get(ledger.book)
    if not ledger.exchange or book is None or officer(ledger) != "县局":
        return
    asked = {"format": format, "unmasked": "1", "reason": "核对"} if ledger.masked else {"format": format}
    answer = client_of("县局").post(f"/l/{ledger.slug}/export/", asked)
    content = b"".join(answer.streaming_content)
    actor = Actor.of(cast["县局"], timezone.localdate())
    run = runs.start(actor, book, io.BytesIO(content), f"{ledger.title}.{format}", len(content))
    assert run.state == State.PREVIEWED, run.message
    rows = ledger.visible_to(actor, Act.EDIT).count()  # more than one where the cast brings some along
    assert {name: number for name, number in runs.totals(run).items() if number} == {"same": rows}
    broken, rows = nonsense(ledger, content, format)
    run = runs.start(actor, book, io.BytesIO(broken), "坏表.csv", len(broken))
    assert run.state == State.PREVIEWED, run.message
    assert {name: number for name, number in runs.totals(run).items() if number} == {"wrong": rows}


def nonsense(ledger: Ledger, content: bytes, format: str) -> tuple[bytes, int]:
    """The exported file with a row for each column that is no free text, in which just that cell means nothing."""
    if format == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
        table = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    else:
        table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    book = books.get(ledger.book)
    assert book
    columns = {c.label: c for sheet in book.sheets if sheet.slug == ledger.slug for c in sheet.columns}
    top = next(place for place, row in enumerate(table) if len(columns.keys() & {*row}) > 1)
    heads, row = table[top], table[top + 1]
    typed = [place for place, head in enumerate(heads) if head in columns and columns[head].kind in TYPED]
    rows = [[*row[:place], "无此内容", *row[place + 1 :]] for place in typed]
    text = io.StringIO()
    csv.writer(text).writerows([heads, *rows])
    return text.getvalue().encode("utf-8-sig"), len(rows)


def test_an_export_is_masked_unless_granted_with_a_reason(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    raw = [str(getattr(record, name)) for name in ledger.masked if name in ledger.exchange and getattr(record, name)]
    if not raw:
        return
    client, address = client_of("县局"), f"/l/{ledger.slug}/export/"
    masked = b"".join(client.post(address, {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert not [value for value in raw if value in masked]
    assert client.post(address, {"format": "csv", "unmasked": "1"}).status_code == 302, "no reason, no file"
    assert client_of("镇办").post(address, {"format": "csv", "unmasked": "1", "reason": "想看"}).status_code == 403
    granted = client.post(address, {"format": "csv", "unmasked": "1", "reason": "办理参保核对"})
    assert raw[0] in b"".join(granted.streaming_content).decode("utf-8-sig")
    assert "办理参保核对" in client_of("审计员").get("/traces/").content.decode()


def test_an_outsider_exports_nothing(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    if ledger.is_open:
        return
    answer = client_of("外县").post(f"/l/{ledger.slug}/export/", {"format": "csv", "query": "place=441881000000"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    told = [str(getattr(record, name)) for name in ledger.exchange if "样例" in str(getattr(record, name))]
    assert not [value for value in told if value in text]
