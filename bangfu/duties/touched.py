"""Which rows changed since standings were counted: noted by triggers, whatever writes, and settled before anybody reads.

Why not at once: an import of 200,000 rows would count as many times. Why not nightly: who records a visit expects to see
it counted. So a note is one appended row, and the next reader (or the minute's job) settles all notes (changed.py).
"""

from __future__ import annotations

from django.db import models


class TouchedEvidence(models.Model):
    """`source`: a ledger whose rows are evidence, or the name of a holder kind; `row`: the id there."""

    source = models.CharField(max_length=60)
    row = models.BigIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "待重算的依据"

    def __str__(self) -> str:
        return f"{self.source} {self.row}"
