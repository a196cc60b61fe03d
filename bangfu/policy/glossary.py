"""The glossary: one English identifier for each Chinese term and the reverse; guideline/glossary.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bangfu.policy import source

_IDENTIFIER = re.compile(r"[a-z]+(_[a-z]+)*")


@dataclass(frozen=True)
class Term:
    term: str
    identifier: str
    section: str


@dataclass(frozen=True)
class Glossary:
    """`by_term`: 中文 → Term; `by_identifier`: the reverse."""

    by_term: Mapping[str, Term]
    by_identifier: Mapping[str, Term]

    def identifier(self, term: str) -> str:
        """Errors: KeyError."""
        return self.by_term[term].identifier

    def term(self, identifier: str) -> str:
        """Errors: KeyError."""
        return self.by_identifier[identifier].term


@cache
def load(root: Path = source.ROOT) -> Glossary:
    """Errors: PolicyError, also when a term or an identifier is there twice."""
    by_term: dict[str, Term] = {}
    by_identifier: dict[str, Term] = {}
    for section, entry in source.read(root / "glossary.yaml").named():
        for chinese in entry.data:
            term = Term(chinese, entry.text(chinese), section)
            if not _IDENTIFIER.fullmatch(term.identifier):
                raise entry.fault(chinese, f"“{term.identifier}”应为小写英文单词，用下划线相连")
            if chinese in by_term:
                raise entry.fault(chinese, "这个词出现两次")
            if other := by_identifier.get(term.identifier):
                raise entry.fault(chinese, f"{term.identifier} 已用于“{other.term}”")
            by_term[chinese] = by_identifier[term.identifier] = term
    return Glossary(by_term, by_identifier)
