"""Public notices and the objections to them; one file each."""

from bangfu.notices.objections import Objection
from bangfu.notices.public_notices import PublicNotice

__all__ = ["Objection", "PublicNotice"]
