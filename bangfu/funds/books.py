"""Which accounts stand behind the money: where it came from, who holds it, what is set aside for a project, what is spent.

来源 origin → 各级待分配 fund (province, city, county, town) → 项目预算 line → 已支出 spent
"""

from __future__ import annotations

from bangfu.bookkeeping.models import Account, Entry
from bangfu.bookkeeping.posting import Of
from bangfu.divisions.models import Division
from bangfu.kernel.codes import Level
from bangfu.policy.code_lists import code_list

SOURCES = "fund_source"
ORIGIN, LINE, SPENT = "origin", "line", "spent"
HELD = {
    Level.PROVINCE: "fund_province", Level.CITY: "fund_city", Level.COUNTY: "fund_county", Level.TOWN: "fund_town",
}  # fmt: skip
#: in the order in which money passes through them
KINDS = {
    ORIGIN: "资金来源", HELD[Level.PROVINCE]: "省级待分配", HELD[Level.CITY]: "市级待分配",
    HELD[Level.COUNTY]: "县级待安排", HELD[Level.TOWN]: "镇级待安排", LINE: "项目已安排未支付", SPENT: "项目已支付",
}  # fmt: skip
#: kinds of accounts of packages above, which the pages of accounts and vouchers open too; they add when the apps are ready
OTHERS: dict[str, str] = {}

#: what an entry is about, in words; packages above add theirs
WHAT = {
    "document": "资金文件", "allot": "下达", "recover": "收回", "return": "上缴国库", "carry": "结转",
    "budget": "安排到项目", "budget_back": "收回安排", "payment": "支付", "refund": "收回退款",
}  # fmt: skip


def source_label(source: str) -> str:
    return code_list(SOURCES).label(source)


def book(holder: Division | int) -> str:
    """Who pays keeps the book: voucher numbers and closed years are its own."""
    return f"fund:{holder.pk if isinstance(holder, Division) else holder}"


def origin(holder: Division, source: str, year: int) -> Of:
    """The world outside: what a document brought in stands here with a minus."""
    title = f"{source_label(source)}资金来源 {year}（{holder.label}）"
    return _of_holder(holder, source, year, ORIGIN, title, is_non_negative=False)


def held(holder: Division, source: str, year: int) -> Of:
    """What a level has and has not passed on yet."""
    title = f"{holder.label}{source_label(source)}资金 {year}"
    return _of_holder(holder, source, year, HELD[Level(holder.level)], title)


def _of_holder(holder: Division, source: str, year: int, kind: str, title: str, *, is_non_negative: bool = True) -> Of:
    """The account that is there keeps its key, also when the division got another code since."""
    there = Account.objects.filter(kind=kind, division=holder, category=source, year=year).order_by("pk").first()
    key = there.key if there else f"{kind}:{holder.pk}:{source}:{year}"
    kept = there.book if there else book(holder)
    return Of(key, title, kept, kind, holder.pk, source, year, is_non_negative)


def is_written(request_key: str) -> bool:
    """Whether an act was written before; asked under the lock of its row."""
    return Entry.objects.filter(request_key=request_key).exists()
