"""What the core itself keeps: saved views, drafts, attachments, bulk edits, figures by village."""

from bangfu.ledger.attachments import Attachment
from bangfu.ledger.bulk import BulkEdit, BulkEditRow
from bangfu.ledger.cube import KeptFigures, KeptLedger
from bangfu.ledger.drafts import Draft
from bangfu.ledger.saved_views import SavedView
from bangfu.ledger.touched import TouchedVillage

__all__ = ["Attachment", "BulkEdit", "BulkEditRow", "Draft", "KeptFigures", "KeptLedger", "SavedView", "TouchedVillage"]
