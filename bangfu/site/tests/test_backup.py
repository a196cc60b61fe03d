"""A backup restored is what was there; a bad one changes nothing."""

import tarfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django.fixtures import Settings

from bangfu.accounts.models import Unit
from bangfu.site.backup import DUMP, MANIFEST

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    yield settings.MEDIA_ROOT


def test_database_and_files_come_back(files: Path, tmp_path: Path) -> None:
    target = tmp_path / "备份 1.tar"
    Unit.objects.create(name="老单位", credit_code="")
    (files / "证明.txt").write_text("甲")
    call_command("backup", str(target), stdout=StringIO())
    assert target.stat().st_mode & 0o777 == 0o600

    Unit.objects.all().delete()
    Unit.objects.create(name="新单位", credit_code="")
    (files / "证明.txt").write_text("乙")
    (files / "多余.txt").write_text("丙")
    call_command("restore", str(target), "--replace", stdout=StringIO())

    assert [unit.name for unit in Unit.objects.all()] == ["老单位"]
    assert {path.name: path.read_text() for path in files.iterdir()} == {"证明.txt": "甲"}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_data_in_place_are_not_replaced_unasked(files: Path, tmp_path: Path) -> None:
    call_command("backup", str(tmp_path / "b.tar"), stdout=StringIO())
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(tmp_path / "b.tar"))


def _bad(tmp_path: Path, *, dump: bytes | None = None, manifest: bytes | None = None) -> Path:
    good, bad = tmp_path / "good.tar", tmp_path / "bad.tar"
    call_command("backup", str(good), stdout=StringIO())
    with tarfile.open(good) as source:
        source.extractall(tmp_path / "parts", filter="data")
    if dump is not None:
        (tmp_path / "parts" / DUMP).write_bytes(dump)
    if manifest is not None:
        (tmp_path / "parts" / MANIFEST).write_bytes(manifest)
    with tarfile.open(bad, "w") as target:
        for part in (tmp_path / "parts").iterdir():
            target.add(part, part.name)
    return bad


def test_a_damaged_dump_leaves_everything_as_it_was(files: Path, tmp_path: Path) -> None:
    Unit.objects.create(name="单位", credit_code="")
    (files / "证明.txt").write_text("甲")
    good = _bad(tmp_path)
    with tarfile.open(good) as tar:
        member = tar.extractfile(DUMP)
        assert member
        whole = member.read()
    bad = _bad(tmp_path, dump=whole[: len(whole) * 3 // 4])
    with pytest.raises(CommandError, match="保持原样"):
        call_command("restore", str(bad), "--replace")
    assert Unit.objects.get().name == "单位"
    assert (files / "证明.txt").read_text() == "甲"


@pytest.mark.parametrize(
    "manifest",
    [b"", b"[]", b'{"format": 2}', b'{"format": 99, "made_at": "", "server_version": 0, "migrations": []}'],
)
def test_a_file_that_is_no_backup_of_ours_is_refused(files: Path, tmp_path: Path, manifest: bytes) -> None:
    with pytest.raises(CommandError, match="不是本系统的备份"):
        call_command("restore", str(_bad(tmp_path, manifest=manifest)), "--replace")


def test_a_backup_of_a_newer_version_is_refused(files: Path, tmp_path: Path) -> None:
    newer = b'{"format": 1, "made_at": "", "server_version": 180000, "migrations": ["people.9999_future"]}'
    with pytest.raises(CommandError, match="people.9999_future"):
        call_command("restore", str(_bad(tmp_path, manifest=newer)), "--replace")


@pytest.mark.parametrize("content", [b"", b"no tar at all" * 100])
def test_any_other_file_is_refused(files: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(CommandError, match="备份"):
        call_command("restore", str(tmp_path / "x"), "--replace")


def test_a_file_or_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有这个"):
        call_command("restore", str(tmp_path / "没有这个"), "--replace")
    with pytest.raises(CommandError, match="没有这个文件夹"):
        call_command("backup", str(tmp_path / "没有这个文件夹/b.tar"))
