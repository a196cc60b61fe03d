"""What comes as a list of several in one statement is what Django reads by itself, for every ledger and its joins."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model, Value

from bangfu.accounts.together import lists
from bangfu.ledger import registry
from bangfu.ledger.fields import relations
from tests.ledgers.samples import make

pytestmark = pytest.mark.django_db


def known(record: Any) -> dict[str, Any]:
    """All columns, annotations and joined rows."""
    values = {name: value for name, value in vars(record).items() if name != "_state"}
    joined = {name: known(row) for name, row in record._state.fields_cache.items() if isinstance(row, Model)}
    return values | {"joined": joined}


def test_lists_of_every_ledger_are_as_django_reads_them(cast: Any) -> None:
    ledgers = [ledger for ledger in registry.all_ledgers() if not ledger.slug.startswith("toy")]
    asked = []
    for ledger in ledgers:
        make(ledger)
        rows = ledger.model._default_manager.select_related(*relations(ledger, ledger.columns))
        asked.append(rows.annotate(told=Value(7)).order_by("-pk")[:3])
    found = lists([*asked, ledgers[0].model._default_manager.none()])
    assert found.pop() == []
    assert len(found) == len(ledgers) > 100 and all(found)
    for ledger, rows, told in zip(ledgers, asked, found, strict=True):
        assert [known(row) for row in told] == [known(row) for row in rows], ledger.slug
