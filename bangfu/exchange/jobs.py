"""Hands work to the background by name, so that what asks for it need not know what does it."""

from __future__ import annotations

from procrastinate.contrib.django import app

WORK_ON_IMPORT = "exchange.work_on_import"
MAKE_EXPORT = "exchange.make_export"
SWEEP = "exchange.sweep"


def defer(name: str, **arguments: int) -> None:
    app.configure_task(name, queue="exchange", allow_unknown=False).defer(**arguments)
