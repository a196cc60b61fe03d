"""One case taken step by step, each on a day of its own by whoever's step it is; for the demo and for the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Self

from bangfu.accounts.actor import Actor
from bangfu.consolidation import case_acts, reviewing
from bangfu.consolidation.act_forms import MONEY
from bangfu.consolidation.case_states import FLOW
from bangfu.consolidation.cases import Case
from bangfu.consolidation.comparisons import ITEMS as COMPARED
from bangfu.consolidation.following import newest_flow
from bangfu.consolidation.models import Consent
from bangfu.kernel.dates import SHANGHAI
from bangfu.people.models import Person
from bangfu.people.person import PRESENT
from bangfu.policy.code_lists import code_list
from bangfu.workflow import acts
from bangfu.workflow.models import Flow, StepRecord

NINE = time(9)


def at(on: date) -> datetime:
    """Nine in the morning in China."""
    return datetime.combine(on, NINE, SHANGHAI)


def findings(population: int = 5, **more: Any) -> dict[str, Any]:
    """What a check at home found: all safe, 6,000 yuan a head, much spent on the ill."""
    money = dict.fromkeys(MONEY, Decimal(0)) | {"wage_income": Decimal(6800 * population - 2000)}
    money |= {
        "pension": Decimal(2400),
        "business_income": Decimal(1600),
        "business_expense": Decimal(800 * population + 2000),
    }
    money |= {"compliant_self_paid": Decimal(9000)}
    facts = {"house_grade": "A", "has_safe_water": True, "has_dropout": False, "has_uninsured": False}
    facts |= {"lacks_food": False, "lacks_clothes": False, "population": population}
    people = {"checkers": "罗水生、黄雪梅", "has_town_cadre": True, "found": "户主打工收入下降，家里开支大"}
    return people | facts | money | more


@dataclass
class Way:
    """`actor_of`: the Chinese name of one of the cast → who acts."""

    actor_of: Callable[[str], Actor]
    case: Case
    on: date

    @property
    def flow(self) -> Flow:
        found = newest_flow(FLOW, self.case)
        assert found
        return found

    def fresh(self) -> Case:
        return Case.objects.select_related("household", "village").get(pk=self.case.pk)

    def later(self, days: int) -> Self:
        self.on += timedelta(days=days)
        return self

    def given(self, who: str) -> dict[str, Any]:
        return {"by": self.actor_of(who), "at": at(self.on), "on": self.on, "version": self.flow.version}

    def take(self, step: str, who: str, **more: Any) -> StepRecord:
        return acts.take(step, self.flow, **self.given(who), **more)

    def verify(self, **more: Any) -> Self:
        case_acts.verify(self.fresh(), self.flow, findings(**more), **self.given("村干"))
        return self

    def sign(self) -> Self:
        rows = Person.objects.filter(PRESENT, household=self.case.household)
        members = sorted(rows.order_by("born_on", "pk"), key=lambda person: person.relation_to_head != "head")
        case_acts.sign_consent(
            self.fresh(), self.flow, form=Consent.Form.ELECTRONIC, signer=members[0], members=members, scan=None,
            **self.given("村干"),
        )  # fmt: skip
        return self

    def compare(self, **found: int) -> Self:
        rows = {str(c.value): (Decimal(found.get(str(c.value), 0)), "") for c in code_list(COMPARED).codes}
        case_acts.compare(self.fresh(), self.flow, rows, **self.given("县局"))
        return self

    def review(self, in_favour: int = 27, **more: Any) -> Self:
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

    def post(self, remark: str = "") -> Self:
        case_acts.publish(self.fresh(), self.flow, "post_notice", remark=remark, **self.given("村干"))
        return self

    def announce(self) -> Self:
        case_acts.publish(self.fresh(), self.flow, "announce", remark="", **self.given("镇办"))
        return self
