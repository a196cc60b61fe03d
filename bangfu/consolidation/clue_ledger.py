"""线索台账 (1.1): the list, form, workbook and figures of clues."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import F, Q

from bangfu.consolidation.clues import (
    CHANNELS,
    IS_OPEN,
    OPEN,
    Clue,
    State,
    due_on,
    is_from_people,
    number,
    score_of_people,
)
from bangfu.exchange.sheet import Kind
from bangfu.kernel.codes import SPANS, Level
from bangfu.kernel.masks import mask_phone
from bangfu.lawbook import parameters
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.people import codes
from bangfu.people.identity import mask


def settle(keys: list[int]) -> None:
    """Term and score of open clues that came by a workbook, as those typed one by one have them; by set."""
    rows, values = Clue.objects.filter(IS_OPEN, pk__in=keys), parameters.Snapshot.take()
    county = F("village_id") / SPANS[Level.COUNTY]
    groups = rows.order_by().values_list(county, "received_on", "channel").distinct()
    for code, day, channel in groups:
        low = code * SPANS[Level.COUNTY]
        mine = rows.filter(village__gte=low, village__lt=low + SPANS[Level.COUNTY], received_on=day, channel=channel)
        mine.exclude(due_on=(due := due_on(day, low, values))).update(due_on=due)
        if is_from_people(channel):
            score, colour = score_of_people(day, low)
            mine.filter(score=0).update(score=score, colour=colour, need=F("need") + score)


class ClueLedger(Ledger):
    slug, model, article = "clues", Clue, "1.1"
    says = "各个渠道发现的返贫风险线索，从收到到核实"
    read_by = (*OFFICIALS, *TEAM)
    columns = ("household", "village", "channel", "says", "colour", "state", "due_on", "assignee", "received_on")
    card = ("household", "says", "state")
    filters = ("state", "channel", "colour", "risks", "due_on", "received_on", "closed_reason", "household")
    sorts = ("need", "score", "received_on")
    search = ("household__head_name", "reporter_name", "receipt_no")
    form = ("village", "household", "channel", "risks", "says", "received_on", "reporter_name", "reporter_phone")
    exchange = (
        "receipt_no", "village", "household", "channel", "risks", "says", "received_on", "reporter_name",
        "reporter_phone",
    )  # fmt: skip
    identity = ("receipt_no",)
    kinds = {"receipt_no": Kind.CODE, "reporter_name": Kind.NAME, "reporter_phone": Kind.PHONE}
    choice_aliases = codes.aliases(channel=CHANNELS, risks="risk_type")
    masked = {"reporter_phone": mask_phone, "reporter_identity_no": mask}
    tones = {
        "colour": {"red": "bad", "orange": "warn", "yellow": "muted"},
        "state": {"received": "warn", "assigned": "warn", "verifying": "note", "case_opened": "ok"},
    }
    stats = (
        Stat("待核实", where=Q(state__in=OPEN), unit="条"),
        Stat("已立案", where=Q(state=State.CASE_OPENED), unit="条"),
        Stat("不需要帮扶", where=Q(state=State.NO_RISK), unit="条"),
        Stat("未对上农户", where=Q(state__in=OPEN, household=None), unit="条"),
        Stat("按来源", by="channel"),
    )
    detail_template = "consolidation/clue.html"
    untracked = ("need",)
    groups = {
        "线索": (*form[:6], "due_on", "colour", "state", "assignee", "receipt_no"),
        "反映人": (*form[6:], "reporter_identity_no"),
        "结果": ("closed_reason", "closed_note", "closed_at", "closed_by", "merged_into", "case"),
    }  # fmt: skip

    def clean(self, data: dict[str, Any], record: Clue | None) -> dict[str, str]:
        household = data["household"]
        if household and data["village"] and household.village_id != data["village"].pk:
            return {"household": "这一户不在所填的村，请改选农户或村"}
        return {}

    @contextmanager
    def following(self, keys: list[int]) -> Iterator[None]:
        yield
        settle(keys)

    def prepare(self, record: Clue) -> None:
        record.receipt_no = record.receipt_no or number(record.received_on)
        record.due_on = due_on(record.received_on, record.village_id)
        if record.pk is None and not record.score and is_from_people(record.channel):
            record.score, record.colour = score_of_people(record.received_on, record.village_id)
        if record.pk is None:
            record.need += record.score  # above all that was reckoned, the worst first
