"""资产处置 (1.4): one asset on its way out of the books; what each step wrote down stands in its columns."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.assets.disposal.states import State
from bangfu.assets.operating import part
from bangfu.ledger.columns import Yuan
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text


def _day(label: str) -> models.DateField:
    return models.DateField(label, null=True, editable=False)


class Disposal(Record):
    """`state` and all that the steps say are written by the flow alone."""

    division = part.place()
    asset = part.asset("disposals")
    state = models.CharField("办到", max_length=12, choices=State.choices, default=State.APPLIED, db_default="applied")
    reason_kind = models.CharField("处置原因", max_length=codes.LENGTH, choices=codes.choices("asset_disposal_reason"))
    reason = models.CharField("具体情况", max_length=300)
    method = models.CharField("处置方式", max_length=codes.LENGTH, choices=codes.choices("asset_disposal_method"))
    use_plan = text("处置收入打算用在哪里", 200)
    applied_on = models.DateField("申请日期")
    applicant = text("申请人", 80, "所有权人或其代表")
    decided_on = _day("民主决策日期")
    decision = text("决策结果", 200)
    appraised_on = _day("评估日期")
    appraiser = text("评估单位", 80)
    appraised_yuan = Yuan("评估值（元）", null=True, validators=[MinValueValidator(0)], editable=False)
    reviewed_on = _day("镇审核日期")
    approved_on = _day("批准或备案日期")
    approver = text("审批机关", 80)
    document_no = text("批准文号", 80)
    notice_from_on = _day("公示开始")
    notice_to_on = _day("公示结束")
    disposed_on = _day("处置日期")
    receiver = text("受让方", 80)
    proceeds_yuan = Yuan("处置收入（元）", null=True, validators=[MinValueValidator(0)], editable=False)
    write_off_no = text("核销凭证号", 60)
    handled_by = text("经办人", 80)
    settled_on = _day("入账日期")
    closed_on = _day("办结日期")
    state_before = part.state_before()

    class Meta:
        verbose_name = verbose_name_plural = "资产处置"
        indexes = [
            models.Index(fields=["division", "id"], name="disposal_division"),
            models.Index(fields=["division", "state"], name="disposal_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["asset"], condition=Q(closed_on=None, withdrawn_at=None), name="one_open_disposal_of_an_asset"
            ),
            models.CheckConstraint(
                condition=Q(disposed_on=None) | Q(approved_on__isnull=False, disposed_on__gte=F("approved_on")),
                name="disposed_only_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset}的处置"
