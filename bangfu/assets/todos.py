"""What of assets waits for me (1.4): projects that are to form assets, inspections, an open stock-taking, differences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.assets import due
from bangfu.assets.forming.no_asset import NoAsset
from bangfu.assets.models import Asset, Difference, StockCount, StockRound
from bangfu.assets.operating.todos import OfAssets
from bangfu.assets.powers import OFFICERS
from bangfu.assets.states import GONE
from bangfu.divisions.scope import Scope
from bangfu.funds.allotting import ledger_of
from bangfu.kernel import codes
from bangfu.ledger.declaration import TEAM
from bangfu.ledger.peek import Found, Peek
from bangfu.projects.project import Project
from bangfu.projects.states import State as ProjectState

NAMED, COUNTED = 3, 100
KEEPERS = (Role.VILLAGE, *TEAM)
#: accepted, and its assets are next; later states passed that step
WAITING = (ProjectState.ACCEPTED, ProjectState.AUDITED)

Lines = Iterator[Peek[OfAssets]]


def waiting(actor: Actor, on: date) -> Lines:
    officer, keeper = actor.scope(Act.EDIT, OFFICERS), actor.scope(Act.EDIT, KEEPERS)
    if officer:
        yield _to_form(officer)
    if keeper:
        yield from _to_inspect(actor, keeper, on)
        yield _to_count(keeper, on)
    if officer or keeper:
        yield _to_settle(officer or keeper, on)


def _to_form(scope: Scope) -> Peek[OfAssets]:
    assets = Asset.objects.filter(project=OuterRef("pk"), withdrawn_at=None)
    stated = NoAsset.objects.filter(project=OuterRef("pk"), withdrawn_at=None)
    rows = Project.objects.filter(
        scope.q("division"), ~Exists(assets), ~Exists(stated), state__in=WAITING, withdrawn_at=None
    )

    def told(found: list[Found]) -> Iterator[OfAssets]:
        for row in found[:NAMED]:
            pk, name = row.said["pk"], row.said["name"]
            why = "验收以后登记形成的资产，或说明不形成的原因；名称和金额已按项目填好"
            yield OfAssets(f"form-assets:{pk}", f"形成资产：{name}", why, reverse("assets:form", args=[pk]), "去登记")
        if len(found) > NAMED:
            url = f"{ledger_of(Project).url()}?state={ProjectState.ACCEPTED.value}"
            yield OfAssets("form-assets", "还有项目验收了没有登记资产", "一个项目一个项目地登记", url, "看名单")

    return Peek(rows.order_by("accepted_on", "pk"), told, {"pk": "pk", "name": "name"}, most=NAMED + 1)


def _counted(rows: QuerySet[Any], line: Callable[[str], OfAssets]) -> Peek[OfAssets]:
    """One line for all of them, with how many."""

    def told(found: list[Found]) -> Iterator[OfAssets]:
        if found:
            yield line(f"{COUNTED} 多" if len(found) > COUNTED else str(len(found)))

    return Peek(rows, told, {"pk": "pk"}, most=COUNTED + 1)


def _to_inspect(actor: Actor, scope: Scope, on: date) -> Lines:
    place = next((each.pk for each in actor.homes if each.pk in scope), None)
    if place is None:
        return
    rows = due.overdue(Asset.objects.filter(scope.q("division")), place, on)
    why = "按资产类别规定的间隔；完好的点一下就行"
    url = reverse("assets:inspections")
    yield _counted(rows, lambda n: OfAssets("inspect-assets", f"{n} 项资产该巡查了", why, url, "去巡查"))


def _to_count(scope: Scope, on: date) -> Peek[OfAssets]:
    """Assets in an open round without an answer; the round nearest to its end names the line."""
    low, high = scope.ranges[0]
    above = codes.ancestors(low)
    rounds = StockRound.objects.filter(
        Q(division__in=above) | Q(division__gte=low, division__lte=high),
        ended_on=None,
        opened_on__lte=on,
        withdrawn_at=None,
    )
    said = StockCount.objects.filter(asset=OuterRef("pk"), stock_round__in=rounds, withdrawn_at=None)
    rows = Asset.objects.filter(
        scope.q("division"), Exists(rounds), ~Exists(said), withdrawn_at=None
    ).exclude(state__in=GONE)  # fmt: skip
    why, url = "逐项点一下在不在，全部都好的每项只点一次", reverse("assets:stock")
    return _counted(rows, lambda n: OfAssets("count-assets", f"资产盘点：还有 {n} 项没有点", why, url, "去盘点"))


def _to_settle(scope: Scope, on: date) -> Peek[OfAssets]:
    rows = Difference.objects.filter(scope.q("division"), settled_on=None, due_on__lte=on, withdrawn_at=None)
    why, url = "资金、项目、资产和盘点对不上，已到核对期限", reverse("assets:reconcile")
    return _counted(
        rows, lambda n: OfAssets("asset-differences", f"{n} 处账实差异要核清", why, url, "去核对", tone="bad")
    )
