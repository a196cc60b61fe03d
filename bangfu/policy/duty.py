"""Duties (履职要求): what a guideline asks of a holder in each period, and by which evidence it is seen to be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from bangfu.kernel.periods import Cycle
from bangfu.policy import source
from bangfu.policy.source import Entry

if TYPE_CHECKING:
    from bangfu.policy.parameter import Parameter


class Kind(StrEnum):
    """`COUNTED`: at least so many acts in a period. `KEPT`: nothing may be missing for longer than so many days."""

    COUNTED = "counted"
    KEPT = "kept"


@dataclass(frozen=True)
class Duty:
    """`number`: the parameter with the least number of a counted duty, or with the days a gap of a kept one may stay.

    `holder` and `evidence` are names that the duties package knows; an unknown one is an error at start-up.
    """

    code: str
    article: str
    label: str
    says: str
    kind: Kind
    holder: str
    cycle: Cycle
    number: str
    evidence: str
    #: roles (accounts.roles.Role) whose to-do it is; none: those who answer for the kind of holder
    owed_by: tuple[str, ...] = ()

    @property
    def is_kept(self) -> bool:
        return self.kind is Kind.KEPT


def read_duties(folder: Path, articles: Mapping[str, object], parameters: Mapping[str, Parameter]) -> Iterator[Duty]:
    """Errors: PolicyError that names file and key."""
    declared: dict[str, Path] = {}
    for file in sorted(folder.glob("*.yaml")):
        top = source.read(file)
        top.only("duties")
        for code, entry in top.entry("duties").named():
            if code in declared:
                raise entry.fault("", f"要求已在 {declared[code].name} 中出现")
            declared[code] = file
            yield _duty(code, entry, articles, parameters)


def _duty(code: str, entry: Entry, articles: Mapping[str, object], parameters: Mapping[str, Parameter]) -> Duty:
    entry.only("article", "label", "says", "kind", "holder", "cycle", "number", "evidence", "owed_by")
    duty = Duty(
        code,
        entry.text("article"),
        entry.text("label"),
        entry.text("says"),
        entry.one_of("kind", Kind, Kind, Kind.COUNTED.value),
        entry.text("holder"),
        entry.one_of("cycle", Cycle, Cycle, Cycle.YEAR.value),
        entry.text("number"),
        entry.text("evidence"),
        entry.texts("owed_by"),
    )
    if duty.article not in articles:
        raise entry.fault("article", f"没有第 {duty.article} 条")
    if duty.number not in parameters:
        raise entry.fault("number", f"没有参数 {duty.number}")
    return duty
