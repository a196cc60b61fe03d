"""The acts on money of projects: set aside, paid, refunded; and the counter-entry (冲正) of any act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import Now

from bangfu.bookkeeping.posting import Refused, reverse
from bangfu.divisions.models import Division
from bangfu.funds import books, line_accounts, rules
from bangfu.funds.allotment import Allotment
from bangfu.funds.allotting import Doing, first_of, ledger_of, written
from bangfu.funds.budget_line import BudgetLine
from bangfu.funds.columns import ZERO
from bangfu.funds.document import FundDocument
from bangfu.funds.payment import Payment
from bangfu.kernel.money import show_yuan
from bangfu.ledger import acts
from bangfu.projects.contract import Contract
from bangfu.projects.moves import locked
from bangfu.projects.project import Project


def assign(project: Project, holder: Division, values: Mapping[str, Any], doing: Doing) -> BudgetLine:
    """安排: `values`: source, year, amount_yuan, document_no, happened_on, document. Errors: Refused."""
    on, amount = values["happened_on"], values["amount_yuan"]
    rules.positive(amount)
    rules.not_ahead(on, "安排日期")
    with acts.recorded(doing.by, "funds.assign"):
        project = locked(project.pk)
        row, is_new = _line(project, holder, values, doing)
        if not is_new and books.is_written(f"budget:{doing.request}"):
            return row
        rules.own_place(holder, project)
        rules.of_document(values.get("document"), values["source"], values["year"])
        rules.may_be_budgeted(project, amount, on)
        written(
            doing, "budget", holder, on, books.held(holder, row.source, row.year), line_accounts.line(row), amount,
            document_no=values["document_no"], says=project.name,
        )  # fmt: skip
        return _moved(row, budgeted_yuan=amount)


def _line(project: Project, holder: Division, values: Mapping[str, Any], doing: Doing) -> tuple[BudgetLine, bool]:
    """The line of that source and year, locked; made when it is the first money."""
    key = {"project": project, "holder": holder, "source": values["source"], "year": values["year"]}
    there = BudgetLine.objects.select_for_update(of=("self",)).select_related("project").filter(**key).first()
    if there:
        return there, False
    more = {"document_no": values["document_no"], "document": values.get("document"), "first_on": values["happened_on"]}
    made: Any = acts.create(ledger_of(BudgetLine), key | more, by=doing.by)
    return made, True


def _moved(row: BudgetLine, **by: Decimal) -> BudgetLine:
    """The kept sums of a line follow the books, in the same transaction."""
    sums = {name: F(name) + amount for name, amount in by.items()}
    BudgetLine.objects.filter(pk=row.pk).update(**sums, version=F("version") + 1, updated_at=Now())
    row.refresh_from_db()
    return row


def take_back(row: BudgetLine, values: Mapping[str, Any], doing: Doing) -> BudgetLine:
    """收回安排: unpaid money of a project goes back to its holder. `values`: amount_yuan, document_no, happened_on."""
    on, amount = values["happened_on"], values["amount_yuan"]
    rules.positive(amount)
    rules.not_ahead(on, "日期")
    with acts.recorded(doing.by, "funds.take_back", values.get("note", "")):
        row, _ = _locked(row.pk)
        if books.is_written(f"budget_back:{doing.request}"):
            return row
        rules.still_covers_contracts(row.project, amount)
        pair = (line_accounts.line(row), books.held(row.holder, row.source, row.year))
        written(
            doing, "budget_back", row.holder, on, *pair, amount,
            document_no=values["document_no"], says=row.project.name,
        )  # fmt: skip
        return _moved(row, budgeted_yuan=-amount)


def _locked(pk: int, contract: Contract | None = None) -> tuple[BudgetLine, Contract | None]:
    """The project first, then the contract, then the line, always: what the project settles, drops or plans meanwhile waits."""
    locked(BudgetLine.objects.values_list("project_id", flat=True).get(pk=pk))
    if contract:
        contract = Contract.objects.select_for_update(of=("self",)).select_related("project").get(pk=contract.pk)
    rows = BudgetLine.objects.select_for_update(of=("self",)).select_related("project", "holder")
    return rows.get(pk=pk), contract


def pay(row: BudgetLine, values: Mapping[str, Any], doing: Doing) -> Payment:
    """`values`: contract, voucher_no, amount_yuan, paid_on, payee, purpose, work_percent. Errors: Refused."""
    on, amount, contract = values["paid_on"], values["amount_yuan"], values.get("contract")
    rules.positive(amount)
    rules.not_ahead(on, "支付日期")
    rules.allowed_use(values["purpose"], on=on)
    with acts.recorded(doing.by, "funds.pay"):
        row, contract = _locked(row.pk, contract)
        if made := first_of(Payment, doing):
            return made  # type: ignore[no-any-return]
        rules.may_be_paid(row, contract, amount, on, values.get("work_percent"))
        entry = written(
            doing, "payment", row.holder, on, line_accounts.line(row), line_accounts.spent(row), amount,
            voucher_no=values["voucher_no"], says=f"{values['payee']} {values['purpose']}",
        )  # fmt: skip
        _moved(row, paid_yuan=amount)
        return _paid(row, {**values, "contract": contract, "kind": Payment.Kind.PAYMENT, "entry": entry}, doing)


def _paid(row: BudgetLine, values: Mapping[str, Any], doing: Doing) -> Payment:
    made: Any = acts.create(
        ledger_of(Payment), {**values, "line": row, "project": row.project}, by=doing.by, client_uuid=doing.request
    )
    return made  # type: ignore[no-any-return]


def refund(paid: Payment, values: Mapping[str, Any], doing: Doing) -> Payment:
    """收回: the payee paid back. `values`: voucher_no, amount_yuan, paid_on, purpose. Errors: Refused."""
    on, amount = values["paid_on"], values["amount_yuan"]
    rules.positive(amount)
    rules.not_ahead(on, "退款日期")
    with acts.recorded(doing.by, "funds.refund", values["purpose"]):
        row, _ = _locked(paid.line_id)
        if made := first_of(Payment, doing):
            return made  # type: ignore[no-any-return]
        paid.refresh_from_db()
        left = paid.amount_yuan + (_against(paid).aggregate(total=Sum("amount_yuan"))["total"] or ZERO)
        if paid.kind != Payment.Kind.PAYMENT or paid.is_corrected or amount > left:
            raise Refused(f"这笔支付还可以收回 {show_yuan(max(left, ZERO))} 元，请核对")
        if on < paid.paid_on:
            raise Refused(f"退款日期不能早于支付日期 {paid.paid_on}")
        entry = written(
            doing, "refund", row.holder, on, line_accounts.spent(row), line_accounts.line(row), amount,
            voucher_no=values["voucher_no"], says=f"{paid.payee} {values['purpose']}",
        )  # fmt: skip
        _moved(row, paid_yuan=-amount)
        kept = {"contract": paid.contract, "payee": paid.payee, "corrects": paid, "kind": Payment.Kind.REFUND}
        return _paid(row, {**values, **kept, "amount_yuan": -amount, "entry": entry}, doing)


def _against(paid: Payment) -> Any:
    return Payment.objects.filter(corrects=paid)


def counter_payment(paid: Payment, on: date, reason: str, doing: Doing) -> Payment:
    """冲正 of a payment or refund that was recorded wrongly. Errors: Refused."""
    with acts.recorded(doing.by, "funds.counter", reason):
        row, contract = _locked(paid.line_id, paid.contract)
        if made := first_of(Payment, doing):
            return made  # type: ignore[no-any-return]
        paid.refresh_from_db()
        _may_be_countered(paid, on)
        if _against(paid).filter(kind=Payment.Kind.REFUND, is_corrected=False).exists():
            raise Refused("这笔支付有退款，请先冲正退款")
        if paid.kind == Payment.Kind.REFUND:
            rules.may_stand_again(row, contract, -paid.amount_yuan)
        entry = _reversed(paid, on, reason, doing)
        _moved(row, paid_yuan=-paid.amount_yuan)
        Payment.objects.filter(pk=paid.pk).update(is_corrected=True, version=F("version") + 1, updated_at=Now())
        values = {
            "contract": paid.contract, "payee": paid.payee, "kind": Payment.Kind.COUNTER, "corrects": paid,
            "voucher_no": f"冲{paid.voucher_no}"[:60], "amount_yuan": -paid.amount_yuan, "paid_on": on,
            "purpose": reason, "entry": entry,
        }  # fmt: skip
        return _paid(row, values, doing)


def _may_be_countered(record: Any, on: date) -> None:
    if record.is_corrected:
        raise Refused("这一笔已经冲正过，不能再冲一次")
    if getattr(record, "kind", "") == Payment.Kind.COUNTER or (record.corrects_id and not hasattr(record, "line_id")):
        raise Refused("冲正本身不能再冲正；请重新登记正确的一笔")
    rules.not_ahead(on, "冲正日期")


def _reversed(record: Any, on: date, reason: str, doing: Doing) -> Any:
    key = f"counter:{doing.request}"
    return reverse(record.entry, happened_on=on, says=reason, request_key=key, by=doing.by, at=doing.at)


def counter(record: FundDocument | Allotment, on: date, reason: str, doing: Doing) -> FundDocument | Allotment:
    """冲正 of a document or allotment; of a carry-over both sides at once. Errors: Refused."""
    model, day = type(record), "issued_on" if isinstance(record, FundDocument) else "happened_on"
    with acts.recorded(doing.by, "funds.counter", reason):
        rows: list[Any] = list(model._default_manager.filter(entry=record.entry_id).select_for_update().order_by("pk"))
        if made := first_of(model, doing):
            return made  # type: ignore[no-any-return]
        for row in rows:
            _may_be_countered(row, on)
        entry = _reversed(record, on, reason, doing)
        for row in rows:
            copied = {f.name: getattr(row, f.name) for f in model._meta.concrete_fields if f.name in _COPIED}
            values = {
                **copied,
                "amount_yuan": -row.amount_yuan,
                day: on,
                "note": reason,
                "corrects": row,
                "entry": entry,
            }
            uuid = doing.request if row.pk == record.pk else None
            acts.create(ledger_of(model), values, by=doing.by, client_uuid=uuid)
        keys = [row.pk for row in rows]
        model._default_manager.filter(pk__in=keys).update(is_corrected=True, version=F("version") + 1, updated_at=Now())
        return model._default_manager.get(client_uuid=doing.request)


_COPIED = frozenset(
    {"division", "giver", "kind", "document", "document_no", "title", "source", "year", "issuer", "spend_by_on"}
)
