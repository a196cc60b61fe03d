"""免除履职要求 (5.1): a duty that a holder need not meet in a period, by a document, approved by a level above."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import models

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Act, Role
from bangfu.divisions.models import Division
from bangfu.duties.standings import DutyStanding
from bangfu.kernel.periods import Period
from bangfu.ledger import acts, registry
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.policy.duty import Duty


class DutyExemption(Record):
    standing = models.ForeignKey(DutyStanding, models.PROTECT, related_name="exemptions", verbose_name="要求")
    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="地方"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, db_index=False, editable=False, related_name="+", verbose_name="单位"
    )
    document_no = models.CharField("批准文号", max_length=80)
    reason = models.CharField("原因", max_length=200)
    approved_by = models.CharField("批准单位", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "免除要求"
        ordering = ["division_id", "id"]
        indexes = [models.Index(fields=["division", "id"], name="exemption_division")]
        constraints = [
            models.UniqueConstraint(
                fields=["standing"], condition=models.Q(withdrawn_at=None), name="one_exemption_a_standing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.standing}：{self.document_no}"


def approved(duty: Duty, period: Period) -> Collection[int]:
    rows = DutyExemption.objects.filter(standing__duty=duty.code, standing__first=period.first, withdrawn_at=None)
    return set(rows.values_list("standing__holder", flat=True))


class DutyExemptionLedger(Ledger):
    slug, model, article, scope, unit = "duty-exemptions", DutyExemption, "5.1", "division", "unit"
    says = "经文件批准、本期不作要求的；批准前照常计算"
    scope_from = "standing"
    read_by = (*OFFICIALS, *TEAM, Role.LIAISON)
    edited_by = (Role.COUNTY,)
    acts_only = True
    columns = ("standing", "document_no", "approved_by", "reason")
    search = ("document_no", "reason")
    identity = ("standing",)
    stats = (Stat("免除的要求", where=models.Q(withdrawn_at=None), unit="项"),)


def ledger() -> DutyExemptionLedger:
    found = registry.of(DutyExemption)
    assert isinstance(found, DutyExemptionLedger)
    return found


def exempt(standing: DutyStanding, values: Mapping[str, str], *, by: Actor) -> DutyExemption:
    """`values`: document_no, approved_by, reason. The caller has made sure that `by` may edit there. Counts anew."""
    made = acts.create(ledger(), {"standing": standing, "unit_id": standing.unit_id, **values}, by=by)
    assert isinstance(made, DutyExemption)
    return made


def may_exempt(standing: DutyStanding, actor: Actor) -> bool:
    return standing.division_id in actor.scope(Act.EDIT, (Role.COUNTY,))
