"""The two accounts of a budget line: what is set aside and not yet paid, and what is spent."""

from __future__ import annotations

from bangfu.bookkeeping.posting import Of
from bangfu.funds.books import LINE, SPENT, book, source_label
from bangfu.funds.budget_line import BudgetLine


def line(row: BudgetLine) -> Of:
    """What is set aside for a project and not yet paid."""
    return _of_project(row, LINE, "未支付")


def spent(row: BudgetLine) -> Of:
    return _of_project(row, SPENT, "已支付")


def _of_project(row: BudgetLine, kind: str, words: str) -> Of:
    title = f"{row.project.name} {source_label(row.source)} {row.year} {words}"
    return Of(f"{kind}:{row.pk}", title, book(row.holder_id), kind, row.division_id, row.source, row.year)
