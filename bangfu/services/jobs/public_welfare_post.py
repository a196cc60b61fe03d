"""公益性岗位 (3.1): who holds one, until when; limits of age and of posts in a household are parameters."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.accounts.terms import in_order
from bangfu.ledger.columns import yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.services.columns import chosen
from bangfu.services.jobs.post_limits import AGE, HOME, age_on, limits_of, of_a_wrong_age, too_many_at_home
from bangfu.services.of_person import AboutPerson, OfPerson


class PublicWelfarePost(OfPerson):
    kind = chosen("岗位类型", "public_post_kind")
    duty = text("做什么", 100, "如：新屋片保洁")
    from_on = models.DateField("上岗日期")
    to_on = models.DateField("到期日期", null=True, blank=True, help_text="含当日")
    monthly_yuan = yuan("月补贴", required=True)
    paid_by = text("资金来源", 60)

    class Meta(OfPerson.Meta):
        verbose_name = verbose_name_plural = "公益性岗位人员"
        indexes = [models.Index(fields=["village", "id"], name="welfare_post_village")]
        constraints = [
            *OfPerson.Meta.constraints,
            models.UniqueConstraint(fields=["person", "from_on"], name="one_welfare_post_a_day"),
            in_order("welfare_post_to_on_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.get_kind_display()}"


class PublicWelfarePostLedger(AboutPerson, Ledger):
    slug, model, article = "public-welfare-posts", PublicWelfarePost, "3.1"
    says = "公益性岗位由谁担任、到哪天、每月多少；年龄和每户个数有上限"
    edited_by = FIELD
    columns = ("name", "village", "kind", "from_on", "to_on", "monthly_yuan")
    card = ("name", "kind", "to_on")
    filters = ("kind", "from_on", "to_on", "person")
    search = ("name", "duty")
    form = ("person", "kind", "duty", "from_on", "to_on", "monthly_yuan", "paid_by")
    exchange = ("household", "name", *form[1:])
    bulk, identity = ("paid_by",), ("household", "name", "from_on")
    choice_aliases = codes.aliases(kind="public_post_kind")
    checks = (of_a_wrong_age, too_many_at_home)
    stats = (Stat("按类型", by="kind"), Stat("没有到期日", where=Q(to_on=None), unit="人"))

    def clean(self, data: dict[str, Any], record: PublicWelfarePost | None) -> dict[str, str]:
        person, first, last = data["person"], data["from_on"], data["to_on"]
        limits = limits_of(person.village_id)
        if not limits["youngest"] <= age_on(person.born_on, first) <= limits["oldest"]:
            return {"from_on": AGE.format(**limits)}
        same = PublicWelfarePost.objects.filter(Q(to_on=None) | Q(to_on__gte=first), household=person.household_id)
        same = same.filter(withdrawn_at=None, **({"from_on__lte": last} if last else {}))
        same = same.exclude(pk=record.pk) if record else same
        if same.count() >= limits["most"]:
            return {"from_on": HOME.format(**limits)}
        return {}
