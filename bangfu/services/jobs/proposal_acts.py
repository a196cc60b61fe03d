"""The acts on a proposed pair (3.1): accepted, so that the seat is kept until somebody begins; declined, never proposed again."""

from __future__ import annotations

from datetime import date

from django.db.models import F
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.kernel.text import clean
from bangfu.ledger import history
from bangfu.ledger.acts import recorded
from bangfu.services.jobs import seats
from bangfu.services.jobs.job_post import JobPost
from bangfu.services.jobs.job_proposal import JobProposal
from bangfu.services.jobs.post_limits import HOME, limits_of
from bangfu.services.jobs.public_welfare_post import PublicWelfarePost
from bangfu.units.days import on as in_force

State = JobProposal.State
history.ACTS |= {"jobs.accept": "接受推荐", "jobs.decline": "登记不合适"}


class Refused(ValueError):
    """The message says why, in Chinese; nothing was written."""


def accept(proposal: JobProposal, *, by: Actor, on: date) -> None:
    """Keeps a seat of the post. Once more does nothing. Errors: Refused."""
    with recorded(by, "jobs.accept"):
        post = JobPost.objects.select_for_update(no_key=True).get(pk=proposal.job_post_id)
        row = JobProposal.objects.select_for_update().select_related("wish").filter(pk=proposal.pk).first()
        if row is None:
            raise Refused(f"{proposal.name}的这条推荐已被新的匹配替换，请看最新的推荐")
        if row.state in (State.ACCEPTED, State.PLACED):
            return
        _must_be_open(row, post, on)
        _write(row, on, state=State.ACCEPTED, declined_reason="", declined_words="")


def _must_be_open(row: JobProposal, post: JobPost, on: date) -> None:
    if row.wish.placed_on or row.wish.closed_reason or row.wish.withdrawn_at:
        raise Refused(f"{row.name}的就业意向已经了结，不用再接受")
    if post.withdrawn_at or post.open_until < on:
        raise Refused(f"“{post}”的招聘已于 {post.open_until} 截止，请重新匹配")
    if seats.taken(post) >= post.headcount:
        raise Refused(f"“{post}”招 {post.headcount} 人，名额已满，请重新匹配")
    if post.kind == JobPost.Kind.PUBLIC_WELFARE:
        limits = limits_of(row.village_id)
        posts = PublicWelfarePost.objects.filter(in_force(on), household=row.household_id, withdrawn_at=None)
        same = {"household": row.household_id, "state": State.ACCEPTED, "job_post__kind": post.kind}
        if posts.count() + JobProposal.objects.filter(**same, withdrawn_at=None).count() >= limits["most"]:
            raise Refused(HOME.format(**limits))


def decline(proposal: JobProposal, reason: str, words: str, *, by: Actor, on: date) -> None:
    """The pair is never proposed again. Errors: Refused for no reason, or when the person works there already."""
    if reason not in JobProposal.Reason.values:
        raise Refused("请选择为什么不合适")
    if reason == JobProposal.Reason.OTHER and not clean(words):
        raise Refused("选了其他原因，请写一句")
    with recorded(by, "jobs.decline"):
        row = JobProposal.objects.select_for_update().filter(pk=proposal.pk).first()
        if row is None:
            raise Refused(f"{proposal.name}的这条推荐已被新的匹配替换，请看最新的推荐")
        if row.state == State.PLACED:
            raise Refused(f"{row.name}已经上岗；离岗请在就业安置里登记")
        _write(row, on, state=State.DECLINED, declined_reason=reason, declined_words=clean(words)[:100])


def _write(row: JobProposal, on: date, **columns: str) -> None:
    rows = JobProposal.objects.filter(pk=row.pk)
    rows.update(**columns, decided_on=on, version=F("version") + 1, updated_at=Now())
