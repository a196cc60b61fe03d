"""How far a long piece of work is, seen by others while its transaction is still open."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import connection

from bangfu.exchange.models import Progress

_SQL = """
    INSERT INTO exchange_progress (key, done, total, words, at) VALUES (%s, %s, %s, %s, now())
    ON CONFLICT (key) DO UPDATE SET done = excluded.done, total = excluded.total, words = excluded.words, at = now()"""
_EVERY_SECONDS = 0.5


class Told:
    """Call it with the number done; it writes at most twice a second."""

    def __init__(self, key: str, words: str, total: int = 0) -> None:
        self.key, self.words, self.total = key, words, total
        self._last = time.monotonic()  # work that is done at once writes nothing
        self._session: psycopg.Connection | None = None

    def __call__(self, done: int) -> None:
        if time.monotonic() - self._last >= _EVERY_SECONDS:
            self._write(done)

    def step(self, words: str, done: int = 0) -> None:
        """A new stretch of the work, in words for the person who waits."""
        self.words = words
        self._write(done)

    def _write(self, done: int) -> None:
        self._last = time.monotonic()
        with suppress(psycopg.OperationalError):  # a figure for the eye: no reason to stop the work
            if self._session is None:
                self._session = _session()
            self._session.execute(_SQL, [self.key, done, self.total, self.words])

    def close(self) -> None:
        if self._session is not None:
            self._session.close()


def _session() -> psycopg.Connection:
    given = connection.get_connection_params()
    fields = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
    return psycopg.connect(**fields, autocommit=True, options="-c lock_timeout=200")


@contextmanager
def of(key: str, words: str, total: int = 0) -> Iterator[Told]:
    told = Told(key, words, total)
    try:
        yield told
    finally:
        told.close()


def read(key: str) -> Progress:
    return Progress.objects.filter(key=key).first() or Progress(key=key)


def forget(key: str) -> None:
    Progress.objects.filter(key=key).delete()
