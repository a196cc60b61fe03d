"""Which project an asset of an old ledger came of (1.4): by its number, by its name; else proposals for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from bangfu.assets.alike import ALIKE, key, likeness
from bangfu.assets.models import Asset
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.kernel.text import clean
from bangfu.projects.project import Project
from bangfu.projects.states import DROPPED


@dataclass(frozen=True)
class Named:
    pk: int
    project_no: str
    name: str
    year: int
    division: int


class Projects:
    """Of a place, read once."""

    def __init__(self, place: int, scope: Scope) -> None:
        low, high = codes.bounds(place)
        rows = Project.objects.filter(
            scope.q("division"), Q(division__gte=low, division__lte=high), withdrawn_at=None
        ).exclude(state__in=DROPPED)
        listed = rows.values_list("pk", "project_no", "name", "year", "division_id")
        self.all = [Named(*row) for row in listed]
        self.by_number = {clean(each.project_no): each for each in self.all}
        self.by_name: defaultdict[str, list[Named]] = defaultdict(list)
        for each in self.all:
            self.by_name[key(each.name)].append(each)

    def of(self, number: str, name: str) -> Named | None:
        """Sure ones only: the number, or a name that one project alone has."""
        if number and (found := self.by_number.get(clean(number))):
            return found
        named = self.by_name.get(key(name), []) if name else []
        return named[0] if len(named) == 1 else None


@dataclass(frozen=True)
class Proposal:
    asset: Asset
    project: Named
    why: str


def proposals(assets: Sequence[Asset], projects: Projects) -> list[Proposal]:
    """The most likely project of each asset that has none, where one is alike enough in name, near and of that time."""
    by_town: defaultdict[int, list[Named]] = defaultdict(list)
    for each in projects.all:
        by_town[each.division // 1000].append(each)
    found = []
    for asset in assets:
        near = [*by_town[asset.division_id // 1000], *by_town[asset.division_id // 10**6 * 1000]]
        scored = [(_score(asset, each), each) for each in near if abs(each.year - asset.formed_year) <= 2]
        best = max(scored, key=lambda pair: (pair[0], -pair[1].pk), default=None)
        if best and best[0] >= ALIKE:
            found.append(Proposal(asset, best[1], _why(asset, best[1])))
    return found


def _score(asset: Asset, project: Named) -> float:
    said = asset.note.removeprefix("原项目：") if asset.note.startswith("原项目：") else ""
    like = max(likeness(asset.name, project.name), likeness(said, project.name) if said else 0)
    return like + (0.1 if asset.division_id == project.division else 0)


def _why(asset: Asset, project: Named) -> str:
    near = "同一个村" if asset.division_id == project.division else "同一个镇"
    return f"{near}，名称相近，{project.year} 年度"
