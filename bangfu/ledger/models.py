"""What the core itself keeps: saved views, drafts, attachments, bulk edits."""

from bangfu.ledger.attachments import Attachment
from bangfu.ledger.bulk import BulkEdit, BulkEditRow
from bangfu.ledger.drafts import Draft
from bangfu.ledger.saved_views import SavedView

__all__ = ["Attachment", "BulkEdit", "BulkEditRow", "Draft", "SavedView"]
