"""The seats of a post (3.1): taken by who works there and by who accepted and has not begun; never more than there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet

from bangfu.ledger.acts import Refused
from bangfu.services.jobs.job_post import JobPost


def taken(post: JobPost, but_for: int | None = None) -> int:
    """`but_for`: a person, who may have accepted the seat that is asked about."""
    placed = post.placements.filter(withdrawn_at=None)
    kept = post.proposals.filter(state="accepted", withdrawn_at=None).exclude(person__in=placed.values("person"))
    return placed.count() + kept.exclude(person=but_for).count()


@contextmanager
def kept(placements: QuerySet[Any], keys: list[int]) -> Iterator[None]:
    """Around a write of placements, in its transaction: two at once can't both take a post's last seat. The lock lets the
    rows that hang on the post come in, so that nobody waits for each other. Errors: Refused."""
    before = set(placements.filter(pk__in=keys).values_list("pk", "job_post"))
    yield
    now = placements.filter(pk__in=keys, job_post__isnull=False, withdrawn_at=None)
    for _, post in sorted(set(now.values_list("pk", "job_post")) - before):
        row = JobPost.objects.select_for_update(no_key=True).get(pk=post)
        if taken(row) > row.headcount:
            raise Refused(f"“{row}”招 {row.headcount} 人，刚刚满了；请另选岗位")
