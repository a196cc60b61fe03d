"""The acts on money that is not yet a project's: a document comes in, is passed down, taken back, carried over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from bangfu.accounts.actor import Actor
from bangfu.bookkeeping import balances
from bangfu.bookkeeping.models import Entry
from bangfu.bookkeeping.posting import Draft, Of, Refused, post
from bangfu.divisions.models import Division
from bangfu.funds import books, rules
from bangfu.funds.allotment import Allotment
from bangfu.funds.document import FundDocument
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.kernel.money import from_fen, to_fen
from bangfu.ledger import acts, history, registry
from bangfu.ledger.declaration import Ledger

history.ACTS |= {
    "funds.register": "登记资金文件", "funds.allot": "下达", "funds.split": "分配", "funds.recover": "收回", "funds.return": "上缴国库",
    "funds.carry": "结转", "funds.assign": "安排资金", "funds.take_back": "收回安排", "funds.pay": "支付",
    "funds.refund": "收回退款", "funds.counter": "冲正",
}  # fmt: skip


@dataclass(frozen=True)
class Doing:
    """Who does an act, when, and under which request: the same request again does nothing more."""

    by: Actor
    at: datetime
    request: UUID


def ledger_of(model: type[Any]) -> Ledger:
    found = registry.of(model)
    assert found
    return found


def first_of(model: type[Any], doing: Doing) -> Any:
    """The row that the same request made before."""
    return model._default_manager.filter(client_uuid=doing.request).first()


def written(
    doing: Doing, what: str, holder: Division | int, on: date, source: Of, target: Of, amount: Decimal, **more: Any
) -> Entry:
    """The entry of an act: the amount leaves `source` and comes to `target`."""
    fen = to_fen(amount)
    legs = ((source, -fen), (target, fen))
    draft = Draft(books.book(holder), what, on, legs, f"{what}:{doing.request}", **more)
    return post(draft, by=doing.by, at=doing.at)


def register(holder: Division, values: Mapping[str, Any], doing: Doing) -> FundDocument:
    """`values`: columns of FundDocument as a person gives them. Errors: Refused."""
    if made := first_of(FundDocument, doing):
        return made  # type: ignore[no-any-return]
    on, amount = values["issued_on"], values["amount_yuan"]
    rules.positive(amount)
    rules.not_ahead(on, "下达日期")
    if abs(values["year"] - on.year) > 1:
        raise Refused(f"{on.year} 年下达的文件，资金年度不应是 {values['year']}，请核对")
    if (until := values.get("spend_by_on")) and until < on:
        raise Refused("支出期限早于下达日期，请核对")
    same = FundDocument.objects.filter(
        division=holder, document_no=values["document_no"], source=values["source"], corrects=None, is_corrected=False
    )
    with acts.recorded(doing.by, "funds.register"):
        Division.objects.select_for_update().get(pk=holder.pk)  # two officers with the same paper: one after the other
        if same.exists():
            raise Refused(
                f"{values['document_no']} 的{books.source_label(values['source'])}资金已经登记过；更正请先冲正"
            )
        source, year = values["source"], values["year"]
        target = books.held(holder, source, year)
        entry = written(
            doing, "document", holder, on, books.origin(holder, source, year), target, amount,
            document_no=values["document_no"], says=values.get("title", ""),
        )  # fmt: skip
        row = {**values, "division": holder, "entry": entry}
        return acts.create(ledger_of(FundDocument), row, by=doing.by, client_uuid=doing.request)  # type: ignore[return-value]


def allot(giver: Division, division: Division, values: Mapping[str, Any], doing: Doing) -> Allotment:
    """Down one or more levels. `values`: source, year, amount_yuan, document_no, happened_on, document, note."""
    _below(giver, division)
    return _moved(Allotment.Kind.ALLOT, giver, division, values, doing)


def recover(giver: Division, division: Division, values: Mapping[str, Any], doing: Doing) -> Allotment:
    """Back up again, out of what the lower level has not set aside for projects."""
    _below(giver, division)
    return _moved(Allotment.Kind.RECOVER, giver, division, values, doing)


def _below(giver: Division, division: Division) -> None:
    if giver.pk == division.pk or not codes.contains(giver.pk, division.pk):
        raise Refused(f"{division.full_name}不在{giver.full_name}之下，资金只能逐级下达")
    if division.level > Level.TOWN:
        raise Refused("资金下达到镇为止；到村的，在项目里安排")


def _moved(
    kind: Allotment.Kind, giver: Division, division: Division, values: Mapping[str, Any], doing: Doing
) -> Allotment:
    if made := first_of(Allotment, doing):
        return made  # type: ignore[no-any-return]
    on, amount, source, year = (values[name] for name in ("happened_on", "amount_yuan", "source", "year"))
    rules.positive(amount)
    rules.not_ahead(on, "日期")
    rules.of_document(values.get("document"), source, year)
    with acts.recorded(doing.by, f"funds.{kind.value}"):
        above, below = books.held(giver, source, year), books.held(division, source, year)
        is_down = kind is Allotment.Kind.ALLOT
        pair = (above, below) if is_down else (below, above)
        entry = written(doing, kind.value, giver, on, *pair, amount, document_no=values["document_no"])
        row = {
            **values, "kind": kind.value, "giver": giver, "division": division, "entry": entry,
            "amount_yuan": amount if is_down else -amount,
        }  # fmt: skip
        return acts.create(ledger_of(Allotment), row, by=doing.by, client_uuid=doing.request)  # type: ignore[return-value]


def give_back(holder: Division, values: Mapping[str, Any], doing: Doing) -> Allotment:
    """上缴国库: left-over money leaves the books the way it came."""
    if made := first_of(Allotment, doing):
        return made  # type: ignore[no-any-return]
    on, amount, source, year = (values[name] for name in ("happened_on", "amount_yuan", "source", "year"))
    rules.positive(amount)
    rules.not_ahead(on, "日期")
    with acts.recorded(doing.by, "funds.return"):
        pair = (books.held(holder, source, year), books.origin(holder, source, year))
        entry = written(doing, "return", holder, on, *pair, amount, document_no=values["document_no"])
        row = {**values, "kind": Allotment.Kind.RETURN, "division": holder, "entry": entry, "amount_yuan": -amount}
        return acts.create(ledger_of(Allotment), row, by=doing.by, client_uuid=doing.request)  # type: ignore[return-value]


def carry_over(holder: Division, source: str, year: int, document_no: str, doing: Doing) -> Allotment:
    """结转: what is left of a year's money on its last day becomes money of the next year, on January 1. Errors: Refused."""
    if made := first_of(Allotment, doing):
        return made  # type: ignore[no-any-return]
    old, new, on = books.held(holder, source, year), books.held(holder, source, year + 1), date(year + 1, 1, 1)
    rules.not_ahead(on, f"{year + 1} 年")
    left = from_fen(min(balances.balance(old.key, on), balances.balance(old.key)))
    if left <= 0:
        raise Refused(f"{holder.label} {year} 年的{books.source_label(source)}资金没有结余，不用结转")
    with acts.recorded(doing.by, "funds.carry"):
        entry = written(doing, "carry", holder, on, old, new, left, document_no=document_no)
        row = {"division": holder, "source": source, "document_no": document_no, "happened_on": on, "entry": entry}
        gone = row | {"kind": Allotment.Kind.CARRY_OUT, "year": year, "amount_yuan": -left}
        came = row | {"kind": Allotment.Kind.CARRY_IN, "year": year + 1, "amount_yuan": left}
        acts.create(ledger_of(Allotment), gone, by=doing.by)
        return acts.create(ledger_of(Allotment), came, by=doing.by, client_uuid=doing.request)  # type: ignore[return-value]
