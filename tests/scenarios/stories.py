"""The scenarios of the articles as data: what is recorded, where it waits, what is done, which figure counts it, who sees it.

What each says in words stands in guideline/2023/scenarios.yaml, from which docs/reference/articles.md is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bangfu.accounts.models import Grant
from bangfu.accounts.roles import Role
from bangfu.activities.models import Activity
from bangfu.kernel import dates

TODAY = dates.today()
YESTERDAY = TODAY - timedelta(days=1)
LAST_YEAR = date(TODAY.year - 1, 12, 31)
#: (row) → the form of another ledger that is the act
Follows = Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Story:
    article: str
    #: ledger of the record
    ledger: str
    #: what differs from a plain valid row
    record: Mapping[str, Any] = field(default_factory=dict)
    #: figure or filter (name=value) of the ledger's list in which the row waits until the act, or an address
    waits: str = ""
    #: fields that the act changes
    act: Mapping[str, Any] = field(default_factory=dict)
    #: or a row of another ledger
    adds: str = ""
    follows: Follows = lambda row: {}
    #: or an address to which something is sent
    sends: Callable[[Any], tuple[str, Mapping[str, Any]]] | None = None
    #: indicator that is another one after record and act
    counts: str = ""
    #: a day of the year of that indicator
    counted_on: date = TODAY
    #: page of the article beside the ledger; one for everybody shows the row after the act
    page: str = ""
    shown: str = ""
    #: the parent row as it must be for the record
    mends: Callable[[Any], None] | None = None
    #: who records it, and who acts where that is another one
    by: str = "县局"
    then_by: str = ""
    #: words on the first page of who acts, before the act; beside them a link to where the row waits, or gone by the act
    todo: str = ""
    #: what the record leaves to be done: it is entered with the short form of activities, and ended as the act
    leaves: str = ""

    def values(self, plain: dict[str, Any]) -> dict[str, Any]:
        if self.mends:
            self.mends(plain)
        return plain | dict(self.record)


def _still_open(values: dict[str, Any]) -> None:
    site = values["green_site"]
    site.closed_on = None
    site.save()


def _in_force(values: dict[str, Any]) -> None:
    item = values["list_item"]
    item.to_on, item.published_on = None, YESTERDAY
    item.save()


def _on_show(values: dict[str, Any]) -> None:
    product = values["product"]
    product.name, product.is_public, product.is_on_sale = "样例笋干", True, True
    product.save()


def _of_our_bank(values: dict[str, Any]) -> None:
    values["bank"] = Grant.objects.get(role=Role.BANK).unit


def trained(need: Any) -> Activity:
    """A training of today in the person's village."""
    return Activity.objects.create(kind="training", held_on=TODAY, division_id=need.village_id, title="果树培训")


def offered(need: Any) -> Any:
    """What a unit offers of the same kind."""
    offer = type(need).objects.get(pk=need.pk)
    offer.pk, offer.client_uuid, offer.side, offer.title = None, None, "offered", "可以提供"
    offer.save(force_insert=True)
    return offer


