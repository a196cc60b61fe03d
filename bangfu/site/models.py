"""What the first page keeps: things put off, things handed to a colleague, the weekly digests."""

from bangfu.site.digests import WeekDigest
from bangfu.site.put_off import HandOver, Snooze

__all__ = ["HandOver", "Snooze", "WeekDigest"]
