"""The toy workbook, and people of the cast who import and export it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.exchange import extracts, registry, runs
from bangfu.exchange.models import ImportRun
from bangfu.exchange.tests.toys import models as toys
from bangfu.kernel import dates

Start = Callable[..., ImportRun]


@pytest.fixture(autouse=True)
def toy_book(tmp_path: Path, settings: Any) -> None:
    """The workbook of the toys is known, and uploads go to a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    if not registry.get(toys.BOOK.slug):
        registry.register(toys.BOOK)
    extracts.register_source(toys.SOURCE, toys.extract)


@pytest.fixture
def county(cast: dict[str, User]) -> Actor:
    """县局 of 英德市."""
    return Actor.of(cast["县局"], dates.today())


@pytest.fixture
def other_county(cast: dict[str, User]) -> Actor:
    """外县: an officer of 连州市."""
    return Actor.of(cast["外县"], dates.today())


@pytest.fixture
def start(county: Actor) -> Start:
    """start(path): the county uploads a file; start(path, actor=other)."""

    def upload(path: Path, actor: Actor | None = None) -> ImportRun:
        with path.open("rb") as file:
            return runs.start(actor or county, toys.BOOK, file, path.name, path.stat().st_size)

    return upload
