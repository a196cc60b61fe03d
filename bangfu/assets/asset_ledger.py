"""项目资产台账 (1.4): the rows behind the official ledgers of county, town and village."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.db.models import Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.assets import entry, placing
from bangfu.assets.asset import Asset
from bangfu.assets.asset_page import page_of
from bangfu.assets.forming import limit
from bangfu.assets.states import GONE, TONES, UNUSED, State
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import FIELD, OFFICIALS, TEAM, Ledger, Stat
from bangfu.people import codes

HERE = ~Q(state__in=GONE)


class AssetLedger(Ledger):
    slug, model, article, scope = "assets", Asset, "1.4", "division"
    says = "项目形成的资产：值多少、归谁、谁在用、谁管护"
    read_by, edited_by = (*OFFICIALS, *TEAM), FIELD
    columns = ("name", "division", "asset_class", "formed_year", "cost_yuan", "owner", "state", "risks")
    card = ("name", "state", "cost_yuan")
    filters = (
        "state", "risks", "asset_class", "owner_level", "operation_mode", "formed_year", "project", "inspected_on",
        "right_confirmed_on", "handed_over_on", "cost_yuan", "acquired_on",
    )  # fmt: skip
    sorts = ("cost_yuan",)
    search = ("name", "asset_no", "old_no")
    in_search = True
    form = (
        "division", "name", "asset_class", "project", "formed_year", "acquired_on", "spec", "quantity", "unit_word",
        "cost_yuan", "owner_level", "owner", "user_name", "operation_mode", "keeper", "keeper_phone", "care_fund",
        "longitude", "latitude", "note",
    )  # fmt: skip
    exchange = ("asset_no", "old_no", *form, "right_confirmed_on", "certificate_no", "handed_over_on")
    bulk = ("keeper", "care_fund")
    identity = ("asset_no",)
    checks = (limit.of_workbook, entry.circles, placing.of_workbook)
    choice_aliases = codes.aliases("asset_class", "operation_mode", owner_level="asset_owner_level")
    limits = {"longitude": (109.0, 118.0), "latitude": (20.0, 26.0)}
    masked = {"keeper_phone": mask_phone}
    tones = {"state": TONES}
    untracked = ("risks",)
    groups = {
        "资产": ("asset_no", "old_no", *form[:9], "cost_yuan", "state"),
        "产权": ("owner_level", "owner", "right_confirmed_on", "certificate_no", "handed_over_on"),
        "使用和管护": ("user_name", "operation_mode", "keeper", "keeper_phone", "care_fund", "inspected_on"),
        "位置和备注": form[17:],
    }  # fmt: skip
    point = ("longitude", "latitude")
    related = (("asset-fund-parts", "asset"), ("asset-inspections", "asset"), ("stock-counts", "asset"))
    detail_template = "assets/asset.html"
    stats = (
        Stat("资产原值", total="cost_yuan", unit="元"),
        Stat("按类别", by="asset_class"),
        Stat("按状态", by="state"),
        Stat("已确权", where=HERE & ~Q(right_confirmed_on=None), over=HERE),
        Stat("闲置", where=Q(state=State.IDLE), unit="项"),
        Stat("没有管护责任人", where=HERE & Q(keeper=""), unit="项"),
    )

    def clean(self, data: dict[str, Any], record: Asset | None) -> dict[str, str]:
        return placing.faults(data, record) or entry.faults(data, record)

    def more(self, record: Asset, actor: Actor) -> dict[str, Any]:
        return page_of(record, actor)

    def visible_to(self, actor: Actor, act: Act = Act.READ) -> QuerySet[Any]:
        """What is owned is ended by disposal or loss, what brought money in by its books, and not by hand."""
        rows = super().visible_to(actor, act)
        return rows.filter(state__in=UNUSED, receipts__isnull=True) if act is Act.WITHDRAW else rows

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return placing.following(Asset.objects, keys)
