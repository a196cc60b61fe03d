"""Papers and photos of a row: checked by content, seen only by who sees the row; never demanded."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.http import Request
from bangfu.accounts.models import User
from bangfu.accounts.roles import Act
from bangfu.kernel.text import clean
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.entry import ledger_view, record_or_404

#: what may be attached: first bytes → content type; endings are not believed
KINDS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
}


class Attachment(models.Model):
    """A file of one row of one ledger, kept under its content hash."""

    ledger = models.CharField("台账", max_length=60)
    record_id = models.BigIntegerField("记录")
    name = models.CharField("文件名", max_length=120)
    content_type = models.CharField("类型", max_length=40)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("指纹", max_length=64)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    added_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True)

    class Meta:
        indexes = [models.Index(fields=["ledger", "record_id"], name="attachment_of_record")]
        verbose_name = "附件"

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / "attachments" / self.sha256[:2] / self.sha256

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")


class Refused(ValueError):
    """The file is not taken; the message says why."""


def of(ledger: Ledger, record: Any) -> models.QuerySet[Attachment]:
    return Attachment.objects.filter(ledger=ledger.slug, record_id=record.pk, removed_at=None).order_by("pk")


def attach(ledger: Ledger, record: Any, file: UploadedFile[bytes], by: User | None) -> Attachment:
    """Errors: Refused (empty, too large, another kind)."""
    if not file.size:
        raise Refused("文件是空的")
    if file.size > settings.ATTACHMENT_BYTES:
        raise Refused(f"文件有 {file.size / 2**20:.1f} MB，超过 {settings.ATTACHMENT_BYTES // 2**20} MB 的上限")
    content = file.read()
    kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
    if kind is None:
        raise Refused("只收 JPG、PNG 照片和 PDF 扫描件；这个文件的内容是别的格式")
    return keep(ledger, record, clean(Path(file.name or "附件").name), content, kind, by)


def keep(ledger: Ledger, record: Any, name: str, content: bytes, kind: str, by: User | None) -> Attachment:
    """A file whose kind is known: one that was checked, or that the system has written itself."""
    made = Attachment(
        ledger=ledger.slug, record_id=record.pk, name=name[:120], content_type=kind, size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), added_by=by,
    )  # fmt: skip
    made.path.parent.mkdir(parents=True, exist_ok=True)
    partial = made.path.with_suffix(".partial")
    partial.write_bytes(content)
    partial.rename(made.path)
    made.save()
    return made


@require_POST
@ledger_view(Act.EDIT)
def add(request: Request, ledger: Ledger, pk: int) -> HttpResponse:
    record = record_or_404(request, ledger, pk, Act.EDIT)
    for file in request.FILES.getlist("file"):
        try:
            attach(ledger, record, file, request.actor.user)
        except Refused as error:
            messages.error(request, f"{file.name}：{error}")
        else:
            messages.success(request, f"已添加 {file.name}")
    return redirect(ledger.record_url(pk))


@require_GET
@ledger_view(Act.READ)
def show(request: Request, ledger: Ledger, pk: int, attachment: int) -> FileResponse:
    found = of(ledger, record_or_404(request, ledger, pk)).filter(pk=attachment).first()
    if not found or not found.path.exists():
        raise Http404("没有这个附件")
    response = FileResponse(found.path.open("rb"), content_type=found.content_type, filename=found.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_POST
@ledger_view(Act.EDIT)
def remove(request: Request, ledger: Ledger, pk: int, attachment: int) -> HttpResponse:
    """The file stays in the trace; it is no longer shown."""
    of(ledger, record_or_404(request, ledger, pk, Act.EDIT)).filter(pk=attachment).update(removed_at=timezone.now())
    messages.success(request, "附件已移除")
    return redirect(ledger.record_url(pk))
