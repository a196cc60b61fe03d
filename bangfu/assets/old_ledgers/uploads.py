"""An upload lies in a file of its own until its columns are chosen (1.4); its name is signed for the person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import uuid4

from django.core import signing
from django.core.files.storage import default_storage
from django.utils import timezone

from bangfu.accounts.models import User
from bangfu.exchange.limits import limits
from bangfu.exchange.sniff import Refused

FOLDER, SALT, KEPT = "old-ledgers", "old-ledger", timedelta(hours=6)


def keep(file: Any, user: User) -> str:
    """Gives its token. Errors: Refused."""
    if file is None:
        raise Refused("请先选择一个文件")
    if (file.size or 0) > limits().upload_bytes:
        raise Refused(f"文件太大，最多 {limits().upload_bytes // 2**20} MB")
    path = default_storage.save(f"{FOLDER}/{uuid4()}", file)
    return signing.dumps({"path": path, "name": file.name, "user": user.pk}, salt=SALT)


def _kept(token: str, user: User) -> tuple[str, str]:
    try:
        told = signing.loads(token, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        told = {}
    if told.get("user") != user.pk or not default_storage.exists(told.get("path", "-")):
        raise Refused("这份文件放得太久了，请重新选择")
    return told["path"], told["name"]


@contextmanager
def opened(token: str, user: User) -> Iterator[tuple[str, str]]:
    """A path to read it from, and the name it came with. Errors: Refused."""
    path, name = _kept(token, user)
    with NamedTemporaryFile() as copy, default_storage.open(path) as kept:
        for chunk in kept.chunks():
            copy.write(chunk)
        copy.flush()
        yield copy.name, name


def name_of(token: str, user: User) -> str:
    return _kept(token, user)[1]


def forget(token: str, user: User) -> None:
    default_storage.delete(_kept(token, user)[0])


def forget_old() -> int:
    """Those that nobody may go on with. Returns how many."""
    if not default_storage.exists(FOLDER):
        return 0
    oldest = timezone.now() - KEPT
    old = [name for name in default_storage.listdir(FOLDER)[1]
           if default_storage.get_modified_time(f"{FOLDER}/{name}") < oldest]  # fmt: skip
    for name in old:
        default_storage.delete(f"{FOLDER}/{name}")
    return len(old)
