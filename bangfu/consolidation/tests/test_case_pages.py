"""The pages of 1.1 as each of the cast meets them: from the household to the decision, and nobody else's."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from bangfu.consolidation.cases import Case
from bangfu.consolidation.models import Consent, HouseholdCheck, VillageReview
from bangfu.consolidation.tests.stories import Story, findings, open_story
from bangfu.kernel import dates
from bangfu.notices.models import PublicNotice
from bangfu.people.models import Household, Person
from bangfu.workflow.models import Flow

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


def address(case: Case, page: str) -> str:
    return f"/consolidation/flows/identifications/{case.pk}/{page}/"


def send(client: Client, case: Case, page: str, values: dict[str, Any], story: Story) -> Any:
    sent = {name: _plain(value) for name, value in values.items() if value is not None}
    return client.post(address(case, page), sent | {"version": story.flow.version, "on": dates.today().isoformat()})


def _plain(value: Any) -> Any:
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


def test_a_case_is_taken_through_its_pages(story: Story, client_of: ClientOf) -> None:
    village, county, case = client_of("村干"), client_of("县局"), story.case
    page = village.get(f"/l/cases/{case.pk}/").content.decode()
    assert "入户核实" in page and address(case, "check") in page
    form = village.get(address(case, "check")).content.decode()
    assert "罗水生" in form and "工资性收入" in form
    alone = send(village, case, "check", findings(checkers="罗水生"), story)
    assert alone.status_code == 422 and "不少于 2 人" in alone.content.decode()
    assert send(village, case, "check", findings(), story).status_code == 302
    head = Person.objects.get(household=case.household, relation_to_head="head")
    sign = {"form": "electronic", "signer": head.pk, "tail": "0000", "has_read": "on"}
    assert "后四位" in send(village, case, "consent", sign, story).content.decode()
    assert send(village, case, "consent", sign | {"tail": head.identity_no[-4:]}, story).status_code == 302
    assert village.get(address(case, "comparison")).status_code == 403
    found = {f"amount_{item}": 0 for item in ("dwellings", "other_property", "businesses", "public_payroll")}
    found |= {"amount_village_cadres": 0, "amount_financial_assets": 0, "amount_vehicles": 2}
    assert send(county, case, "comparison", found, story).status_code == 302
    flag = case.comparisons.get(is_flagged=True)
    assert "比对有提示" in village.get(f"/l/cases/{case.pk}/").content.decode()
    assert send(village, case, "explain", {f"row_{flag.pk}": "跑货运谋生"}, story).status_code == 302
    votes = {"attended": 30, "in_favour": 28, "against": 1, "people": "罗水生", "minutes": "同意", "risks": ["illness"]}
    assert send(village, case, "review", votes | {"monitored_kind": "unstable_lifted"}, story).status_code == 422
    assert send(village, case, "review", votes | {"monitored_kind": "marginal"}, story).status_code == 302
    preview = village.get(address(case, "notice")).content.decode()
    assert "陈*强" in preview and "拟定类别" in preview
    private = send(village, case, "notice", {"remark": "电话13800138000"}, story)
    assert private.status_code == 422 and "不能写号码" in private.content.decode()
    assert send(village, case, "notice", {"remark": ""}, story).status_code == 302
    notice = PublicNotice.objects.get()
    assert Client().get(notice.public_url).status_code == 200
    town = client_of("镇办").get(f"/l/cases/{case.pk}/").content.decode()
    assert str(notice.to_on) in town and "满了才能办理" in town


def test_a_household_takes_its_consent_back_on_a_page(story: Story, client_of: ClientOf) -> None:
    story.day(1).verify().sign()
    village, case = client_of("村干"), story.case
    assert address(case, "revoke") in village.get(f"/l/cases/{case.pk}/").content.decode()
    assert client_of("县局").get(address(case, "revoke")).status_code == 403
    assert client_of("外县").get(address(case, "revoke")).status_code == 404
    assert send(village, case, "revoke", {"reason": "不愿意"}, story).status_code == 302
    assert case.consents.get().revoked_reason == "不愿意"
    assert address(case, "revoke") not in village.get(f"/l/cases/{case.pk}/").content.decode()
    assert "撤回授权" in client_of("县局").get(address(case, "comparison")).content.decode()


def test_the_page_of_the_household_tells_the_story_and_the_next_step(story: Story, client_of: ClientOf) -> None:
    story.day(1).verify().sign()
    page = client_of("县局").get(f"/l/households/{story.case.household_id}/").content.decode()
    assert "监测对象识别：入户核实" in page
    assert f"/l/cases/{story.case.pk}/" in page and "监测对象识别：待比对" in page


def test_a_check_not_sent_comes_back_and_a_consent_is_never_kept(story: Story, client_of: ClientOf) -> None:
    clerk, place = client_of("村干"), address(story.case, "check")
    kept = {"path": place, "data": {"found": ["房子漏雨"], "checkers": ["罗水生、黄雪梅"]}}
    assert clerk.post("/drafts/", json.dumps(kept), "application/json").status_code == 200
    page = clerk.get(place).content.decode()
    assert "房子漏雨" in page and "草稿" in page
    assert send(clerk, story.case, "check", findings(), story).status_code == 302
    assert "data-draft" not in clerk.get(address(story.case, "consent")).content.decode()


def test_a_page_that_was_overtaken_leads_back_to_the_case(story: Story, client_of: ClientOf) -> None:
    story.day(1).verify()
    answer = client_of("村干").get(address(story.case, "check"), follow=True)
    assert answer.redirect_chain and "不用再办" in answer.content.decode()


def test_a_refused_step_leaves_one_on_the_page_of_the_case_with_what_was_typed(
    story: Story, client_of: ClientOf
) -> None:
    story.to_notice()
    town, flow = client_of("镇办"), story.flow
    address = f"/workflows/flows/{flow.pk}/take/review_by_town/"
    typed = {"version": flow.version, "client_uuid": uuid.uuid4(), "given_opinion": "同意报县审定", "on": "2026-03-08"}
    answer = town.post(address, {f"review_by_town-{name}": value for name, value in typed.items()})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "同意报县审定" in page and 'id="step-review_by_town"' in page
    assert f"/l/cases/{story.case.pk}/" in page and "案卷编号" in page, "the case's own page, not the engine's"
    assert "认定公示天数是 5 天" in page
    shown = town.get(f"/l/cases/{story.case.pk}/").content.decode()
    assert "同意报县审定" not in shown


def test_two_at_once_the_second_form_is_told_and_nothing_doubles(story: Story, client_of: ClientOf) -> None:
    version = story.flow.version
    first = send(client_of("村干"), story.case, "check", findings(), story)
    stale = findings() | {"version": version, "on": dates.today().isoformat()}
    second = client_of("镇办").post(address(story.case, "check"), {k: _plain(v) for k, v in stale.items()}, follow=True)
    assert first.status_code == 302 and "不用再办" in second.content.decode()
    assert HouseholdCheck.objects.count() == 1


def test_the_outsider_sees_and_does_nothing_at_any_address(story: Story, client_of: ClientOf) -> None:
    story.to_notice()
    home, outsider, case = story.case.household_id, client_of("外县"), story.case
    pages = ("check", "consent", "comparison", "explain", "revoke", "review", "notice", "announcement")
    places = [address(case, page) for page in pages]
    places += [
        f"/l/cases/{case.pk}/",
        f"/workflows/flows/{story.flow.pk}/",
        f"/consolidation/households/{home}/removal/",
    ]
    places += [f"/consolidation/households/{home}/referral/", f"/api/v1/cases/{case.pk}"]
    before = (Flow.objects.count(), Consent.objects.count(), VillageReview.objects.count())
    for place in places:
        assert outsider.get(place).status_code == 404, place
        assert outsider.post(place, {"version": 1}).status_code in (403, 404, 405), place
    for slug in ("cases", "household-checks", "consents", "village-reviews", "public-notices", "data-comparisons"):
        assert outsider.get(f"/api/v1/{slug}/").json()["items"] == []
        export = outsider.post(f"/l/{slug}/export/", {"format": "csv", "query": ""})
        assert "陈志强" not in export.getvalue().decode(errors="replace")
    assert before == (Flow.objects.count(), Consent.objects.count(), VillageReview.objects.count())
    for officer in ("审计员", "安全员", "系统员"):
        assert client_of(officer).get(address(case, "check")).status_code == 403


def test_a_plan_is_written_and_a_removal_begun_from_the_household(story: Story, client_of: ClientOf) -> None:
    story.to_monitored()
    home, village = Household.objects.get(pk=story.case.household_id), client_of("村干")
    plan = home.plans.get()
    page = village.get(f"/l/assistance-plans/{plan.pk}/").content.decode()
    assert "有劳动力" in page and "填写方案" in page
    sent = {"needs": "缺稳定收入", "contact_name": "苏晓彤", "contact_phone": "", "goal": "", "version": plan.version}
    assert village.post(f"/consolidation/plans/{plan.pk}/write/", sent).status_code == 302
    assert village.post(f"/consolidation/plans/{plan.pk}/write/", sent).status_code == 422
    begun = village.post(f"/consolidation/households/{home.pk}/removal/", {"kind": "by_help", "ground": "稳定"})
    assert begun.status_code == 302
    removal = village.get(begun.headers["Location"]).content.decode()
    assert "已落实的措施" in removal and "R74" in removal  # half a year has passed since March
    referred = client_of("镇办").post(f"/consolidation/households/{home.pk}/referral/", {"reason": "符合低保条件"})
    assert referred.status_code == 302
    assert "签收" in client_of("县局").get(referred.headers["Location"]).content.decode()


def test_lists_by_step_and_overdue_open_from_the_workflow(story: Story, client_of: ClientOf) -> None:
    county = client_of("县局")
    overdue = county.get("/workflows/identifications/flows/?standing=overdue").content.decode()
    assert f"/l/cases/{story.case.pk}/" in overdue  # its check was due in March
    assert "陈志强户" in county.get("/l/cases/?state=opened").content.decode()
    assert "陈志强户" not in county.get("/l/cases/?state=noticing").content.decode()
    assert date(2026, 3, 2) + timedelta(days=3) == story.flow.due_on
    assert open_story(story.actor_of, story.case.household).case == story.case
