"""操作留痕: every reveal, export, log-in and grant leaves a row that nobody can change (网络安全法; 等保: 审计)."""

from __future__ import annotations

from django.apps import apps
from django.db.models import CharField, Model

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind, AccessLog

#: Kinds that need a reason from the person, because what is masked gets out.
REASONED = frozenset({AccessKind.REVEAL, AccessKind.UNMASKED_EXPORT})


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
) -> AccessLog:
    """Writes one row of the log, in the caller's transaction.

    `subject`: a saved row, or the slug of a ledger. `detail`: the filter or what exactly happened. `rows`: how many.
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
        subject_id=None if isinstance(subject, str) else subject.pk,
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


def subject_label(subject: str) -> str:
    """The name of what was touched, in Chinese where it is a model."""
    app, _, name = subject.partition(".")
    if app in apps.app_configs and name in apps.all_models[app]:
        return str(apps.get_model(app, name)._meta.verbose_name)
    return subject
