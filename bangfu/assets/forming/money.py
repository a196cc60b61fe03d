"""How much of a project's money may become assets, and from which of its budget lines each asset's cost came (1.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.db.models import Sum

from bangfu.assets.asset import Asset
from bangfu.assets.fund_part import FundPart
from bangfu.funds.budget_line import BudgetLine
from bangfu.funds.columns import ZERO
from bangfu.projects.project import Project

_FEN = Decimal("0.01")


@dataclass(frozen=True)
class Money:
    """Of a project. `limit`: all its assets together cost no more; `by`: what the limit is, in words."""

    paid: Decimal
    limit: Decimal
    by: str
    formed: Decimal
    #: whether money of the project is kept here at all
    is_known: bool

    @property
    def left(self) -> Decimal:
        return max(self.limit - self.formed, ZERO)


def assets_of(project: int, *, but: int | None = None) -> Decimal:
    rows = Asset.objects.filter(project=project, withdrawn_at=None).exclude(pk=but or 0)
    return rows.aggregate(total=Sum("cost_yuan"))["total"] or ZERO


def money_of(project: Project, *, but: int | None = None) -> Money:
    """The settlement holds; before it what was paid; where no money was recorded (older projects), what was planned."""
    sums = BudgetLine.objects.filter(project=project).aggregate(paid=Sum("paid_yuan"), budgeted=Sum("budgeted_yuan"))
    paid, is_known = sums["paid"] or ZERO, True
    if project.settled_yuan is not None:
        limit, by = project.settled_yuan, "审定结算金额"
    elif sums["budgeted"]:
        limit, by = paid, "已支付金额"
    else:
        limit, by, is_known = project.planned_yuan, "计划投资（还没有资金和结算记录）", False
    return Money(paid, limit, by, assets_of(project.pk, but=but), is_known)


@dataclass(frozen=True)
class Room:
    """Of a budget line, what is in no asset yet: of its payments, and of what is set aside and still to be paid."""

    line: BudgetLine
    paid: Decimal
    unpaid: Decimal


def room(project: Project) -> list[Room]:
    lines = list(BudgetLine.objects.filter(project=project, budgeted_yuan__gt=0).order_by("pk"))
    rows = FundPart.objects.filter(line__in=lines, withdrawn_at=None, asset__withdrawn_at=None)
    used = dict(rows.values_list("line").annotate(total=Sum("yuan")).order_by())
    found = []
    for line in lines:
        paid = max(line.paid_yuan - used.get(line.pk, ZERO), ZERO)
        found.append(Room(line, paid, max(line.budgeted_yuan - used.get(line.pk, ZERO) - paid, ZERO)))
    return found


def shares(cost: Decimal, rooms: Sequence[Decimal]) -> list[Decimal]:
    """The cost over the rooms, in proportion and to the fen; none takes more than it has."""
    total = sum(rooms, ZERO)
    if total <= 0:
        return [ZERO for _ in rooms]
    cost = min(cost, total)
    found = [min(each, (cost * each / total).quantize(_FEN, ROUND_DOWN)) for each in rooms]
    missing = cost - sum(found, ZERO)
    for at, each in enumerate(rooms):
        more = min(each - found[at], missing)
        found[at] += more
        missing -= more
    return found


def _parts(asset: Asset, yuan: Decimal, found: Sequence[Room]) -> list[FundPart]:
    """Parts of the asset that together are the yuan, or as much of it as the lines have. What is settled and kept back
    for a while (质保金) comes from what is set aside."""
    given = shares(yuan, [each.paid for each in found])
    is_settled = asset.project is not None and asset.project.settled_yuan is not None
    rest = [each.unpaid if is_settled else ZERO for each in found]
    later = shares(yuan - sum(given, ZERO), rest)
    made = [
        FundPart(asset=asset, division_id=asset.division_id, source=each.line.source, line=each.line, yuan=one + two)
        for each, one, two in zip(found, given, later, strict=True)
        if one + two > 0
    ]
    for part in made:
        part.save(force_insert=True)
    return made


def compose(asset: Asset) -> list[FundPart]:
    """Parts of a new asset out of its project's money; none where no money is recorded."""
    return _parts(asset, asset.cost_yuan, room(asset.project)) if asset.project else []


def book(asset: Asset, source: str, yuan: Decimal) -> None:
    """So much of the asset came from the source: from the project's lines of it, and what they do not have from none."""
    found = [each for each in room(asset.project) if each.line.source == source] if asset.project else []
    left = yuan - sum((part.yuan for part in _parts(asset, yuan, found)), ZERO)
    if left > 0:
        FundPart(asset=asset, division_id=asset.division_id, source=source, yuan=left).save(force_insert=True)
