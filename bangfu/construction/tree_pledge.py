"""认捐认种认养 (2.4): who gives, plants or adopts trees; money counts with the receipt of the fund's officer."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.construction import pledge_rules
from bangfu.construction.ancient_tree import AncientTree
from bangfu.construction.green_site import GreenSite
from bangfu.divisions.models import Division
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.columns import public_code, yuan
from bangfu.ledger.constraints import must, not_before
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import coded, text


class TreePledge(Record):
    """`code` is given by the database: with it anybody sees how the pledge stands and verifies its certificate."""

    class Kind(models.TextChoices):
        DONATION = "donation", "认捐"
        ADOPTION = "adoption", "认养"
        PLANTING = "planting", "认种"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    green_site = models.ForeignKey(
        GreenSite, models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name="绿化点"
    )
    ancient_tree = models.ForeignKey(
        AncientTree, models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name="认捐的古树"
    )
    kind = models.CharField("方式", max_length=10, choices=Kind.choices)
    donor = models.CharField("姓名或单位", max_length=80)
    donor_kind = coded("谁认的", "tree_donor")
    phone = text("联系电话", 20)
    is_shown = models.BooleanField("同意公开姓名", default=False)
    pledged_on = models.DateField("认领日期")
    trees = models.PositiveIntegerField("株数", validators=[MinValueValidator(1)])
    pledged_yuan = yuan("认捐金额")
    received_yuan = yuan("到账金额")
    received_on = models.DateField("到账日期", null=True, blank=True)
    receipt_no = text("票据号", 40)
    planted_on = models.DateField("种植日期", null=True, blank=True)
    until_on = models.DateField("认养到期", null=True, blank=True)
    is_from_public = models.BooleanField("网上认领", default=False, db_default=False, editable=False)
    code = public_code("认领编号")

    class Meta:
        verbose_name = verbose_name_plural = "认捐认种认养"
        indexes = [models.Index(fields=["village", "id"], name="tree_pledge_village")]
        constraints = [
            must(pledge_rules.PAID, "tree_pledge_receipt_no_of_money", "到账的，金额、日期和票据号要一起填"),
            must(pledge_rules.FOR_ONE, "tree_pledge_green_site_or_tree", "请选绿化点，或选一株古树；两者只选一个"),
            not_before("received_on", "pledged_on", "tree_pledge_received_on_in_order", "到账日期早于认领日期，请核对"),
            not_before("until_on", "pledged_on", "tree_pledge_until_on_in_order", "认养到期早于认领日期，请核对"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.donor} {self.get_kind_display()}{self.trees}株"


class TreePledgeLedger(Ledger):
    slug, model, article = "tree-pledges", TreePledge, "2.4"
    says = "谁认捐、认种、认养了多少；钱由基金经办人开票据后才算到账"
    columns = ("donor", "donor_kind", "green_site", "kind", "trees", "pledged_on", "received_yuan", "planted_on")
    card = ("donor", "kind", "trees")
    filters = ("kind", "donor_kind", "pledged_on", "received_on", "planted_on", "until_on", "green_site", "is_shown")
    search, detail_template = ("donor", "receipt_no", "code"), "construction/tree_pledge.html"
    form = exchange = (
        "village", "green_site", "ancient_tree", "kind", "donor", "donor_kind", "phone", "is_shown", "pledged_on",
        "trees", "pledged_yuan", "planted_on", "until_on",
    )  # fmt: skip
    groups = {
        "认领": (*form[:11], "is_from_public", "code"), "种植": form[11:],
        "到账": ("received_yuan", "received_on", "receipt_no"),
    }  # fmt: skip
    identity = ("donor", "village", "kind", "pledged_on")
    choice_aliases = codes.aliases(donor_kind="tree_donor")
    masked = {"phone": mask_phone}
    stats = (
        Stat("株数", total="trees", unit="株"),
        Stat("到账", total="received_yuan", unit="元"),
        Stat("认了钱还没到账", where=Q(pledged_yuan__gt=0, received_on=None), unit="笔"),
        Stat("按方式", by="kind"),
        Stat("按谁认的", by="donor_kind"),
    )

    def more(self, record: Any, actor: Actor) -> dict[str, Any]:
        return {"may_receive": pledge_rules.may_receive(actor, record)}

    def clean(self, data: dict[str, Any], record: TreePledge | None) -> dict[str, str]:
        return pledge_rules.faults(data)
