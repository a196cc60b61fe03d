"""The acts by which a project's cost becomes assets, or it is said why none is formed (1.4). The project is locked: two
people at once never register more than was spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid5

from bangfu.accounts.actor import Actor
from bangfu.assets.asset import Asset
from bangfu.assets.forming import money
from bangfu.assets.forming.no_asset import NoAsset
from bangfu.assets.fund_part import FundPart
from bangfu.bookkeeping.posting import Refused
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.columns import ZERO
from bangfu.kernel import dates
from bangfu.kernel.money import show_yuan
from bangfu.ledger import acts
from bangfu.ledger.acts import recorded
from bangfu.projects.project import Project
from bangfu.projects.states import State

#: a project whose work is there and taken over
BUILT = (State.ACCEPTED, State.AUDITED, State.ASSET_FORMED, State.EVALUATED, State.ARCHIVED)


def _locked(project: Project) -> Project:
    row = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if row.state not in BUILT:
        raise Refused(f"项目“{row}”是“{row.get_state_display()}”，验收以后才能登记资产")
    return row


def form_assets(project: Project, wanted: Sequence[Mapping[str, Any]], doing: Doing) -> list[Asset]:
    """One asset for each of `wanted` (columns of Asset), with its fund parts. Errors: Refused; nothing is written then.

    The same request again gives the assets made first.
    """
    with recorded(doing.by, "assets.form"):
        row = _locked(project)
        keys = [uuid5(doing.request, str(number)) for number in range(len(wanted))]
        if made := list(Asset.objects.filter(client_uuid__in=keys).order_by("pk")):
            return made
        _fits(row, sum((each["cost_yuan"] for each in wanted), ZERO))
        if stated := _stated(row):
            acts.withdraw(ledger_of(NoAsset), stated, by=doing.by, reason="已登记资产")
        return [_formed(row, each, key, doing) for each, key in zip(wanted, keys, strict=True)]


def _formed(row: Project, values: Mapping[str, Any], key: Any, doing: Doing) -> Asset:
    known = {"project": row, "formed_year": (row.accepted_on or dates.today()).year, "acquired_on": row.accepted_on}
    made: Any = acts.create(ledger_of(Asset), {**known, **values}, by=doing.by, client_uuid=key)
    money.compose(made)
    return made  # type: ignore[no-any-return]


def _fits(row: Project, cost: Decimal) -> None:
    known = money.money_of(row)
    if cost > known.left:
        raise Refused(
            f"这些资产合计 {show_yuan(cost)} 元，多于还可以登记的 {show_yuan(known.left)} 元"
            f"（{known.by} {show_yuan(known.limit)} 元，已登记资产 {show_yuan(known.formed)} 元）"
        )


def _stated(row: Project) -> NoAsset | None:
    return NoAsset.objects.filter(project=row, withdrawn_at=None).first()


def state_no_asset(project: Project, reason: str, doing: Doing) -> NoAsset:
    """Errors: Refused, when assets are registered."""
    with recorded(doing.by, "assets.no_asset"):
        row = _locked(project)
        if stated := _stated(row):
            return stated
        if Asset.objects.filter(project=row, withdrawn_at=None).exists():
            raise Refused("这个项目已经登记了资产，不能再说明不形成资产")
        values = {"project": row, "reason": reason, "stated_on": dates.today()}
        return acts.create(ledger_of(NoAsset), values, by=doing.by)  # type: ignore[return-value]


def take_back_statement(stated: NoAsset, reason: str, by: Actor) -> None:
    acts.withdraw(ledger_of(NoAsset), stated, by=by, reason=reason)


def set_parts(asset: Asset, wanted: Mapping[str, Decimal], doing: Doing) -> None:
    """The sources of an asset's cost as a person gives them: {source: yuan}. Errors: Refused, unless they make the cost."""
    with recorded(doing.by, "assets.parts"):
        row = Asset.objects.select_for_update(no_key=True).get(pk=asset.pk)
        parts = {source: yuan for source, yuan in wanted.items() if yuan}
        if (total := sum(parts.values(), ZERO)) != row.cost_yuan:
            more = "多于" if total > row.cost_yuan else "少于"
            raise Refused(f"资金构成合计 {show_yuan(total)} 元，{more}原值 {show_yuan(row.cost_yuan)} 元，请核对")
        FundPart.objects.filter(asset=row).delete()
        for source, yuan in parts.items():
            money.book(row, source, yuan)
