"""The acts on assets that are not used or no longer there (1.4): idle with its plan, put to use, lost, found; each with undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models.functions import Now

from bangfu.assets.asset import Asset
from bangfu.assets.operating import risk
from bangfu.assets.operating.idle_spell import IdleSpell
from bangfu.assets.operating.loss_report import LossReport
from bangfu.assets.operating.moves import IN_USE, added, locked, move, must_be, write
from bangfu.assets.states import State
from bangfu.bookkeeping.posting import Refused
from bangfu.funds import rules
from bangfu.funds.allotting import Doing, first_of
from bangfu.ledger import acts, history

history.ACTS |= {
    "assets.idle": "登记闲置低效", "assets.used": "登记盘活", "assets.lost": "报告灭失", "assets.back": "找回或修复",
    "assets.undo": "撤销",
}  # fmt: skip
Told = TypeVar("Told", IdleSpell, LossReport)


def report_idle(asset: Asset, values: Mapping[str, Any], doing: Doing) -> IdleSpell:
    """`values`: kind, since_on, reason, plan, plan_by_on, responsible. Errors: Refused."""
    rules.not_ahead(values["since_on"], "日期")
    if values["plan_by_on"] < values["since_on"]:
        raise Refused("计划完成日期早于闲置日期，请核对")
    with acts.recorded(doing.by, "assets.idle", values["reason"]):
        asset = locked(asset)
        if made := first_of(IdleSpell, doing):
            return made  # type: ignore[no-any-return]
        must_be(asset, IN_USE, "登记闲置低效")
        open_one = IdleSpell.objects.filter(asset=asset, used_on=None, withdrawn_at=None).first()
        if open_one:
            raise Refused(f"该资产已登记{open_one}，请先登记盘活，或修改那一条")
        return _told(IdleSpell, asset, values, State(values["kind"]), doing)


def report_loss(asset: Asset, values: Mapping[str, Any], doing: Doing) -> LossReport:
    """`values`: kind, found_on, what, police_no, responsible. Errors: Refused."""
    rules.not_ahead(values["found_on"], "发现日期")
    with acts.recorded(doing.by, "assets.lost", values["what"]):
        asset = locked(asset)
        if made := first_of(LossReport, doing):
            return made  # type: ignore[no-any-return]
        must_be(asset, IN_USE, "报告灭失")
        return _told(LossReport, asset, values, State.LOST, doing)


def _told(model: type[Told], asset: Asset, values: Mapping[str, Any], state: State, doing: Doing) -> Told:
    made = added(model, asset, {**values, "state_before": asset.state}, doing)
    move(asset, state)
    risk.refresh([asset.pk])
    return made


def put_to_use(spell: IdleSpell, values: Mapping[str, Any], doing: Doing) -> IdleSpell:
    """盘活. `values`: on, outcome. Errors: Refused."""
    return _over(spell, "used_on", State.OPERATING, (State.IDLE, State.INEFFICIENT), "assets.used", values, doing)


def take_back(report: LossReport, values: Mapping[str, Any], doing: Doing) -> LossReport:
    """找回或修复. `values`: on, outcome. Errors: Refused."""
    return _over(report, "back_on", State(report.state_before), (State.LOST,), "assets.back", values, doing)


def _over(
    row: Told, day: str, to: State, at: tuple[State, ...], act: str, values: Mapping[str, Any], doing: Doing
) -> Told:
    since = row.since_on if isinstance(row, IdleSpell) else row.found_on
    on = values["on"]
    rules.not_ahead(on, "日期")
    if on < since:
        raise Refused(f"日期早于登记的 {since}，请核对")
    with acts.recorded(doing.by, act, values["outcome"]):
        asset, fresh = _fresh(row)
        if getattr(fresh, day):
            return fresh
        must_be(asset, at, "办理")
        write(fresh, **{day: on, "outcome": values["outcome"]})
        move(asset, to)
        risk.refresh([asset.pk])
        return fresh


def _fresh(row: Told) -> tuple[Asset, Told]:
    asset = locked(row.asset_id)
    row.refresh_from_db()
    if row.withdrawn_at:
        raise Refused("这条登记已经撤销")
    return asset, row


def undo(row: Told, reason: str, doing: Doing) -> Told:
    """The last act on it: its end, or the report itself; the asset is again what it was. Errors: Refused."""
    with acts.recorded(doing.by, "assets.undo", reason):
        asset, fresh = _fresh(row)
        day, at = ("used_on", str(row.kind)) if isinstance(row, IdleSpell) else ("back_on", State.LOST)
        if getattr(fresh, day):
            must_be(asset, IN_USE, "撤销")
            if _open_others(fresh, day):
                raise Refused("这项资产之后又登记过一次，请先办那一条")
            write(fresh, **{day: None, "outcome": ""})
            move(asset, at)
        else:
            must_be(asset, (State(at),), "撤销")
            write(fresh, withdrawn_at=Now(), withdrawn_reason=reason)
            move(asset, fresh.state_before)
        risk.refresh([asset.pk])
        return fresh


def _open_others(row: Told, day: str) -> bool:
    model: Any = type(row)
    found: bool = model.objects.filter(asset=row.asset_id, withdrawn_at=None, **{day: None}).exclude(pk=row.pk).exists()
    return found
