"""线索 (1.1): every sign that a household may need help, from any of the ten channels, until it is checked."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Protocol

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangfu.accounts.models import User
from bangfu.divisions.models import Division
from bangfu.lawbook import holidays, parameters
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import coded, text
from bangfu.people.household import MOST_RISKS
from bangfu.people.models import Household
from bangfu.policy import parameter as policy
from bangfu.policy.code_lists import code_list
from bangfu.policy.parameter import ParameterMissing

CHANNELS, REASONS = "clue_channel", "clue_closing_reason"
CHECK = "household_check_days"


class Values(Protocol):
    """The module lawbook.parameters, or a Snapshot of it for many clues."""

    def at(self, code: str, on: date, division: int | None = None) -> policy.Value: ...


# Whatever writes the rows (form, API, import, undo, screening): a household has one open clue, into which others merge.
_IS_OPEN = "{row}.state IN ('received', 'assigned', 'verifying') AND {row}.withdrawn_at IS NULL"
TRIGGERS = [
    pgtrigger.Trigger(
        name="merge_into_open",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition(f"NEW.household_id IS NOT NULL AND {_IS_OPEN.format(row='NEW')}"),
        func=f"""
            SELECT c.id INTO NEW.merged_into_id FROM consolidation_clue c
            WHERE c.household_id = NEW.household_id AND c.id <> NEW.id AND {_IS_OPEN.format(row="c")};
            IF NEW.merged_into_id IS NOT NULL THEN NEW.state := 'merged'; END IF;
            RETURN NEW;""",  # noqa: S608 (constants of this module)
    ),
    pgtrigger.Trigger(
        name="promote_merged",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            f"OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL AND {_IS_OPEN.format(row='OLD')}"
        ),
        func="""
            UPDATE consolidation_clue SET state = 'received' WHERE id =
                (SELECT min(id) FROM consolidation_clue WHERE merged_into_id = NEW.id AND withdrawn_at IS NULL);
            UPDATE consolidation_clue c SET merged_into_id = p.id FROM consolidation_clue p
            WHERE c.merged_into_id = NEW.id AND p.household_id = NEW.household_id AND p.state = 'received'
                AND p.withdrawn_at IS NULL;
            RETURN NULL;""",
    ),
]


class Clue(Record):
    """One sign about one household; about nobody yet when a villager's own report fits no number."""

    class State(models.TextChoices):
        RECEIVED = "received", "待核实"
        ASSIGNED = "assigned", "已指定人"
        VERIFYING = "verifying", "核实中"
        NO_RISK = "no_risk", "不需要帮扶"
        CASE_OPENED = "case_opened", "已立案"
        MERGED = "merged", "并入另一条"

    class Colour(models.TextChoices):
        RED = "red", "急"
        ORANGE = "orange", "较急"
        YELLOW = "yellow", "一般"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="clues", verbose_name="农户"
    )
    channel = models.CharField("线索来源", max_length=codes.LENGTH, choices=codes.choices(CHANNELS))
    risks = ArrayField(
        models.CharField(max_length=codes.LENGTH, choices=codes.choices("risk_type")),
        size=MOST_RISKS,
        default=list,
        db_default=[],
        blank=True,
        verbose_name="致贫/返贫风险",
    )
    says = models.CharField("情况", max_length=500)
    received_on = models.DateField("收到日期")
    due_on = models.DateField("入户核实期限", null=True, editable=False)
    reporter_name = text("反映人", 40)
    reporter_phone = text("反映人电话", 20)
    reporter_identity_no = models.CharField(
        "申报人身份证号", max_length=22, default="", db_default="", blank=True, editable=False
    )
    receipt_no = models.CharField("线索编号", max_length=30, unique=True, blank=True, help_text="如热线工单号")
    rule_code = text("规则", 40)
    #: stable texts of the facts behind it; a fact closed as needless never comes back
    fingerprints = ArrayField(models.TextField(), default=list, db_default=[], editable=False)
    #: [{"rule", "says", "fingerprint", "score"}], the strongest first
    reasons = models.JSONField("依据", default=list, db_default=[], editable=False)
    score = models.IntegerField("分数", default=0, db_default=0, editable=False)
    #: chance that the household needs help, in hundredths of a percent (precision.py); above all until it is reckoned
    need = models.SmallIntegerField("预期需要", default=10000, db_default=10000, editable=False)
    colour = models.CharField(
        "缓急", max_length=10, choices=Colour.choices, default=Colour.YELLOW, db_default=Colour.YELLOW, editable=False
    )
    state = models.CharField(
        "状态", max_length=20, choices=State.choices, default=State.RECEIVED, db_default=State.RECEIVED, editable=False
    )
    assignee = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="核实人"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged", verbose_name="并入"
    )
    case = models.ForeignKey(
        "consolidation.Case", models.PROTECT, null=True, editable=False, related_name="clues", verbose_name="案卷"
    )
    closed_reason = coded("关闭原因", REASONS)
    closed_note = text("关闭说明", 200)
    closed_at = models.DateTimeField("关闭时间", null=True, editable=False)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="关闭人"
    )
    run_no = models.CharField("批次", max_length=40, default="", db_default="", editable=False)

    class Meta:
        verbose_name = "线索"
        verbose_name_plural = "线索"
        ordering = ["village_id", "id"]
        triggers = TRIGGERS
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                name="one_open_clue",
                condition=Q(state__in=["received", "assigned", "verifying"], withdrawn_at=None),
            )
        ]
        indexes = [
            models.Index(fields=["village", "id"], name="clue_village"),
            models.Index(fields=["-score", "id"], name="clue_score"),
            models.Index(fields=["-need", "id"], name="clue_need"),
            models.Index(fields=["received_on", "id"], name="clue_received"),
            models.Index(
                fields=["village", "state", "-score", "id"],
                name="clue_open",
                condition=Q(state__in=["received", "assigned", "verifying"], withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household or self.reporter_name or '未对上农户'}的线索"


State = Clue.State
#: still to be checked
OPEN = (State.RECEIVED, State.ASSIGNED, State.VERIFYING)
IS_OPEN = Q(state__in=OPEN, withdrawn_at=None)


def number(received_on: date) -> str:
    """A number of its own, not to be guessed: the day and eight digits."""
    return f"{received_on:%y%m%d}{secrets.randbelow(10**8):08d}"


def due_on(received_on: date, village: int, values: Values = parameters) -> date | None:
    """The last day for the check at home; None for a day of which no term is known."""
    try:
        return values.at(CHECK, received_on, village).due_on(received_on, holidays.table())
    except ParameterMissing:
        return None


def is_from_people(channel: str) -> bool:
    """Somebody said it, no comparison of data."""
    return not code_list(CHANNELS).code(channel).facts.get("machine")


def score_of_people(on: date, village: int) -> tuple[int, str]:
    """What people report comes before what data suggests, except for what is red."""
    return int(parameters.value("clue_orange_score", on, village)), Clue.Colour.ORANGE
