"""Technical bounds of import and export; a site changes them in `settings.EXCHANGE`."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Limits:
    #: larger uploads are refused before they are read
    upload_bytes: int = 100 * 2**20
    #: of all parts of a workbook once unpacked; a zip bomb goes beyond
    unpacked_bytes: int = 1500 * 2**20
    #: rows with data in one file
    rows: int = 200_000
    #: an import of more rows than this is read and written by a background job
    rows_at_once: int = 3_000
    #: the same by size of the file, known before the rows are
    bytes_at_once: int = 400_000
    #: an export of more rows than this is made by a background job
    export_rows_at_once: int = 50_000
    #: how many days uploads, staged rows and ready exports are kept; until then an import can be undone
    kept_days: int = 30
    #: days an export may be fetched
    export_kept_days: int = 7
    #: faults listed on the page; the workbook has all of them
    faults_shown: int = 50
    #: rows of before and after on the page
    samples_shown: int = 8


def limits() -> Limits:
    return Limits(**getattr(settings, "EXCHANGE", {}))
