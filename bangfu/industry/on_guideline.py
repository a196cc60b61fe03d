"""What the pages of articles 4.1–4.5 open beside their ledgers: the computed tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.lawbook import beside
from bangfu.lawbook.beside import Beside
from bangfu.ledger import registry

#: article, ledger whose readers may open it, address, title, what it shows
PAGES = (
    ("4.1", "farmer-linkages", "industry:linkage-book", "联农带农工作台账", "每份协议承诺多少、兑现多少、还差多少"),
    ("4.1", "farmer-linkages", "industry:unlinked", "还没有联结的农户", "有劳动能力、没有协议的户，先看监测户"),
    ("4.2", "purchases", "industry:sales", "消费帮扶销售情况", "按产地和采购方，比上年同期"),
    ("4.2", "canteen-budgets", "industry:reserves", "食堂预留采购进度", "每个预算单位应预留多少、已采购多少"),
    ("4.3", "technology-requests", "industry:questions", "农技问答库", "答复过的问题，先查再问"),
    ("4.4", "collective-accounts", "industry:collectives", "村集体经济总览", "收入分档、比上年、经济薄弱村"),
    ("4.4", "collective-contracts", "industry:contract-dues", "村集体合同应收款", "到期没有收齐的合同"),
    ("4.5", "firm-landings", "industry:firms", "落地企业一览", "每年的就业、投资、税收，和上年比"),
    ("4.5", "logistics-reaches", "industry:logistics", "物流通达情况", "各镇有多少村通了物流"),
)


def offer() -> None:
    beside.sources["产业总览"] = pages


def pages(actor: Actor, on: date, numbers: Sequence[str]) -> Mapping[str, Sequence[Beside]]:
    found = defaultdict(list)
    for article, slug, address, title, says in PAGES:
        ledger = registry.get(slug)
        if article in numbers and ledger and ledger.may(actor, Act.READ):
            found[article].append(Beside(title, says, reverse(address)))
    return found
