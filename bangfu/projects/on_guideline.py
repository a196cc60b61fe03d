"""What the pages of 2.1 and 2.2 open beside their ledgers: the order of projects, the year's plan, merging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.lawbook import beside
from bangfu.lawbook.beside import Beside
from bangfu.projects.acts import ledger


def offer() -> None:
    beside.sources["项目"] = pages


def pages(actor: Actor, on: date, numbers: Sequence[str]) -> Mapping[str, Sequence[Beside]]:
    if not ledger().may(actor, Act.READ):
        return {}
    order = Beside("项目先后次序", "得分逐行说明，人工调整要写理由", reverse("projects:order"))
    library = [Beside("年度项目计划", "按类型汇总投资、开工和验收", reverse("projects:year")), order]
    if Role.TOWN in actor.roles:
        library.append(Beside("合并申报", "几个村的同类项目合成一个镇项目", reverse("projects:merge")))
    return {article: shown for article, shown in (("2.1", [order]), ("2.2", library)) if article in numbers}
