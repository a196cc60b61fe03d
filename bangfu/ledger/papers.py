"""Papers of a workflow whose subject is a row of a ledger: they are the row's attachments, seen by who sees the row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile

from bangfu.accounts.actor import Actor
from bangfu.ledger import attachments, registry
from bangfu.ledger.attachments import Attachment
from bangfu.ledger.declaration import Ledger
from bangfu.workflow.models import Flow


@dataclass(frozen=True)
class LedgerPapers:
    """`papers=LedgerPapers("households")` of a workflow about households."""

    slug: str

    @property
    def ledger(self) -> Ledger:
        """Errors: LookupError."""
        found = registry.get(self.slug)
        if found is None:
            raise LookupError(f"no ledger {self.slug!r}")
        return found

    def add(self, flow: Flow, file: UploadedFile[bytes], by: Actor) -> str:
        """Errors: attachments.Refused, a ValueError."""
        record = self.ledger.visible_to(by).get(pk=flow.subject_id)
        return f"attachment:{attachments.attach(self.ledger, record, file, by.user).pk}"

    def links(self, flow: Flow, references: list[str]) -> Mapping[str, tuple[str, str]]:
        keys = [int(pk) for kind, _, pk in (item.partition(":") for item in references) if pk.isdecimal()]
        rows = Attachment.objects.filter(ledger=self.slug, record_id=flow.subject_id, pk__in=keys, removed_at=None)
        return {f"attachment:{row.pk}": (row.name, self._address(row)) for row in rows}

    def _address(self, row: Attachment) -> str:
        return self.ledger.url("attachment", pk=row.record_id, attachment=row.pk)
