"""今日: one ranked list; what is put off comes back, what is handed over is seen by the colleague; the weekly digest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from bangfu.accounts.models import Grant
from bangfu.activities.activity import Activity
from bangfu.activities.follow_ups import FollowUp
from bangfu.activities.tests.pairing import TOWN, VILLAGE
from bangfu.kernel import dates
from bangfu.site import put_off_acts, week
from bangfu.site.digests import WeekDigest
from bangfu.site.put_off import HandOver, Snooze
from bangfu.site.todo import Todo, grouped, ranked

TODAY = dates.today()


def _todo(what: str, days: int | None = None, **more: Any) -> Todo:
    due = TODAY + timedelta(days=days) if days is not None else None
    return Todo("home", what, "", f"/{what}/", "去办", due_on=due, **more)


def test_overdue_clocks_come_first_then_the_day_then_what_is_graver_and_trips_are_put_together() -> None:
    late, soon = _todo("超期", -3, legal=True, village="光明村"), _todo("后天", 2, tone="muted")
    graver, plain, undated = _todo("后天急", 2, tone="bad"), _todo("没办的约定", -9), _todo("草稿")
    shared, far = _todo("同村", 5, village="光明村"), _todo("他村", 6, village="东升村", desk="入户走访")
    order = ranked([undated, soon, plain, far, shared, graver, late, late], TODAY)
    assert [todo.what for todo in order] == ["超期", "没办的约定", "后天急", "后天", "同村", "他村", "草稿"]
    assert [(group.title, len(group.todos)) for group in grouped(order)] == [
        ("去光明村一趟", 2), ("登记填写", 4), ("入户走访", 1),
    ]  # fmt: skip


def _left(cast: Any, who: str, what: str, days: int) -> FollowUp:
    due = TODAY + timedelta(days=days)
    return FollowUp.objects.create(what=what, who_user=cast[who], division_id=TOWN, due_on=due)


def _whats(client: Any) -> list[str]:
    return [todo.what for todo in client.get("/").context["todos"]]


def test_what_is_put_off_comes_back_by_itself_and_never_after_its_day(cast: Any, client_of: Any) -> None:
    row, desk = _left(cast, "镇办", "修水管", 5), client_of("镇办")
    address, key = "/today/thing/", f"follow-up:{row.pk}"
    assert "修水管" in desk.get(f"{address}?key={key}").content.decode()
    sent = {"act": "snooze", "key": key}
    refused = desk.post(address, sent | {"until_on": TODAY + timedelta(days=6)})
    assert refused.status_code == 422 and "不能超过到期日" in refused.content.decode()
    for _ in range(2):
        desk.post(address, sent | {"until_on": TODAY + timedelta(days=3)})
    assert Snooze.objects.get().until_on == TODAY + timedelta(days=3)
    page = desk.get("/")
    assert "修水管" not in [todo.what for todo in page.context["todos"]]
    assert [each.what for each in page.context["page"].snoozed] == ["修水管"]
    # the day is brought forward: nothing stays away longer than that
    FollowUp.objects.update(due_on=TODAY)
    assert "修水管" in _whats(desk)
    FollowUp.objects.update(due_on=TODAY + timedelta(days=5))
    assert client_of("村干").post(f"/today/snoozed/{Snooze.objects.get().pk}/wake/").status_code == 302
    assert "修水管" not in _whats(desk), "only the person may take it up again"
    desk.post(f"/today/snoozed/{Snooze.objects.get().pk}/wake/")
    assert "修水管" in _whats(desk)
    assert Snooze.objects.get().ended_by == "woken"


def test_a_colleague_does_it_until_it_is_done_taken_back_or_the_grant_ends(cast: Any, client_of: Any) -> None:
    row, giver, delegate = _left(cast, "镇办", "修水管", 3), client_of("镇办"), client_of("村干")
    address, sent = "/today/thing/", {"act": "hand", "key": f"follow-up:{row.pk}", "note": "我去开会"}

    def hand(who: str) -> Any:
        return giver.post(address, sent | {"to": cast[who].pk, "to-text": ""})

    assert hand("外县").status_code == 422
    assert "办不了" in hand("村干").content.decode(), "a follow-up of the town is not the village's"
    FollowUp.objects.update(division_id=VILLAGE)
    for _ in range(2):
        hand("村干")
    made = HandOver.objects.get()
    assert "修水管" not in _whats(giver)
    (held,) = [todo for todo in delegate.get("/").context["todos"] if todo.what == "修水管"]
    assert held.giver == str(cast["镇办"]) and "我去开会" in held.why
    assert "修水管" not in _whats(client_of("外县"))
    assert client_of("外县").post(f"/today/handed/{made.pk}/end/").status_code == 302
    assert HandOver.objects.get().ended_at is None, "no stranger ends it"

    giver.post(f"/today/handed/{made.pk}/end/")
    assert "修水管" in _whats(giver) and "修水管" not in _whats(delegate)

    hand("村干")
    Grant.objects.filter(user=cast["村干"]).update(ended_at=timezone.now())
    assert "修水管" in _whats(giver), "the colleague has left: it is mine again"
    put_off_acts.end_over(TODAY, timezone.now())
    assert set(HandOver.objects.values_list("ended_by", flat=True)) == {"taken_back", "no_grant"}
    Grant.objects.filter(user=cast["村干"]).update(ended_at=None)

    hand("村干")
    FollowUp.objects.update(done_on=TODAY)
    assert "修水管" not in _whats(giver) + _whats(delegate)
    put_off_acts.end_over(TODAY, timezone.now())
    assert HandOver.objects.filter(ended_by="done").count() == 1


def test_the_digest_tells_the_week_once_from_records_and_marks_itself_read(cast: Any, client_of: Any) -> None:
    monday = week.monday(TODAY)
    _left(cast, "镇办", "修水管", 0)
    done = Activity.objects.create(kind="lecture", held_on=monday - timedelta(days=2), division_id=VILLAGE)
    assert week.make_all(TODAY) == WeekDigest.objects.count() > 5
    assert week.make_all(TODAY) == 0, "again it makes nothing"
    desk = client_of("镇办")
    assert desk.get("/").context["page"].has_digest
    page = desk.get("/today/week/").content.decode()
    assert "修水管" in page and f"本地、本单位的{done.get_kind_display()}" in page
    assert not desk.get("/").context["page"].has_digest
    assert desk.get(f"/today/week/{monday - timedelta(days=7)}/").status_code == 404
    WeekDigest.objects.filter(user=cast["镇办"]).update(week=TODAY - timedelta(days=400))
    assert week.forget_old(TODAY) == 1
