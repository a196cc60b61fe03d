"""轮值主持 (5.1): who chairs the next joint meeting of a group; proposed, never forced."""

from __future__ import annotations

from datetime import date

from django.db.models import Max

from bangfu.accounts.models import Unit
from bangfu.activities.activity import Activity
from bangfu.kernel import dates
from bangfu.units.days import on
from bangfu.units.group_member import GroupMember


def next_chair(group: int) -> Unit | None:
    """The member unit that chaired longest ago, or never; the lead first among those."""
    members = GroupMember.objects.filter(on(dates.today()), group=group, withdrawn_at=None)
    chaired = Activity.objects.filter(group=group, kind="joint_meeting", withdrawn_at=None).exclude(chair=None)
    last = dict(chaired.order_by().values_list("chair").annotate(Max("held_on")))
    rows = members.select_related("unit")
    ordered = sorted(rows, key=lambda row: (last.get(row.unit_id) or date.min, not row.is_lead, row.pk))
    return ordered[0].unit if ordered else None
