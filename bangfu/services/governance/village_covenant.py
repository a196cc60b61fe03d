"""村规民约 (3.4): its text by versions: adopted by the villagers' meeting, checked for legality, filed with the town."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.terms import never_twice, point
from bangfu.divisions.models import Division
from bangfu.ledger.constraints import must, not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.services.columns import of_activity
from bangfu.units import overlaps

TWICE = "这个村在这段时间已有一版村规民约；修订时，先给旧版填结束日期"


class VillageCovenant(Record):
    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    version_name = models.CharField("版本", max_length=40, help_text="如：2023年修订")
    body = models.TextField("正文", max_length=8000)
    adopted_on = models.DateField("表决通过日期")
    adopted_by = of_activity("哪次村民会议通过")
    present_count = models.PositiveIntegerField("到会人数或户代表数", null=True, blank=True)
    agreed_count = models.PositiveIntegerField("同意数", null=True, blank=True)
    legality_checked_on = models.DateField("合法性审核日期", null=True, blank=True)
    legality_checked_by = text("审核人", 60, "镇司法所或法律顾问")
    filed_on = models.DateField("镇备案日期", null=True, blank=True)
    from_on = models.DateField("实施日期")
    to_on = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "村规民约"
        indexes = [models.Index(fields=["village", "id"], name="village_covenant_village")]
        constraints = [
            not_before("to_on", "from_on", "covenant_to_on_in_order", "结束日期早于实施日期，请核对"),
            not_before("from_on", "adopted_on", "covenant_from_on_after_adoption", "实施日期早于表决通过日期，请核对"),
            not_before(
                "filed_on", "adopted_on", "covenant_filed_on_after_adoption", "备案日期早于表决通过日期，请核对"
            ),
            not_before("present_count", "agreed_count", "covenant_agreed_count_of_present", "同意数多于到会数，请核对"),
            must(
                Q(filed_on=None) | Q(legality_checked_on__isnull=False),
                "covenant_filed_on_after_check",
                "备案前先做合法性审核，请填写审核日期",
            ),
            never_twice("covenant_once", point(F("village")), condition=Q(withdrawn_at=None), message=TWICE),
        ]

    def __str__(self) -> str:
        return f"{self.village}村规民约（{self.version_name}）"


class VillageCovenantLedger(Ledger):
    slug, model, article = "village-covenants", VillageCovenant, "3.4"
    says = "每个村的村规民约：正文、表决、合法性审核、备案和历次修订"
    edited_by = FIELD
    columns = ("village", "version_name", "adopted_on", "legality_checked_on", "filed_on", "to_on")
    card = ("village", "version_name", "filed_on")
    filters = ("adopted_on", "legality_checked_on", "filed_on", "to_on")
    search = ("version_name", "body")
    form = (
        "village", "version_name", "body", "adopted_on", "adopted_by", "present_count", "agreed_count",
        "legality_checked_on", "legality_checked_by", "filed_on", "from_on", "to_on",
    )  # fmt: skip
    exchange = tuple(name for name in form if name != "adopted_by")
    identity = ("version_name", "village", "from_on")
    groups = {"村规民约": form[:3], "表决": form[3:7], "审核和备案": form[7:10], "效力": form[10:]}
    checks = (overlaps.never_twice(VillageCovenant, "village_id", message=TWICE),)
    stats = (
        Stat("备案率", where=Q(filed_on__isnull=False, to_on=None), over=Q(to_on=None)),
        Stat("没做合法性审核", where=Q(legality_checked_on=None, to_on=None), unit="个村"),
    )
