"""驻镇干部 (5.3): who was sent by which unit to which team, in what post, from when to when."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.models import Unit, User
from bangfu.accounts.roles import Role
from bangfu.accounts.terms import in_order, never_twice, point, text_point
from bangfu.divisions.models import Division
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.units import overlaps, posts
from bangfu.units.helped import towns_of_units
from bangfu.units.posts import Post
from bangfu.units.team import Team

HERE = Q(withdrawn_at=None)


class Cadre(Record):
    town = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="驻点镇"
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="cadres", verbose_name="驻镇工作队")
    name = models.CharField("姓名", max_length=40)
    phone = text("手机", 20)
    sending_unit = models.ForeignKey(Unit, models.PROTECT, related_name="cadres", verbose_name="派出单位")
    post = models.CharField("职务", max_length=20, choices=Post.choices, default=Post.MEMBER)
    kind = models.CharField(
        "干部类别", max_length=codes.LENGTH, choices=codes.choices("cadre_sort"), default="seconded"
    )
    home_post = text("原单位职务", 60)
    from_on = models.DateField("到任日期")
    to_on = models.DateField("离任日期", null=True, blank=True, help_text="含当日；仍在任的不填")
    leads_county_team = models.BooleanField("兼任县级队队长", default=False, help_text="兼任的，镇队职务不变")
    deputy_agreement_no = text("增配副队长的书面意见", 80, "组团单位同意的文号或日期，原件作为附件上传")
    user = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="cadre_terms", verbose_name="账号"
    )

    class Meta:
        verbose_name = verbose_name_plural = "驻镇干部"
        indexes = [models.Index(fields=["town", "id"], name="cadre_town")]
        constraints = [
            in_order("cadre_in_order"),
            models.CheckConstraint(
                condition=~Q(post=Post.DEPUTY) | ~Q(deputy_agreement_no=""),
                name="deputy_with_agreement",
                violation_error_message="副队长须有组团单位的书面意见，请填写文号",
            ),
            never_twice("team_one_captain", point(F("team")), condition=HERE & Q(post=Post.CAPTAIN),
                        message=posts.TWO_CAPTAINS),
            never_twice("cadre_once", point(F("team")), text_point("name"), text_point("phone"), condition=HERE,
                        message=posts.TWICE),
            never_twice("cadre_user_once", point(F("user")), condition=HERE & Q(user__isnull=False),
                        message="这个账号在这段时间已是另一名驻镇干部"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class CadreLedger(Ledger):
    slug, model, article, scope, scope_from, unit = "cadres", Cadre, "5.3", "town", "team", "sending_unit"
    says = "队长、副队长、队员、第一书记、科技特派员等，派出单位和任期"
    edited_by = (Role.COUNTY, Role.TOWN, Role.CAPTAIN)
    columns = ("name", "post", "team", "sending_unit", "kind", "from_on", "to_on")
    card = ("name", "post", "team", "sending_unit")
    filters = ("post", "kind", "team", "sending_unit", "from_on", "to_on", "leads_county_team")
    search = ("name", "sending_unit__name")
    in_search = True
    form = exchange = (
        "team", "name", "phone", "sending_unit", "post", "kind", "home_post", "from_on", "to_on",
        "leads_county_team", "deputy_agreement_no",
    )  # fmt: skip
    identity = ("name", "team", "from_on")
    checks = (
        overlaps.never_twice(Cadre, "team_id", message=posts.TWO_CAPTAINS, only="{row}.post = 'captain'"),
        overlaps.never_twice(Cadre, "team_id", "name", "phone", message=posts.TWICE),
    )
    aliases = {"name": ("干部姓名", "队员姓名"), "from_on": ("任职时间",), "team": ("所在工作队",)}
    choice_aliases = codes.aliases(kind="cadre_sort") | {"post": (("一般队员", "member"),)}
    masked = {"phone": mask_phone}
    tones = {"post": {"captain": "ok"}}
    related = (("absences", "cadre"), ("care-items", "cadre"), ("yearly-opinions", "cadre"), ("prizes", "cadre"))
    stats = (Stat("按职务", by="post"), Stat("按类别", by="kind"), Stat("在任", where=Q(to_on=None), unit="人"))

    def of_units(self, units: frozenset[int]) -> Q:
        return Q(sending_unit__in=units) | Q(town__in=towns_of_units(units))

    def clean(self, data: dict[str, Any], record: Cadre | None) -> dict[str, str]:
        return posts.faults(data, record, Cadre.objects.all())
