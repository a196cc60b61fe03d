"""The named acts on a case that leave a record and take its step in one transaction (1.1).

Errors of all: workflow.acts.Refused with every reason, workflow.acts.Overtaken; then nothing was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.consolidation import checking, notice_drafts
from bangfu.consolidation.cases import Case
from bangfu.consolidation.comparisons import ITEMS, UNEXPLAINED
from bangfu.consolidation.models import Consent, DataComparison
from bangfu.lawbook import parameters
from bangfu.ledger import attachments
from bangfu.ledger import registry as ledgers
from bangfu.ledger.acts import recorded
from bangfu.notices import acts as notices
from bangfu.notices.models import PublicNotice
from bangfu.people.models import Person
from bangfu.policy.code_lists import Code, code_list
from bangfu.policy.parameter import ParameterMissing
from bangfu.workflow import acts
from bangfu.workflow.models import Flow

ADULT, GUARDED = 18, 14


def verify(
    case: Case, flow: Flow, values: Mapping[str, Any], *, by: Actor, at: datetime, on: date, version: int
) -> None:
    with recorded(by, "verify"):
        checking.record_check(case.household, values, by=by, on=on, case=case)
        acts.take("verify", flow, by=by, at=at, on=on, version=version)


def age(person: Person, on: date) -> int:
    born = person.born_on
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def sign_consent(
    case: Case, flow: Flow, *, form: str, signer: Person, members: Sequence[Person], scan: UploadedFile[bytes] | None,
    by: Actor, at: datetime, on: date, version: int,
) -> Consent:  # fmt: skip
    """The signer is an adult of the household; of those under 14 the signer is the guardian."""
    minors = [person.name for person in members if age(person, on) < GUARDED]
    made = Consent(
        case=case, household=case.household, village_id=case.village_id, form=form, signer=signer, signed_on=on,
        members=[person.pk for person in members], covered="、".join(person.name for person in members)[:400],
        minors="、".join(minors)[:200], witness=str(by.user),
    )  # fmt: skip
    ledger = ledgers.of(Consent)
    assert ledger
    with recorded(by, "sign_consent"):
        made.save(force_insert=True)
        if scan:
            attachments.attach(ledger, made, scan, by.user)
        acts.take("consent", flow, by=by, at=at, on=on, version=version)
    return made


def revoke_consent(consent: Consent, *, by: Actor, at: date, reason: str) -> None:
    """The household takes it back; what was compared stays, nothing more is compared or decided."""
    with recorded(by, "revoke_consent", reason):
        Consent.objects.filter(pk=consent.pk, revoked_on=None).update(
            revoked_on=at, revoked_reason=reason[:200], version=F("version") + 1, updated_at=Now()
        )


def compare(
    case: Case, flow: Flow, found: Mapping[str, tuple[Decimal, str]], *, by: Actor, at: datetime, on: date, version: int
) -> None:
    """`found`: item → (amount, detail). Above the line of that day the item asks for an explanation."""
    rows = [_compared(case, code, *found[str(code.value)], on) for code in code_list(ITEMS).codes]
    fresh = ["compared_on", "amount", "detail", "limit", "is_flagged", "explanation", "explained_on", "explained_by"]
    with recorded(by, "compare"):
        DataComparison.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["case", "item"], update_fields=fresh
        )
        acts.take("compare", flow, by=by, at=at, on=on, version=version)


def _compared(case: Case, code: Code, amount: Decimal, detail: str, on: date) -> DataComparison:
    limit, words = _limit(str(code.facts["parameter"]), on, case.village_id)
    return DataComparison(
        case=case, household=case.household, village_id=case.village_id, item=code.value, compared_on=on, amount=amount,
        detail=detail, limit=words, is_flagged=limit is not None and amount > limit,
    )  # fmt: skip


def _limit(parameter: str, on: date, place: int) -> tuple[Decimal | None, str]:
    try:
        value = parameters.at(parameter, on, place)
    except ParameterMissing as error:
        return None, str(error)[:200]
    return Decimal(str(value.value)), f"{value}（{value.source}）"[:200]


def explain(case: Case, words: Mapping[int, str], *, by: Actor, on: date) -> int:
    """Flagged items → what lies behind them. Returns how many are explained now."""
    rows = DataComparison.objects.filter(UNEXPLAINED, case=case, pk__in=list(words))
    with recorded(by, "explain_comparison"):
        for row in rows:
            given = {"explanation": words[row.pk], "explained_on": on, "explained_by": str(by.user)[:40]}
            DataComparison.objects.filter(pk=row.pk).update(**given, version=F("version") + 1, updated_at=Now())
    return len(rows)


def publish(
    case: Case, flow: Flow, step: str, *, remark: str, by: Actor, at: datetime, on: date, version: int
) -> PublicNotice:
    """The notice and the step that it belongs to. More errors: notices.redactor.PrivateData."""
    notice_drafts.refuse_past(on, at)
    kind = PublicNotice.Kind.IDENTIFICATION if step == "post_notice" else PublicNotice.Kind.IDENTIFIED
    with recorded(by, step):
        made = notices.post(notice_drafts.of_case(case, kind, remark), by=by, at=on)
        acts.take(step, flow, by=by, at=at, on=on, version=version)
    return made
