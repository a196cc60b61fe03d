"""操作留痕: every reveal, export, log-in and grant leaves a row that nobody can change (网络安全法; 等保: 审计)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.apps import apps
from django.db.models import CharField, Model

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind, AccessLog

#: Kinds that need a reason from the person, because what is masked gets out.
REASONED = frozenset({AccessKind.REVEAL, AccessKind.UNMASKED_EXPORT})


#: tells slug → title
Subjects = Callable[[], Mapping[str, str]]
_sources: list[Subjects] = []


class ReasonMissing(ValueError):
    """Something masked was asked for without saying why."""


def record(
    actor: Actor,
    kind: AccessKind | str,
    subject: Model | str,
    reason: str = "",
    rows: int = 1,
    *,
    detail: str = "",
    subject_id: int | None = None,
) -> AccessLog:
    """Writes one row of the log, in the caller's transaction.

    `subject`: a saved row, or the slug of a ledger, with `subject_id` when it is about one row. `detail`: the filter or
    what exactly happened, in words. `rows`: how many.
    Errors: ReasonMissing for a reveal or an unmasked export without a reason; ValueError for an unknown kind.
    """
    kind = AccessKind(kind)
    if kind in REASONED and not reason.strip():
        raise ReasonMissing("查看或导出完整号码须填写事由")
    place = actor.place or (actor.home.pk if actor.home else None)
    return AccessLog.objects.create(
        kind=kind,
        user=actor.user,
        who=_clipped("who", str(actor.user or "系统")),
        role=_clipped("role", actor.title),
        division_id=place,
        subject=_clipped("subject", subject if isinstance(subject, str) else subject._meta.label_lower),
        subject_id=subject_id if isinstance(subject, str) else subject.pk,
        detail=_clipped("detail", detail),
        reason=_clipped("reason", reason.strip()),
        rows=rows,
        ip=actor.ip,
        request_id=_clipped("request_id", actor.request_id),
    )


def _clipped(field: str, text: str) -> str:
    """A log row is never lost because a text was too long or had what PostgreSQL refuses."""
    column = AccessLog._meta.get_field(field)
    assert isinstance(column, CharField)
    return text.replace("\0", "")[: column.max_length]


def names_subjects(source: Subjects) -> Subjects:
    """For a package above this one that writes slugs into the log: tells their names, so that pages show words."""
    _sources.append(source)
    return source


def subject_label(subject: str) -> str:
    """The name of what was touched, in Chinese: of a model, of a slug, and of a slug with a row and a field."""
    app, _, name = subject.partition(".")
    if app in apps.app_configs and name in apps.all_models[app]:
        return str(apps.get_model(app, name)._meta.verbose_name)
    slug, *rest = subject.split("/")
    title = next((names[slug] for source in _sources if slug in (names := source())), "")
    return " ".join([title, *rest[:1]]) if title else subject


def subjects_called(text: str) -> list[str]:
    """Slugs whose name contains the text: who searches the log knows the name."""
    return [slug for source in _sources for slug, title in source().items() if text in title]
