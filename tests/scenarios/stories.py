"""The scenarios of the articles as data: what is recorded, where it waits, what is done, which figure counts it, who sees it.

What each says in words stands in guideline/2023/scenarios.yaml, from which docs/reference/articles.md is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bangfu.activities.models import Activity
from bangfu.kernel import dates

TODAY = dates.today()
YESTERDAY = TODAY - timedelta(days=1)
#: (row) → the form of another ledger that is the act
Follows = Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Story:
    article: str
    #: ledger of the record
    ledger: str
    #: what differs from a plain valid row
    record: Mapping[str, Any] = field(default_factory=dict)
    #: figure or filter (name=value) of the ledger's list in which the row waits until the act
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
    #: page of the article beside the ledger; one for everybody shows the row after the act
    page: str = ""
    shown: str = ""
    #: the parent row as it must be for the record
    mends: Callable[[Any], None] | None = None
    #: who does it
    by: str = "县局"

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
        {"from_on": TODAY - timedelta(days=400), "to_on": TODAY + timedelta(days=30), "promised_yuan": 3000},
        adds="linkage-payments", follows=lambda row: {"linkage": row, "paid_on": TODAY}, counts="linkage_benefit",
        page="/industry/linkage-book/",
    ),
    Story(
        "4.2", "products",
        {"name": "样例笋干", "is_public": True, "is_on_sale": True}, adds="purchases",
        follows=lambda row: {"product": row, "bought_on": TODAY, "buyer_kind": "enterprise", "unit": None},
        counts="purchases", page="/directory/supply/", shown="样例笋干",
    ),
    Story(
        "4.3", "finance-wishes",
        {"asked_on": YESTERDAY, "household": None, "outcome": "open", "answered_on": None, "answer": ""}, "待答复",
        {"outcome": "refused", "answered_on": TODAY, "answer": "暂不符合条件，已说明"}, counts="finance_wishes_answered",
        page="/industry/questions/",
    ),
    Story(
        "4.4", "idle-assets",
        {"idle_from_on": YESTERDAY, "used_from_on": None, "use": "", "business_entity": None, "yearly_yuan": None},
        "闲置中", {"used_from_on": TODAY, "use": "lease", "yearly_yuan": 5000}, counts="idle_assets_put_to_use",
        page="/industry/collectives/",
    ),
    Story(
        "4.5", "firm-landings",
        {"landed_on": YESTERDAY, "closed_on": None}, "仍在经营", {"closed_on": TODAY}, counts="firms_landed",
        page="/industry/logistics/",
    ),
    Story(
        "5.2", "activities",
        {"kind": "party_branch_activity", "held_on": TODAY, "ends_on": TODAY}, act={"result": "定了三件事"},
        counts="branch_activities", page="/l/activities/",
    ),
    Story(
        "5.3", "cadres", {"from_on": YESTERDAY, "to_on": None},
        act={"home_post": "三级主任科员"}, counts="cadres_in_post", page="/duties/",
    ),
    Story(
        "5.4", "care-items", {"year": TODAY.year, "in_place_on": TODAY},
        counts="care_items_in_place", page="/l/care-items/",
    ),
    Story(
        "5.5", "activities", {"kind": "training", "held_on": TODAY, "ends_on": TODAY},
        counts="trainings", page="/l/activities/",
    ),
)  # fmt: skip
