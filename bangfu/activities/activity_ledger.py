"""活动台账 (1.1–5.5): one list of all activities; units see and enter those in which they take part."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.activities import changed, faults, follow_ups, intake, offers, sameness
from bangfu.activities.activity import KINDS, VISIT, Activity, ActivityUnit
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.people import codes


class ActivityLedger(Ledger):
    slug, model, article, scope = "activities", Activity, "1.1", "division"
    says = "走访、会议、调研、培训等实际开展的活动，一次登记，各处引用"
    edited_by = (*FIELD, Role.LIAISON)
    columns = ("held_on", "kind", "household", "division", "title", "unit_names", "people", "found", "result")
    card = ("held_on", "kind", "household", "unit_names")
    filters = ("kind", "held_on", "has_change", "household", "group")
    sorts = ("held_on",)
    search = ("household__head_name", "title", "people", "unit_names", "cadre_names")
    form = exchange = (
        "kind", "held_on", "ends_on", "division", "place", "other_places", "household", "title", "group", "unit_names",
        "chair", "cadre_names", "people", "headcount", "has_change", "found", "result", "details",
    )  # fmt: skip
    bulk = ("people",)
    identity = ("same_key",)
    told_by = ("title", "held_on", "division__name")
    aliases = {"held_on": ("走访日期",), "people": ("走访人",), "found": ("走访情况",), "unit_names": ("参与单位",)}
    choice_aliases = codes.aliases(kind=KINDS)
    groups = {"活动": form[:8], "参加": form[8:14], "情况": form[14:]}
    detail_template = "activities/activity.html"
    tones = {"has_change": {True: "warn"}}
    derive = staticmethod(intake.derive)  # type: ignore[assignment]
    untracked = ("same_key",)
    stats = (
        Stat("入户走访", where=Q(kind=VISIT), unit="次"),
        Stat("情况有变化", where=Q(kind=VISIT, has_change=True), unit="次"),
        Stat("到镇调研", where=Q(kind="field_study"), unit="次"),
        Stat("按类别", by="kind"),
    )

    def clean(self, data: dict[str, Any], record: Activity | None) -> dict[str, str]:
        return faults.of(data)

    def unit_faults(self, data: dict[str, Any], units: frozenset[int]) -> dict[str, str]:
        return faults.for_units(data, units)

    def of_units(self, units: frozenset[int]) -> Q:
        """Those in which the unit took part; never what is about a household."""
        parts = ActivityUnit.objects.filter(activity=OuterRef("pk"), unit__in=units)
        return Q(Exists(parts), household=None)

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return changed.following(keys)

    @property
    def new_url(self) -> str:
        return reverse("activities:new")

    def prepare(self, record: Activity) -> None:
        faults.in_proper_form(record)
        record.same_key = sameness.key_of(record)

    def more(self, record: Activity, actor: Actor) -> dict[str, Any]:
        return {
            "counted_by": offers.counted_by(record),
            "follow_ups": list(follow_ups.of_activity(record)),
        }
