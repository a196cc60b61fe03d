"""Activities of several chapters, what they leave to be done, and lines of the diary."""

from bangfu.activities.activity import Activity, ActivityCadre, ActivityPlace, ActivityUnit
from bangfu.activities.activity_ledger import ActivityLedger
from bangfu.activities.diary_line import DiaryLine
from bangfu.activities.follow_ups import FollowUp

__all__ = ["Activity", "ActivityCadre", "ActivityLedger", "ActivityPlace", "ActivityUnit", "DiaryLine", "FollowUp"]
