"""Backup and restore: one file with the database and the uploaded files; restored as a whole or not at all.

The file is a tar with `manifest.json`, `database.dump` (pg_dump, custom format) and `files/`.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from bangfu.site import programs

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
#: settings a newer pg_dump writes and an older server doesn't know
_UNKNOWN_TO_OLD = b"SET transaction_timeout = 0;"


class BackupError(Exception):
    """Backup or restore cannot be done; nothing was changed."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself."""

    format: int
    made_at: str
    server_version: int
    migrations: list[str]


def backup(target: Path) -> Manifest:
    """Write `target`, readable by its owner only; a file of that name is replaced when the new one is whole."""
    if not target.parent.is_dir():
        raise BackupError(f"文件夹不存在：{target.parent}")
    server = _server_version()
    manifest = Manifest(FORMAT, timezone.localtime().isoformat(timespec="seconds"), server, _applied())
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        dump = Path(folder) / DUMP
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", server=server)
        partial = Path(folder) / "whole"
        with open(partial, "wb", opener=_private) as output, tarfile.open(fileobj=output, mode="w") as tar:
            _add_text(tar, MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
            tar.add(dump, DUMP)
            if settings.MEDIA_ROOT.is_dir():
                tar.add(settings.MEDIA_ROOT, FILES)
        partial.replace(target)
    return manifest


def restore(source: Path, *, replace: bool) -> Manifest:
    """Put the backup in place of what is there; `replace=False` refuses when something is. Errors: BackupError."""
    try:
        with tarfile.open(source) as tar, tempfile.TemporaryDirectory(dir=settings.VAR, prefix=".restore-") as folder:
            manifest = _read_manifest(tar)
            if not replace and (_applied() or _has_files()):
                raise BackupError("这里已有数据：确认要用备份整个替换时，加上 --replace（先另做一次备份）。")
            _check_known(manifest)
            tar.extractall(folder, filter="data")
            _restore_database(Path(folder) / DUMP)
            _restore_files(Path(folder) / FILES)
    except (tarfile.TarError, FileNotFoundError, IsADirectoryError) as error:
        raise BackupError(f"{source} 不是完整的备份文件（{error}）。") from error
    return manifest


def _read_manifest(tar: tarfile.TarFile) -> Manifest:
    try:
        member = tar.extractfile(MANIFEST)
        found = Manifest(**json.load(member)) if member else None
    except (KeyError, TypeError, ValueError):
        found = None
    if found is None or found.format != FORMAT:
        raise BackupError("这不是本系统的备份文件，或由更新的版本生成。")
    return found


def _check_known(manifest: Manifest) -> None:
    """A backup of a newer version has tables this version doesn't understand."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known):
        raise BackupError(f"备份由更新的版本生成（这里没有 {unknown[0]}）：请先升级程序再恢复。")


def _restore_database(dump: Path) -> None:
    """The script of the dump behind a clearing of the schema, all in one transaction."""
    server = _server_version()
    psql = _command("psql", "--quiet", "--no-psqlrc", "--single-transaction", "-v", "ON_ERROR_STOP=1", server=server)
    script = _command("pg_restore", "--no-owner", "--no-privileges", "-f", "-", str(dump), server=server, connect=False)
    connection.close()
    with tempfile.TemporaryFile() as complaints:
        writer = subprocess.Popen(script, stdout=subprocess.PIPE, stderr=complaints, env=_environment())
        reader = subprocess.Popen(
            psql, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints, env=_environment()
        )
        assert reader.stdin and writer.stdout
        arrived = _pipe(writer.stdout, reader.stdin, old=server < 170000)
        writer.stdout.close()
        if writer.wait() or not arrived:
            reader.kill()  # it has not seen the end of the script, so the transaction is undone
        with suppress(BrokenPipeError):
            reader.stdin.close()
        if reader.wait():
            complaints.seek(0)
            text = complaints.read().decode(errors="replace").strip()
            raise BackupError(f"恢复失败，数据库保持原样：{text[:400]}")


def _pipe(source: IO[bytes], target: IO[bytes], *, old: bool) -> bool:
    """False when the reader has gone away."""
    try:
        target.write(b"SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
        head = source.read(1 << 14)
        target.write(head.replace(_UNKNOWN_TO_OLD, b"") if old else head)
        shutil.copyfileobj(source, target, 1 << 20)
        target.flush()
    except BrokenPipeError:
        return False
    return True


def _restore_files(folder: Path) -> None:
    """The old files go last: killed in between, they are still there under another name."""
    old = settings.MEDIA_ROOT.with_name(settings.MEDIA_ROOT.name + ".before-restore")
    shutil.rmtree(old, ignore_errors=True)
    if settings.MEDIA_ROOT.is_dir():
        settings.MEDIA_ROOT.rename(old)
    if folder.is_dir():
        shutil.move(folder, settings.MEDIA_ROOT)
    shutil.rmtree(old, ignore_errors=True)


def _has_files() -> bool:
    return settings.MEDIA_ROOT.is_dir() and any(settings.MEDIA_ROOT.iterdir())


def _applied() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _server_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("show server_version_num")
        return int(cursor.fetchone()[0])


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    tar.addfile(member, io.BytesIO(data))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _environment() -> dict[str, str]:
    """The password goes by the environment: an argument would show in the list of processes."""
    return os.environ | {"PGPASSWORD": connection.settings_dict["PASSWORD"] or "", "PGCONNECT_TIMEOUT": "30"}


def _command(program: str, *arguments: str, server: int, connect: bool = True) -> list[str]:
    major = server // 10000
    path = programs.client(program, at_least=major)
    if path is None:
        raise BackupError(f"找不到 {program} {major} 以上版本：请安装 postgresql-client，或设置 BANGFU_PG_BIN。")
    given = connection.settings_dict
    where = {"host": given["HOST"], "port": given["PORT"], "username": given["USER"], "dbname": given["NAME"]}
    target = [f"--{key}={value}" for key, value in where.items() if value] if connect else []
    return [str(path), *target, *arguments]


def _run(program: str, *arguments: str, server: int) -> None:
    command = _command(program, *arguments, server=server)
    done = subprocess.run(command, capture_output=True, text=True, env=_environment())
    if done.returncode:
        raise BackupError(f"{program} 失败：{done.stderr.strip()[:400]}")
