"""Public notices, the objections to them, and the use of pages without log-in; one file each."""

from bangfu.notices.objections import Objection
from bangfu.notices.open_limits import PublicUse
from bangfu.notices.public_notices import PublicNotice

__all__ = ["Objection", "PublicNotice", "PublicUse"]
