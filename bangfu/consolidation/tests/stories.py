"""A case of the tests: begun on a Monday in March 2026, so that every clock can be counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.consolidation.cases import open_case
from bangfu.consolidation.demo.way import Way, at, findings
from bangfu.divisions.models import Division
from bangfu.lawbook.models import ParameterOverride
from bangfu.people.models import Household

__all__ = ["ActorOf", "FIRST_DAY", "Story", "at", "findings", "open_story", "set_line"]

ActorOf = Callable[[str], Actor]
FIRST_DAY = date(2026, 3, 2)  # a Monday without holidays near
LINE = 8800


def set_line(yuan: int = LINE) -> None:
    """The line of the province: none is in the files, an official has to register it."""
    ParameterOverride.objects.create(
        code="monitoring_line_yuan", division=Division.objects.get(code=440000000000), value=str(yuan),
        from_on=date(2021, 1, 1), document_no="测试文件",
    )  # fmt: skip


class Story(Way):
    def day(self, count: int) -> Story:
        """So many days after the first."""
        self.on = FIRST_DAY + timedelta(days=count)
        return self

    def to_notice(self) -> Story:
        self.day(1).verify().sign().day(3).compare().day(4).review().day(5).post()
        return self

    def to_monitored(self) -> Story:
        """Decided on day 13, in the files on day 14."""
        self.to_notice().day(12).take("review_by_town", "镇办")
        self.day(13).take("approve_by_county", "县局")
        self.day(14).announce().take("enter", "镇办")
        return self


def open_story(actor_of: ActorOf, household: Household, clues: Any = ()) -> Story:
    case = open_case(household, clues, by=actor_of("村干"), at=at(FIRST_DAY))
    return Story(actor_of, case, FIRST_DAY)
