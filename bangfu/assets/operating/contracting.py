"""The acts on operation contracts (1.4): sign, end, take back, file, trouble. Each keeps dues, asset and risks in line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from bangfu.assets.asset import Asset
from bangfu.assets.operating import risk
from bangfu.assets.operating.idle_spell import IdleSpell
from bangfu.assets.operating.moves import IN_USE, added, locked, move, must_be, write
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.assets.operating.operation_due import OperationDue
from bangfu.assets.states import State
from bangfu.bookkeeping.posting import Refused
from bangfu.funds import rules
from bangfu.funds.allotting import Doing, first_of
from bangfu.funds.columns import LAST_YEAR
from bangfu.kernel import credit_code, dates
from bangfu.kernel.money import CENT, show_yuan
from bangfu.kernel.periods import add_months
from bangfu.lawbook import parameters
from bangfu.ledger import acts, history
from bangfu.projects.credit_codes import code_fault

history.ACTS |= {
    "assets.sign": "登记经营合同", "assets.end": "提前终止", "assets.cancel": "撤销合同登记", "assets.resume": "撤销终止",
    "assets.file": "登记备案", "assets.trouble": "登记经营困难", "assets.trouble_over": "困难解除",
}  # fmt: skip
ENDED, CANCELLED = "合同终止，不再应收", "合同登记撤销"
HOUSEHOLD = "household"
NONE = Decimal(0)


def sign(asset: Asset, values: Mapping[str, Any], doing: Doing) -> OperationContract:
    """`values`: columns of OperationContract as a person gives them. A contract that still runs ends the day before, and
    is kept with what it brought in. Errors: Refused."""
    given = dict(values)
    _fits(given)
    with acts.recorded(doing.by, "assets.sign"):
        asset = locked(asset)
        if first := first_of(OperationContract, doing):
            return first  # type: ignore[no-any-return]
        must_be(asset, IN_USE, "签订经营合同")
        if asset.operation_contracts.filter(contract_no=given["contract_no"], withdrawn_at=None).exists():
            raise Refused(f"这项资产已经有编号为 {given['contract_no']} 的合同，请核对合同编号")
        before = last_contract(asset)
        if before:
            _follows(asset, before, given)
        made = added(OperationContract, asset, {**given, "replaces": before}, doing)
        _make_dues(made)
        _end_spells(asset, made)
        move(asset, State.OPERATING, user_name=made.operator, operation_mode=made.mode)
        risk.refresh([asset.pk])
        return made


def last_contract(asset: Asset) -> OperationContract | None:
    rows = OperationContract.objects.filter(asset=asset, withdrawn_at=None)
    return rows.order_by("-last_on", "-pk").first()


def _fits(given: dict[str, Any]) -> None:
    if fault := code_fault(given.get("operator_code", "")):
        raise Refused(fault)
    given["operator_code"] = credit_code.normalise(given.get("operator_code", ""))
    start, end = given["from_on"], given["to_on"]
    if end < start:
        raise Refused(f"合同结束日期 {end} 早于开始日期 {start}，请核对")
    longest = int(parameters.value("operation_contract_most_years", dates.today()))
    if start.year > LAST_YEAR or end.year - start.year > longest:
        raise Refused(f"合同从 {start} 到 {end}，超过 {longest} 年，请核对日期")
    if (decided := given.get("decided_on")) and decided > start:
        raise Refused(f"民主决策日期 {decided} 晚于合同开始日期 {start}；先议定，再签合同")
    for name, label in (("yearly_yuan", "每年约定收益"), ("principal_yuan", "应返还本金")):
        if not 0 <= (given.get(name) or NONE) < rules.MOST_YUAN:
            raise Refused(f"{label}应不小于零、不到一万亿元，请核对")
    yearly, first = given.get("yearly_yuan") or NONE, given.get("first_due_on")
    if yearly and not (first and start <= first <= end):
        raise Refused("有约定收益的，第一次应收日期要填，并在合同起止之内")
    principal, back = given.get("principal_yuan") or NONE, given.get("principal_from_on")
    if principal and not (back and back >= start and back.year - start.year <= longest):
        raise Refused("有本金要返还的，第一次返还日期要填，并且不早于合同开始日期；太晚的请核对")
    if (given.get("principal_times") or 1) > longest:
        raise Refused(f"本金最多分 {longest} 年返还，请核对")
    given |= {"yearly_yuan": yearly, "principal_yuan": principal, "first_due_on": first if yearly else None}
    given |= {"principal_from_on": back if principal else None, "principal_times": given.get("principal_times") or 1}


def _follows(asset: Asset, before: OperationContract, given: Mapping[str, Any]) -> None:
    """The contract before this one: a change of operator asks for the villagers' decision, and ends it."""
    start = given["from_on"]
    if start <= before.from_on:
        raise Refused(f"原合同 {before.contract_no} 自 {before.from_on} 起，新合同要晚于这一天")
    is_other = before.operator != given["operator"]
    is_decided = asset.asset_class == HOUSEHOLD or given.get("decided_on")
    if not is_decided and (is_other or before.mode != given["mode"]):
        what = f"由{before.operator}换为{given['operator']}" if is_other else "改变经营方式"
        raise Refused(f"{what}，要先经村民会议或村民代表会议决定，请填写民主决策日期")
    if before.last_on >= start:
        _end(before, start - timedelta(days=1), "更换经营者" if is_other else "重新签订")


