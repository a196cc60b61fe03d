"""What is on record of a case or of a removal (1.1): read in one query, once for the page and all that guards its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from bangfu.accounts.together import lists
from bangfu.lawbook import kept
from bangfu.ledger.attachments import Attachment
from bangfu.notices.acts import of_matter
from bangfu.people.models import Person
from bangfu.people.person import PRESENT


@dataclass(frozen=True)
class CaseFile:
    """Newest first; comparisons in the order of their making."""

    checks: list[Any]
    reviews: list[Any]
    #: not revoked; `is_scanned`: the paper is there
    consents: list[Any]
    comparisons: list[Any]
    notices: list[Any]


@dataclass(frozen=True)
class HomeFile:
    """Of a household: its measures, soonest first, its plans, and those who live there."""

    measures: list[Any]
    plans: list[Any]
    people: list[Any]


@dataclass(frozen=True)
class RemovalFile(HomeFile):
    """Newest first."""

    checks: list[Any]
    reviews: list[Any]
    notices: list[Any]


def of_case(case: Any) -> CaseFile:
    scans = Attachment.objects.filter(ledger="consents", removed_at=None, record_id=OuterRef("pk"))
    asked = [
        _valid(case.checks),
        _valid(case.reviews),
        _valid(case.consents).filter(revoked_on=None).annotate(is_scanned=Exists(scans)),
        _valid(case.comparisons).order_by("pk"),
        of_matter(f"cases:{case.pk}"),
    ]
    return kept.once_read((CaseFile, case.pk), lambda: CaseFile(*lists(asked)))


def of_home(home: Any) -> HomeFile:
    return kept.once_read((HomeFile, home.pk), lambda: HomeFile(*lists(_at_home(home))))


def of_removal(removal: Any) -> RemovalFile:
    asked = [
        *_at_home(removal.household),
        _valid(removal.checks),
        _valid(removal.reviews),
        of_matter(f"risk-removals:{removal.pk}"),
    ]
    return kept.once_read((RemovalFile, removal.pk), lambda: RemovalFile(*lists(asked)))


def _at_home(home: Any) -> list[QuerySet[Any]]:
    measures = _valid(home.measures).select_related("village", "household").order_by("due_on", "pk")
    return [measures, _valid(home.plans), Person.objects.filter(PRESENT, household=home)]


def _valid(rows: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.filter(withdrawn_at=None).order_by("-pk")
    return found
