"""清单制 (3.4): what village cadres may do, must do and offer: basis, steps, materials, time limit, all to be published."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.ledger.constraints import not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text

SEPARATOR = "→"


class ResponsibilityList(Record):
    """One item of a list of a county, town or village."""

    class Kind(models.TextChoices):
        MINOR_POWER = "minor_power", "小微权力清单"
        VILLAGE_MATTER = "village_matter", "村级事项清单"
        PUBLIC_SERVICE = "public_service", "公共服务清单"
        DUTY_BY_LAW = "duty_by_law", "依法履职清单"
        ASSISTING = "assisting", "协助政府清单"
        NEGATIVE = "negative", "负面清单"
        PROOF = "proof", "证明事项清单"

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="适用地")
    kind = models.CharField("清单", max_length=20, choices=Kind.choices)
    item = models.CharField("清单事项", max_length=100)
    basis = models.CharField("依据", max_length=200)
    owner = models.CharField("谁来办", max_length=60)
    steps = models.CharField("步骤", max_length=300, help_text="用“→”隔开，如：本人申请→村两委商议→公示→盖章")
    materials = text("要带的材料", 200)
    time_limit = models.PositiveSmallIntegerField("办理时限（工作日）", null=True, blank=True)
    supervised_by = text("谁来监督", 60)
    published_on = models.DateField("公开日期", null=True, blank=True)
    from_on = models.DateField("实施日期")
    to_on = models.DateField("废止日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "清单制"
        indexes = [models.Index(fields=["division", "id"], name="responsibility_list_division")]
        constraints = [
            models.UniqueConstraint(fields=["division", "kind", "item", "from_on"], name="one_list_item_a_version"),
            not_before("to_on", "from_on", "list_item_to_on_in_order", "废止日期早于实施日期，请核对"),
        ]

    def __str__(self) -> str:
        return self.item

    @property
    def steps_drawn(self) -> list[dict[str, str]]:
        """As ui/_steps.html draws them."""
        return [{"title": part.strip(), "state": "todo"} for part in self.steps.split(SEPARATOR) if part.strip()]


class ResponsibilityListLedger(Ledger):
    slug, model, article, scope = "responsibility-lists", ResponsibilityList, "3.4", "division"
    says = "小微权力、村级事项、公共服务等清单：依据、步骤、材料和时限"
    is_open, edited_by = True, FIELD
    columns = ("item", "kind", "division", "owner", "time_limit", "published_on", "to_on")
    card = ("item", "kind", "owner")
    filters = ("kind", "published_on", "from_on", "to_on", "time_limit")
    search = ("item", "owner", "materials")
    in_search = True
    form = exchange = (
        "division", "kind", "item", "basis", "owner", "steps", "materials", "time_limit", "supervised_by",
        "published_on", "from_on", "to_on",
    )  # fmt: skip
    bulk, identity = ("published_on", "supervised_by"), ("kind", "item", "division", "from_on")
    detail_template = "services/responsibility_list.html"
    stats = (
        Stat("按清单", by="kind"),
        Stat("公开率", where=Q(published_on__isnull=False), over=Q(to_on=None)),
    )