STORIES = (
    Story(
        "1.2", "labour-uses",
        {"from_on": YESTERDAY, "to_on": YESTERDAY, "paid_on": None}, "没有发放", {"paid_on": TODAY},
        counts="labour_wages", page="/l/projects/",
    ),
    Story(
        "1.3", "training-needs",
        {"wished_on": YESTERDAY, "closed_reason": "", "topic": "farming"}, "还没安排", adds="training-enrolments",
        follows=lambda row: {"person": row.person, "topic": row.topic, "activity": trained(row), "certified_on": None},
        counts="training_needs_met", page="/services/tracked/",
    ),
    Story(
        "3.3", "resources",
        {"side": "asked", "from_on": YESTERDAY, "open_until": TODAY}, "待对接的需求", counts="needs_matched",
        sends=lambda row: (f"/resources/{row.pk}/match/", {"act": "match", "other": str(offered(row).pk)}),
        page="/l/partners/",
    ),
    Story(
        "2.2", "facilities",
        {"caretaker": "", "caretaker_phone": "", "posted_on": None}, "没有管护人",
        {"caretaker": "梁伯", "caretaker_phone": "13800001111", "posted_on": TODAY}, counts="facilities_with_caretaker",
        page="/facilities/",
    ),
    Story(
        "2.3", "household-toilets",
        {"status": "to_mend", "problem": "渗漏", "checked_on": None, "retrofitted_on": None}, "问题厕所",
        {"status": "checked", "retrofitted_on": TODAY, "checked_on": TODAY}, counts="toilet_problems_mended",
        page="/construction/settlement/",
    ),
    Story(
        "2.4", "tree-pledges", {"kind": "donation", "pledged_yuan": 800, "planted_on": None, "until_on": None, "pledged_on": TODAY},
        "认了钱还没到账", counts="pledged_money", page="/greening/", shown="800", mends=_still_open,
        sends=lambda row: (
            f"/construction/pledges/{row.pk}/receive/",
            {"amount_yuan": "800", "received_on": str(TODAY), "receipt_no": "公益801"},
        ),
    ),
    Story(
        "2.5", "demonstration-sites",
        {"state": "under_way", "accepted_on": None, "started_on": YESTERDAY}, "state=under_way",
        {"state": "accepted", "accepted_on": TODAY}, counts="demonstration_sites", page="/construction/benefit-funds/",
    ),
    Story(
        "3.1", "employment-wishes",
        {"wished_on": YESTERDAY, "closed_reason": "", "confirmed_on": None}, "还在找", adds="placements",
        follows=lambda row: {"person": row.person, "started_on": TODAY, "ended_on": None}, counts="job_wishes_placed",
        page="/services/matching/",
    ),
    Story(
        "3.2", "pairing-plan-items",
        {"year": TODAY.year, "done_on": None, "done_by": None}, "没完成", {"done_on": TODAY}, counts="pairing_plans_done",
        page="/l/institution-pairings/",
    ),
    Story(
        "3.4", "matter-cases",
        {"opened_on": YESTERDAY}, "正在办", counts="lists_published", page="/matters/", mends=_in_force,
        sends=lambda row: (f"/services/matters/{row.pk}/move/", {"step": "0", "on": str(TODAY)}),
    ),
    Story(
        "3.5", "local-products",
        {"name": "光明样茶", "is_public": False, "has_consent": False}, "is_public=false",
        {"is_public": True, "has_consent": True}, counts="local_products_shown", page="/directory/", shown="光明样茶",
    ),
    Story(
        "4.1", "farmer-linkages",
        {"from_on": TODAY - timedelta(days=400), "to_on": TODAY + timedelta(days=300), "promised_yuan": 3000},
        "/industry/linkage-book/?lacking=1", todo="1 份联农协议的承诺没有兑现完", adds="linkage-payments",
        follows=lambda row: {"linkage": row, "paid_on": TODAY, "amount_yuan": 3000}, counts="linkage_benefit",
        page="/industry/linkage-book/", by="镇办",
    ),
    Story(
        "4.2", "purchases",
        {"ordered_on": YESTERDAY, "deliver_by_on": TODAY, "bought_on": None, "buyer_kind": "enterprise", "unit": None},
        "待交货", {"bought_on": TODAY}, todo="1 单消费帮扶订单等交货", counts="purchases", mends=_on_show,
        page="/directory/supply/", shown="样例笋干", by="镇办",
    ),
    Story(
        "4.3", "finance-wishes",
        {"asked_on": YESTERDAY, "consented_on": TODAY, "household": None, "outcome": "open", "answered_on": None, "answer": ""},
        "待答复", todo="1 条金融需求待答复", mends=_of_our_bank, counts="finance_wishes_answered", page="/industry/questions/",
        sends=lambda row: (
            f"/industry/finance-wishes/{row.pk}/answer/",
            {"outcome": "refused", "answer": "暂不符合条件，已说明", "version": str(row.version)},
        ),
        by="镇办", then_by="银行",
    ),
    Story(
        "4.4", "idle-assets",
        {"idle_from_on": YESTERDAY, "used_from_on": None, "use": "", "business_entity": None, "yearly_yuan": None, "plan": ""},
        "闲置中", {"used_from_on": TODAY, "use": "lease", "yearly_yuan": 5000}, todo="1 处闲置资产没有盘活打算",
        counts="idle_assets_put_to_use", page="/industry/collectives/", by="镇办",
    ),
    Story(
        "4.5", "firm-landings",
        {"landed_on": LAST_YEAR, "closed_on": None}, f"/industry/firms/?year={LAST_YEAR.year}&untold=1",
        todo=f"1 家落地企业{LAST_YEAR.year}年的就业、投资、税收没有登记", adds="firm-years",
        follows=lambda row: {"landing": row, "year": LAST_YEAR.year}, counts="jobs_at_landed_firms", counted_on=LAST_YEAR,
        page="/industry/logistics/", by="镇办",
    ),
    Story(
        "5.2", "activities",
        {"kind": "party_branch_activity", "title": "主题党日", "people": "临时党支部"}, leaves="帮村支部理顺三会一课",
        counts="branch_activities", page="/activities/follow-ups/",
    ),
    Story(
        "5.3", "work-teams", {"name": "样例第九工作队", "from_on": YESTERDAY, "to_on": None}, todo="样例第九工作队现在没有队长",
        adds="cadres", follows=lambda row: {"team": row, "post": "captain", "from_on": YESTERDAY, "to_on": None},
        counts="cadres_in_post", page="/duties/", by="镇办",
    ),
    Story(
        "5.4", "activities",
        {"kind": "comfort_visit", "people": "何厅长", "result": "宿舍没有热水"}, leaves="给驻村干部宿舍装热水器",
        counts="comfort_visits", page="/l/care-items/",
    ),
    Story(
        "5.5", "activities",
        {"kind": "training", "title": "帮扶干部轮训", "result": "大家想学财务"}, leaves="下一期加一课村级财务",
        counts="trainings", page="/activities/follow-ups/",
    ),
)  # fmt: skip