def _end(contract: OperationContract, on: date, reason: str) -> None:
    write(contract, ended_on=on, end_reason=reason)
    later = contract.dues.filter(due_on__gt=on, received_yuan=0, withdrawn_at=None)
    later.update(withdrawn_at=Now(), withdrawn_reason=ENDED, version=F("version") + 1, updated_at=Now())


def _make_dues(contract: OperationContract) -> None:
    rows = [*_incomes(contract), *_returns(contract)]
    OperationDue.objects.bulk_create(
        OperationDue(
            division_id=contract.division_id, asset_id=contract.asset_id, contract=contract, kind=kind, due_on=on,
            amount_yuan=amount,
        )
        for kind, on, amount in rows
    )  # fmt: skip


def _incomes(contract: OperationContract) -> Iterator[tuple[str, date, Decimal]]:
    if contract.first_due_on:
        for year in range(contract.to_on.year - contract.first_due_on.year + 1):
            if (on := add_months(contract.first_due_on, 12 * year)) <= contract.to_on:
                yield OperationDue.Kind.INCOME, on, contract.yearly_yuan


def _returns(contract: OperationContract) -> Iterator[tuple[str, date, Decimal]]:
    """Equal parts, one a year; the last takes what cannot be divided."""
    if contract.principal_from_on:
        times = contract.principal_times
        part = (contract.principal_yuan / times).quantize(CENT)
        for number in range(times):
            amount = part if number < times - 1 else contract.principal_yuan - part * (times - 1)
            yield OperationDue.Kind.PRINCIPAL, add_months(contract.principal_from_on, 12 * number), amount


def _end_spells(asset: Asset, contract: OperationContract) -> None:
    """Who signs a contract for an idle asset puts it to use."""
    rows = IdleSpell.objects.filter(asset=asset, used_on=None, withdrawn_at=None, since_on__lte=contract.from_on)
    words = f"签订合同 {contract.contract_no}，由{contract.operator}经营"[:200]
    rows.update(used_on=contract.from_on, outcome=words, version=F("version") + 1, updated_at=Now())


def end(contract: OperationContract, values: Mapping[str, Any], doing: Doing) -> OperationContract:
    """提前终止. `values`: on, reason. What was due by that day stays due. Errors: Refused."""
    on = values["on"]
    with acts.recorded(doing.by, "assets.end", values["reason"]):
        asset, contract = _both(contract)
        if contract.ended_on:
            return contract
        rules.not_ahead(on, "终止日期")
        if not contract.from_on <= on < contract.to_on:
            raise Refused(f"终止日期要在合同起止（{contract.from_on} 至 {contract.to_on}）之内")
        _end(contract, on, values["reason"])
        risk.refresh([asset.pk])
        return contract


