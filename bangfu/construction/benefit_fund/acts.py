"""The acts on a public-benefit fund (2.5): money comes in, goes out, or a voucher is countered; nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from bangfu.bookkeeping.models import Entry
from bangfu.bookkeeping.posting import Draft, Refused, post, reverse
from bangfu.construction import fund_balance
from bangfu.construction.public_benefit_entry import PublicBenefitEntry
from bangfu.divisions.models import Division
from bangfu.funds import rules
from bangfu.funds.allotting import Doing, first_of, ledger_of
from bangfu.kernel.money import to_fen
from bangfu.ledger import acts, history

Direction = PublicBenefitEntry.Direction
history.ACTS |= {"benefit.record": "登记公益基金收支", "benefit.counter": "冲正公益基金收支"}


def record(division: Division, values: Mapping[str, Any], doing: Doing) -> PublicBenefitEntry:
    """`values`: columns of the row as a person gives them. The same request again does nothing more. Errors: Refused."""
    if made := first_of(PublicBenefitEntry, doing):
        return made  # type: ignore[no-any-return]
    rules.positive(values["amount_yuan"])
    rules.not_ahead(values["happened_on"], "日期")
    with acts.recorded(doing.by, "benefit.record"):
        return _row(division, values, _posted(division, values, doing), doing)


def _posted(division: Division, values: Mapping[str, Any], doing: Doing) -> Entry:
    is_in = values["direction"] == Direction.IN
    pair = (fund_balance.GIVEN, fund_balance.HELD) if is_in else (fund_balance.HELD, fund_balance.SPENT)
    source, target = (fund_balance.account(division, kind) for kind in pair)
    fen = to_fen(values["amount_yuan"])
    draft = Draft(
        fund_balance.book(division), "benefit_in" if is_in else "benefit_out", values["happened_on"],
        ((source, -fen), (target, fen)), f"benefit:{doing.request}", says=values["counterpart"],
        voucher_no=values["voucher_no"],
    )  # fmt: skip
    return post(draft, by=doing.by, at=doing.at)


def _row(division: Division, values: Mapping[str, Any], entry: Entry, doing: Doing) -> PublicBenefitEntry:
    row = {**values, "division": division, "entry": entry}
    return acts.create(ledger_of(PublicBenefitEntry), row, by=doing.by, client_uuid=doing.request)  # type: ignore[return-value]


def counter(pk: int, on: date, reason: str, doing: Doing) -> PublicBenefitEntry:
    """冲正: a row and a voucher with the other sign. Errors: Refused."""
    rules.not_ahead(on, "冲正日期")
    with acts.recorded(doing.by, "benefit.counter", reason):
        found = (
            PublicBenefitEntry.objects.select_for_update(of=("self",)).select_related("division", "entry").get(pk=pk)
        )
        if made := first_of(PublicBenefitEntry, doing):
            return made  # type: ignore[no-any-return]
        if found.is_corrected or found.corrects_id or found.entry is None:
            raise Refused("这一笔已经冲正过，或本身就是冲正；请重新登记正确的一笔")
        key = f"benefit_counter:{doing.request}"
        entry = reverse(found.entry, happened_on=on, says=reason, request_key=key, by=doing.by, at=doing.at)
        PublicBenefitEntry.objects.filter(pk=pk).update(is_corrected=True, version=F("version") + 1, updated_at=Now())
        values = {
            "voucher_no": f"冲{found.voucher_no}"[:60], "direction": found.direction, "happened_on": on,
            "counterpart": found.counterpart, "is_named": found.is_named, "purpose": found.purpose,
            "amount_yuan": -found.amount_yuan, "note": reason, "corrects": found,
        }  # fmt: skip
        return _row(found.division, values, entry, doing)
