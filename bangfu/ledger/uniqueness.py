"""What may be only once (a number in a village, one row a household) is told beside the field, not by the database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, Q, UniqueConstraint

from bangfu.accounts.actor import Actor
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import shown

#: when two people save the same at the same moment, the database decides and this is said
JUST_TAKEN = "刚刚有人登记了同样的内容，请到名单中核对"


def _combinations(ledger: Ledger) -> Iterator[tuple[str, ...]]:
    """Fields that together may stand only once, as far as the form asks for them."""
    asked = {*ledger.form, ledger.scope}
    for field in ledger.model._meta.concrete_fields:
        if field.unique and field.name in asked:
            yield (field.name,)
    for constraint in ledger.model._meta.constraints:
        plain = isinstance(constraint, UniqueConstraint) and constraint.fields and constraint.condition is None
        if plain and asked.issuperset(constraint.fields):  # type: ignore[attr-defined]
            yield constraint.fields  # type: ignore[attr-defined]


def faults(ledger: Ledger, actor: Actor, values: Mapping[str, Any], record: Any) -> dict[str, str]:
    """Field → message. A row that the actor may not see is not described."""
    draft = ledger.model(**values)
    ledger.place(draft)
    found = {}
    for names in _combinations(ledger):
        wanted = {name: getattr(draft, shown(ledger, name).field.attname) for name in names}
        if any(value in (None, "") for value in wanted.values()):
            continue
        same = ledger.model._default_manager.filter(**wanted).exclude(pk=record.pk if record else None).first()
        if same is None:
            continue
        asked = next((name for name in reversed(names) if name in ledger.form), "")
        labels = "、".join(shown(ledger, name).label for name in names)
        seen = ledger.visible_to(actor).filter(pk=same.pk).exists()
        withdrawn = "（已撤回，可以恢复）" if same.withdrawn_at else ""
        found[asked] = f"同样的{labels}已经登记过" + (
            f"：{same}{withdrawn}，请直接修改那一条" if seen else "，请与上级核对"
        )
    draft.pk, draft._state.adding = (record.pk, False) if record else (None, True)
    return found or broken(ledger, draft) or overlapping(ledger, draft)


def broken(ledger: Ledger, draft: Any) -> dict[str, str]:
    """What the table itself refuses, told beside a field: a CheckConstraint in its own words (without any, which answers do
    not fit together), and a number that is taken among some of the rows only."""
    for constraint in ledger.model._meta.constraints:
        names = _references(ledger, constraint)
        has_words = constraint.violation_error_message != constraint.default_violation_error_message
        if names is None or not (has_words or names.issubset(ledger.form)):
            continue
        try:
            constraint.validate(ledger.model, draft)
        except ValidationError:
            labels = "、".join(shown(ledger, name).label for name in ledger.form if name in names)
            said = str(constraint.violation_error_message) if has_words else f"{labels}互相矛盾，请核对"
            return {_beside(ledger, constraint.name, names): said}
    return {}


def _references(ledger: Ledger, constraint: Any) -> set[str] | None:
    """The columns a rule is about; None for one that is asked elsewhere or knows more than the form."""
    if isinstance(constraint, CheckConstraint):
        return set(constraint.condition.referenced_base_fields) if isinstance(constraint.condition, Q) else set()
    if not isinstance(constraint, UniqueConstraint) or not constraint.fields or constraint.condition is None:
        return None
    asked, others = {*ledger.form, ledger.scope}, set(constraint.condition.referenced_base_fields) - {"withdrawn_at"}
    return set(constraint.fields) if asked.issuperset({*constraint.fields, *others}) else None


def _beside(ledger: Ledger, name: str, names: Collection[str]) -> str:
    """The last field in the name of the rule, as an import does (`post_ends_on_in_order`); else the last it is about."""
    named = [field for field in ledger.form if f"_{field}_" in f"_{name}_"]
    return max(named, key=name.rfind) if named else next((each for each in reversed(ledger.form) if each in names), "")


def overlapping(ledger: Ledger, draft: Any) -> dict[str, str]:
    """Terms that may not share a day (ExclusionConstraint), told beside the beginning of the term."""
    for constraint in ledger.model._meta.constraints:
        if isinstance(constraint, ExclusionConstraint):
            try:
                constraint.validate(ledger.model, draft)
            except ValidationError as error:
                return {"from_on" if "from_on" in ledger.form else "": "".join(error.messages)}
    return {}
