"""First steps for someone with nothing to do yet, by what they are allowed to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.consolidation.screening_pages import desks
from bangfu.exchange import registry as books
from bangfu.ledger import registry


@dataclass(frozen=True)
class FirstStep:
    icon: str
    title: str
    text: str
    url: str


def first_steps(actor: Actor) -> list[FirstStep]:
    found = []
    households = registry.get("households")
    if households and households.may(actor, Act.READ):
        found.append(
            FirstStep("users", "看看户和人", "按村查看农户，姓名、拼音首字母、号码尾数都能找", households.url())
        )
    if households and households.may(actor, Act.IMPORT) and books.get(households.book):
        words = "农户表、成员表照原样拿来就行，先看结果再决定"
        found.append(FirstStep("file-import", "导入已有的表", words, reverse("exchange:new", args=[households.book])))
    if desks(actor):
        words = "各部门每月的文件传到这里，看哪些没对上；县里筛查后线索进入各村"
        found.append(FirstStep("cloud-upload", "部门数据和筛查", words, reverse("consolidation:screening")))
    if actor.may(Act.READ):
        found.append(FirstStep("books", "打开台账", "按指引条文排列，每本都能导出和看统计", reverse("ledger:menu")))
        found.append(
            FirstStep("chart-bar", "看数", "各台账按区划统计，每个数都能点开看到记录", reverse("ledger:figures"))
        )
    return found
