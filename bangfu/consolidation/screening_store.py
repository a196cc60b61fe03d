"""The folder of a county's screening, and who works in it: one at a time, whatever server the job runs on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from bangfu.consolidation import screening_registry
from bangfu.people.models import Household
from bangfu.policy import guideline
from bangfu.screening import registry, rulebook
from bangfu.screening.reading import FileRefused
from bangfu.screening.rulebook import RuleBook
from bangfu.screening.store import Store

_LOCK_SPACE = 0x42460101


@cache
def book() -> RuleBook:
    return rulebook.load(guideline.load().version)


def folder(county: int) -> Path:
    return Path(settings.MEDIA_ROOT) / "screening" / str(county)


def store(county: int) -> Store:
    return Store(folder(county) / "store")


def has_register(county: int) -> bool:
    return store(county).has("registry.json")


def take_register(county: int, day: date) -> Store:
    """The households and members as they are now. Files that were matched before are to be matched again.

    Errors: FileRefused, when there is nobody in the register.
    """
    found = store(county)
    homes = screening_registry.households(county, day)
    if not len(homes):
        raise FileRefused("农户名册里还没有这个县的农户，请先登记或导入，再来匹配部门数据")
    registry.of_tables(found, homes, screening_registry.persons(county), book(), day)
    return found


def of_household(home: Household, day: date, into: Path) -> Store:
    """A store of one household as it is registered now. Errors: FileRefused, when nobody is registered in it."""
    county = home.village_id // 10**6 * 10**6
    persons = screening_registry.persons(county, home)
    if not len(persons):
        raise FileRefused("这一户还没有登记成员，请先登记成员再筛查")
    found = Store(into)
    registry.of_tables(found, screening_registry.households(county, day, home), persons, book(), day)
    return found


@contextmanager
def beside(county: int) -> Iterator[bool]:
    """Whether the county's folder may be read now: False while a run or a new file changes it."""
    key = [_LOCK_SPACE, county // 10**6]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock_shared(%s, %s)", key)
        is_free = bool(cursor.fetchone()[0])
    try:
        yield is_free
    finally:
        if is_free:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_shared(%s, %s)", key)


@contextmanager
def alone_in(county: int) -> Iterator[None]:
    """Waits until nobody else works in the county's folder; the database frees the lock of a killed worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_LOCK_SPACE, county // 10**6])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE, county // 10**6])