def _both(contract: OperationContract) -> tuple[Asset, OperationContract]:
    """The asset first, always; then its contract."""
    asset = locked(contract.asset_id)
    contract = OperationContract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if contract.withdrawn_at:
        raise Refused("这份合同的登记已撤销")
    return asset, contract


def resume(contract: OperationContract, values: Mapping[str, Any], doing: Doing) -> OperationContract:
    """Takes `end` back, while no other contract followed. Errors: Refused."""
    with acts.recorded(doing.by, "assets.resume", values["reason"]):
        asset, contract = _both(contract)
        if contract.ended_on is None:
            return contract
        if OperationContract.objects.filter(replaces=contract, withdrawn_at=None).exists():
            raise Refused("这份合同已由新合同接替；请先撤销新合同的登记")
        _reopen(contract)
        risk.refresh([asset.pk])
        return contract


def _reopen(contract: OperationContract) -> None:
    write(contract, ended_on=None, end_reason="")
    rows = contract.dues.filter(withdrawn_reason=ENDED)
    rows.update(withdrawn_at=None, withdrawn_reason="", version=F("version") + 1, updated_at=Now())


def cancel(contract: OperationContract, values: Mapping[str, Any], doing: Doing) -> OperationContract:
    """A contract that was entered wrongly, as long as nothing came in under it; the one before runs again. Errors: Refused."""
    with acts.recorded(doing.by, "assets.cancel", values["reason"]):
        asset, contract = _both(contract)
        if contract.receipts.filter(corrects=None, is_corrected=False).exists():
            raise Refused("这份合同已经收过款，不能撤销登记；可以提前终止，收款记错的先冲正")
        if asset.state in (State.DISPOSING, State.DISPOSED):
            raise Refused(f"“{asset.name}”{asset.get_state_display()}，不能撤销合同登记")
        before = contract.replaces
        gone = {"withdrawn_at": Now(), "withdrawn_reason": values["reason"] or CANCELLED}
        contract.dues.filter(withdrawn_at=None).update(**gone, version=F("version") + 1, updated_at=Now())
        write(contract, **gone, replaces=None)
        if before and before.ended_on and before.ended_on == contract.from_on - timedelta(days=1):
            _reopen(before)
        runs = before is not None and before.last_on >= dates.today()
        now = {"user_name": before.operator, "operation_mode": before.mode} if before and runs else {}
        if asset.state == State.OPERATING:  # without a contract: as its dates tell (assets.numbering.STATE)
            move(asset, State.OPERATING if runs else State.REGISTERED, **now)
        risk.refresh([asset.pk])
        return contract


def file(contract: OperationContract, values: Mapping[str, Any], doing: Doing) -> OperationContract:
    """备案: the town has it in its files since `on`. Errors: Refused."""
    with acts.recorded(doing.by, "assets.file"):
        _, contract = _both(contract)
        rules.not_ahead(values["on"], "备案日期")
        if contract.decided_on and values["on"] < contract.decided_on:
            raise Refused(f"备案日期早于民主决策日期 {contract.decided_on}，请核对")
        write(contract, filed_on=values["on"])
        return contract


def trouble(contract: OperationContract, values: Mapping[str, Any], doing: Doing) -> OperationContract:
    """The operator is in difficulty since `on`, or no more (`reason` empty, `on` None). Errors: Refused."""
    act = "assets.trouble" if values.get("on") else "assets.trouble_over"
    with acts.recorded(doing.by, act, values.get("reason", "")):
        asset, contract = _both(contract)
        if values.get("on"):
            rules.not_ahead(values["on"], "日期")
        write(contract, trouble_on=values.get("on"), trouble=values["reason"] if values.get("on") else "")
        risk.refresh([asset.pk])
        return contract


def money_words(contract: OperationContract) -> str:
    """What a contract promises, in a line."""
    said = [f"每年收益 {show_yuan(contract.yearly_yuan)} 元"] if contract.yearly_yuan else []
    if contract.principal_yuan:
        said.append(f"本金 {show_yuan(contract.principal_yuan)} 元分 {contract.principal_times} 年返还")
    return "，".join(said) or "没有约定收益"
