"""户厕台账 (2.3): every household toilet, its problem, its mending and who keeps it; the reference ledger."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Batch, Fault
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.models import Household


class HouseholdToilet(Record):
    class Kind(models.TextChoices):
        THREE_CHAMBER = "three_chamber", "三格化粪池式"
        DOUBLE_URN = "double_urn", "双瓮漏斗式"
        BIOGAS = "biogas", "三联通沼气池式"
        SEPARATING = "separating", "粪尿分集式"
        SEWER = "sewer", "完整下水道水冲式"
        ALTERNATING = "alternating", "双坑交替式"
        DIRECT = "direct", "直排"
        DRY_PIT = "dry_pit", "简易旱厕"

    class Status(models.TextChoices):
        SOUND = "sound", "正常使用"
        TO_MEND = "to_mend", "待整改"
        MENDING = "mending", "整改中"
        MENDED = "mended", "已整改待复核"
        CHECKED = "checked", "已复核销号"
        EXEMPT = "exempt", "无需改造"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, editable=False, verbose_name="行政村")
    household = models.ForeignKey(Household, models.PROTECT, verbose_name="农户")
    kind = models.CharField("厕所类型", max_length=20, choices=Kind.choices)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.SOUND)
    problem = models.CharField("问题", max_length=200, blank=True, default="", help_text="如：化粪池渗漏、无盖板")
    retrofitted_on = models.DateField("整改完成日期", null=True, blank=True)
    checked_on = models.DateField("复核日期", null=True, blank=True)
    reuses_waste = models.BooleanField("粪污资源化利用", default=False)
    caretaker = models.CharField("管护人", max_length=40, blank=True, default="")
    caretaker_phone = models.CharField("管护人电话", max_length=20, blank=True, default="")
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "户厕台账"
        indexes = [models.Index(fields=["village", "id"], name="toilet_village")]
        constraints = [models.UniqueConstraint(fields=["household"], name="one_toilet_row_a_household")]

    def __str__(self) -> str:
        return f"{self.household} 户厕"


def checked_without_date(batch: Batch) -> Iterable[Fault]:
    """The rule of `clean`, by set; a blank keeps a date that is there."""
    kept = f"select 1 from {HouseholdToilet._meta.db_table} t where t.id = r._target and t.checked_on is not null"  # noqa: S608
    found = f"select r._row from {{rows}} r where r.status = 'checked' and r.checked_on is null and not exists ({kept})"  # noqa: S608
    return [Fault(row, "checked_on", WITHOUT_DATE) for (row,) in batch.fetch(found)]


WITHOUT_DATE = "已复核销号的，请填写复核日期"
PROBLEM = Q(status__in=["to_mend", "mending", "mended", "checked"])


class HouseholdToiletLedger(Ledger):
    slug, model, article = "household-toilets", HouseholdToilet, "2.3"
    scope_from, work_page = "household", ("construction:toilets", "成批整改复核")
    says = "户厕类型、问题、整改、复核和长效管护"
    columns = ("household", "village", "kind", "status", "retrofitted_on", "caretaker")
    card = ("household", "kind", "status")
    filters = ("kind", "status", "reuses_waste", "retrofitted_on")
    search = ("household__head_name", "caretaker")
    form = exchange = (
        "household", "kind", "status", "problem", "retrofitted_on", "checked_on", "reuses_waste",
        "caretaker", "caretaker_phone", "longitude", "latitude",
    )  # fmt: skip
    bulk = ("caretaker", "reuses_waste", "retrofitted_on")
    identity = ("household",)
    masked = {"caretaker_phone": mask_phone}
    tones = {"status": {"to_mend": "bad", "mending": "warn", "mended": "warn", "checked": "ok", "sound": "ok"}}
    limits = {"longitude": (109.0, 118.0), "latitude": (20.0, 26.0)}
    checks = (checked_without_date,)
    point = ("longitude", "latitude")
    stats = (
        Stat("按类型", by="kind"),
        Stat("整改销号率", where=Q(status="checked"), over=PROBLEM),
        Stat("问题厕所", where=PROBLEM & ~Q(status="checked"), unit="座"),
        Stat("资源化利用", where=Q(reuses_waste=True), unit="座"),
    )

    def clean(self, data: dict[str, object], record: object) -> dict[str, str]:
        if data["status"] == "checked" and not data["checked_on"]:
            return {"checked_on": WITHOUT_DATE}
        return {}
