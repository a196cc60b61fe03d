"""Activities of several chapters."""

from bangfu.activities.activity import Activity

__all__ = ["Activity"]
