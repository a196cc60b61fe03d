"""The diary writes itself from records; peers and other counties do not read it."""

from datetime import timedelta
from typing import Any

from bangfu.activities.activity import Activity
from bangfu.activities.diary_line import DiaryLine
from bangfu.activities.follow_ups import FollowUp
from bangfu.activities.tests.pairing import BEGAN, FAR, TOWN, paired
from bangfu.kernel import dates
from tests.fixtures.cast import ClientOf

PAGE = "/activities/diary/"


def test_days_are_drawn_from_records_and_one_may_add_a_line(cast: Any, client_of: ClientOf) -> None:
    _, _, cadre = paired(cast)
    cadre.user = cast["队长"]
    cadre.save()
    captain, other = client_of("队长"), f"{PAGE}?user={cast['队长'].pk}"
    training = {
        "held_on": dates.today(),
        "division": TOWN,
        "title": "安全培训",
        "cadres": ["陈志强（组团结对单位（演示））"],
    }
    assert client_of("镇办").post("/activities/new/?kind=training", training).status_code == 302
    assert Activity.objects.get().cadres.get().cadre == cadre
    form = captain.get(PAGE).context["form"]
    line = {"on": dates.today(), "text": "到县里对接项目", "client_uuid": form["client_uuid"].value()}
    for _ in range(2):
        assert captain.post(PAGE, line).status_code == 302
    assert DiaryLine.objects.get().user == cast["队长"]
    for who in ("队长", "镇办", "县局", "联络员"):
        page = client_of(who).get(other).content.decode()
        assert "到县里对接项目" in page, who
    before = {"on": BEGAN - timedelta(days=1), "text": "从前在别处", "division_id": FAR}
    DiaryLine.objects.create(user=cast["队长"], who="队长", **before)
    for who, sees in (("队长", True), ("镇办", False), ("联络员", False)):
        page = client_of(who).get(f"{other}&month={BEGAN - timedelta(days=1):%Y-%m}").content.decode()
        assert ("从前在别处" in page) is sees, who
    assert captain.get(f"{other}&month=0001-01").context["first"].year == dates.today().year
    assert "安全培训" in captain.get(other).content.decode()
    for who in ("队员", "外县", "村干"):
        assert client_of(who).get(other).status_code == 404, who
    # what a meeting left to be done stands on the first page of who does it, until it is done in two taps
    mine = FollowUp.objects.create(what="报培训名单", who_user=cast["队长"], division_id=TOWN, due_on=dates.today())
    assert "报培训名单" in captain.get("/").content.decode()
    assert captain.post(f"/activities/follow-ups/{mine.pk}/done/", {"result": "已报"}).status_code == 302
    assert "报培训名单" not in captain.get("/activities/follow-ups/?view=mine").context["rows"].__repr__()
