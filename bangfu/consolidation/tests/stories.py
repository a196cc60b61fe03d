"""Steps of a case as tests take them: each on a day of its own, by the one of the cast whose step it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.consolidation import case_acts, reviewing
from bangfu.consolidation.case_states import FLOW
from bangfu.consolidation.cases import Case, open_case
from bangfu.consolidation.comparisons import ITEMS as COMPARED
from bangfu.consolidation.following import newest_flow
from bangfu.consolidation.models import Consent
from bangfu.divisions.models import Division
from bangfu.kernel.dates import SHANGHAI
from bangfu.lawbook.models import ParameterOverride
from bangfu.people.income_items import ITEMS
from bangfu.people.models import Household, Person
from bangfu.policy.code_lists import code_list
from bangfu.workflow import acts
from bangfu.workflow.models import Flow, StepRecord

ActorOf = Callable[[str], Actor]
FIRST_DAY = date(2026, 3, 2)  # a Monday without holidays near
LINE = 8800
NINE = time(9)


def set_line(yuan: int = LINE) -> None:
    """The line of the province: none is in the files, an official has to register it."""
    ParameterOverride.objects.create(
        code="monitoring_line_yuan", division=Division.objects.get(code=440000000000), value=str(yuan),
        from_on=date(2021, 1, 1), document_no="测试文件",
    )  # fmt: skip


def at(on: date) -> datetime:
    return datetime.combine(on, NINE, SHANGHAI)


def findings(**more: Any) -> dict[str, Any]:
    """What a check at home found: safe, and 6,000 yuan a head."""
    money = dict.fromkeys(ITEMS, Decimal(0)) | {
        "population": 5,
        "wage_income": Decimal(32000),
        "pension": Decimal(2400),
    }
    money |= {"business_income": Decimal(1600), "business_expense": Decimal(6000), "compliant_self_paid": Decimal(9000)}
    facts = {"house_grade": "A", "has_safe_water": True, "has_dropout": False, "has_uninsured": False}
    facts |= {"lacks_food": False, "lacks_clothes": False}
    return {"checkers": "罗水生、黄雪梅", "has_town_cadre": True, "found": "户主打工收入下降"} | facts | money | more


@dataclass
class Story:
    """One case on its way. `days` counts from the first day, so that clocks can be watched."""

    actor_of: ActorOf
    case: Case
    on: date

    @property
    def flow(self) -> Flow:
        found = newest_flow(FLOW, self.case)
        assert found
        return found

    def day(self, count: int) -> Story:
        self.on = FIRST_DAY + timedelta(days=count)
        return self

    def given(self, who: str) -> dict[str, Any]:
        return {"by": self.actor_of(who), "at": at(self.on), "on": self.on, "version": self.flow.version}

    def take(self, step: str, who: str, **more: Any) -> StepRecord:
        return acts.take(step, self.flow, **self.given(who), **more)

    def verify(self, **more: Any) -> Story:
        case_acts.verify(self.fresh(), self.flow, findings(**more), **self.given("村干"))
        return self

    def sign(self) -> Story:
        members = list(Person.objects.filter(household=self.case.household).order_by("pk"))
        given = self.given("村干")
        case_acts.sign_consent(
            self.fresh(),
            self.flow,
            form=Consent.Form.ELECTRONIC,
            signer=members[0],
            members=members,
            scan=None,
            **given,
        )
        return self

    def compare(self, **found: int) -> Story:
        rows = {str(c.value): (Decimal(found.get(str(c.value), 0)), "") for c in code_list(COMPARED).codes}
        case_acts.compare(self.fresh(), self.flow, rows, **self.given("县局"))
        return self

    def review(self, in_favour: int = 27, **more: Any) -> Story:
        values = {
            "attended": 30,
            "in_favour": in_favour,
            "against": 30 - in_favour,
            "people": "",
            "minutes": "逐户评议",
        }
        values |= {"monitored_kind": "marginal", "risks": ["illness"], "risk_note": ""} | more
        reviewing.record_review(self.case.household, values, by=self.actor_of("村干"), on=self.on, case=self.case)
        self.take("assess", "村干")
        return self

    def post(self, remark: str = "") -> Story:
        case_acts.publish(self.fresh(), self.flow, "post_notice", remark=remark, **self.given("村干"))
        return self

    def announce(self) -> Story:
        case_acts.publish(self.fresh(), self.flow, "announce", remark="", **self.given("镇办"))
        return self

    def fresh(self) -> Case:
        return Case.objects.select_related("household", "village").get(pk=self.case.pk)

    def to_notice(self) -> Story:
        return self.day(1).verify().sign().day(3).compare().day(4).review().day(5).post()

    def to_monitored(self) -> Story:
        """Decided on day 13, in the files on day 14."""
        self.to_notice().day(12).take("review_by_town", "镇办")
        self.day(13).take("approve_by_county", "县局")
        self.day(14).announce().take("enter", "镇办")
        return self


def open_story(actor_of: ActorOf, household: Household, clues: Any = ()) -> Story:
    case = open_case(household, clues, by=actor_of("村干"), at=at(FIRST_DAY))
    return Story(actor_of, case, FIRST_DAY)
