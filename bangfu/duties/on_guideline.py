"""What the page of the guideline shows beside each article: how its duties stand, and the ledgers that keep it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.duties import board
from bangfu.duties.changed import settle
from bangfu.duties.counting import State
from bangfu.lawbook import beside
from bangfu.lawbook.beside import Beside
from bangfu.ledger import registry


def offer() -> None:
    beside.sources.update({"履职要求": duties, "台账": ledgers})


def duties(actor: Actor, on: date, numbers: Sequence[str]) -> Mapping[str, Sequence[Beside]]:
    if not board.ledger().may(actor, Act.READ):
        return {}
    settle()
    found = defaultdict(list)
    for line in board.lines(actor, on.year, numbers):
        missed, soon, met = line.of(State.MISSED), line.of(State.DUE_SOON), line.of(State.MET)
        text = "没有缺项" if line.duty.is_kept else f"{line.holders} 个责任方，已做到 {met}"
        if line.duty.is_kept and line.holders:
            text = f"出过缺项的 {line.holders} 个，已补上 {met}"
        text += f"，快到期 {soon}" if soon else ""
        text += f"，没有做到 {missed}" if missed else ""
        tone = "bad" if missed else "warn" if soon else "ok" if met == line.holders else "muted"
        found[line.duty.article].append(Beside(line.duty.label, text, line.url, tone))
    return found


def ledgers(actor: Actor, on: date, numbers: Sequence[str]) -> Mapping[str, Sequence[Beside]]:
    found = defaultdict(list)
    for ledger in registry.all_ledgers():
        if ledger.in_menu and ledger.article in numbers and ledger.may(actor, Act.READ):
            found[ledger.article].append(Beside(ledger.title, ledger.says, ledger.url()))
    return found
