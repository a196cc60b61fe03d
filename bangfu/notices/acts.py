"""The named acts on a notice: post it, take it down early. What is published passes the redactor here and nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.divisions.models import Division
from bangfu.kernel.codes import Level
from bangfu.kernel.text import clean
from bangfu.lawbook import parameters
from bangfu.ledger.acts import recorded
from bangfu.notices import redactor
from bangfu.notices.models import PublicNotice
from bangfu.notices.notice_kind import NoticeKind
from bangfu.notices.redactor import Lines, NoticeFacts

#: without signs that look alike on paper
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 10


@dataclass(frozen=True)
class Draft:
    """What a chapter asks to publish. `about`: "cases:12"; `known`: what the redactor must not find in the remark."""

    kind: NoticeKind
    village: Division
    facts: NoticeFacts | Lines
    about: str
    #: code of the parameter that gives the days
    days: str
    remark: str = ""
    known: tuple[str, ...] = ()


def preview(draft: Draft, on: date) -> PublicNotice:
    """The notice as it would be posted on that day. Errors: redactor.PrivateData, ParameterMissing."""
    style = str(parameters.value("notice_name_style", on, draft.village.pk))
    made = PublicNotice(
        kind=draft.kind,
        village=draft.village,
        title=f"{draft.village.name}{draft.kind.label}",
        body="\n".join(f"{label}：{text}" for label, text in redactor.lines_of(draft.facts, style)),
        remark=redactor.check(draft.remark, draft.known)[:300],
        from_on=on,
        to_on=parameters.due_on(draft.days, on, draft.village.pk),
        about=draft.about,
    )
    made.signed_by = _signature(made, draft.village)
    for text in made.texts():
        redactor.check(text)
    return made


def post(draft: Draft, *, by: Actor, at: date) -> PublicNotice:
    """Posts the notice from that day on. Errors: redactor.PrivateData, ParameterMissing."""
    made = preview(draft, at)
    made.address = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    made.posted_by = by.user
    with recorded(by, "post_notice"):
        made.save(force_insert=True)
    return made


def take_down(notice: PublicNotice, *, by: Actor, at: date, reason: str) -> None:
    """Ends a notice before its day; what was on it stays in the ledger. Nothing happens when it has ended."""
    words = clean(reason)[:200]
    with recorded(by, "take_notice_down", words):
        PublicNotice.objects.filter(pk=notice.pk, taken_down_on=None, to_on__gte=at).update(
            taken_down_on=at, taken_down_reason=words, version=F("version") + 1, updated_at=Now()
        )


def put_back(about: str, kinds: Iterable[NoticeKind], *, by: Actor, since: date, at: date) -> None:
    """Takes the taking down of `since` back: the newest notice of the matter stands again while its days run."""
    rows = PublicNotice.objects.filter(about=about, kind__in=list(kinds), withdrawn_at=None)
    newest = rows.order_by("-pk").first()
    if newest and newest.taken_down_on == since:
        with recorded(by, "put_notice_back"):
            PublicNotice.objects.filter(pk=newest.pk, version=newest.version, to_on__gte=at).update(
                taken_down_on=None, taken_down_reason="", version=F("version") + 1, updated_at=Now()
            )


def of_matter(about: str) -> QuerySet[Any]:
    """All notices about it, newest first, with `open_count`: how many objections are to be answered."""
    left = Q(objections__isnull=False, objections__answered_on=None, objections__withdrawn_at=None)
    return (
        PublicNotice.objects.filter(about=about).annotate(open_count=Count("objections", filter=left)).order_by("-pk")
    )


def _signature(notice: PublicNotice, village: Division) -> str:
    """A notice is the place's own, an announcement about a village the town's."""
    if village.level < Level.VILLAGE:
        return f"{village.name}人民政府"
    if notice.is_announcement and village.parent:
        return f"{village.parent.name}人民政府"
    return village.name
