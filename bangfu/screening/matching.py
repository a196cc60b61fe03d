"""Whose row it is: the number is looked up first, and judged only when nobody has it; the name must agree."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bangfu.kernel import text
from bangfu.screening import hashing, identities, names
from bangfu.screening.finding import Finder
from bangfu.screening.identities import State
from bangfu.screening.quality import Quality, Reason
from bangfu.screening.reading import Source
from bangfu.screening.store import INDEX, PERSON_TEXTS, Store

_MOST_REASONS = 5000  # numbers explained one by one; beyond that all say the same


class Registered:
    """The registry's persons, ready to be looked up; opened once for many files."""

    def __init__(self, store: Store) -> None:
        folder = store.folder / INDEX
        self.finder = Finder.open(folder)
        self.names = np.load(folder / "names.npy")
        self.checks = np.load(folder / "checks.npy")


def resolve(
    store: Store, source: Source, registered: Registered, today: date, quality: Quality
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """(person of each row in the whole registry, -1 where nobody was found or the name speaks against it; its number)."""
    numbers = identities.read(source.columns["identity_no"])
    persons = registered.finder.find(numbers.key)
    missing = np.flatnonzero(persons < 0)
    if len(missing):
        _explain(numbers, missing, source, today, quality)
    found = np.flatnonzero(persons >= 0)
    who = persons[found]
    same_check = registered.checks[who] == numbers.check[found]
    if "name" in source.columns:
        written = hashing.large_strings(source.columns["name"])
        same = (hashing.of_texts(written) >> np.uint64(32)).astype(np.uint32)[found] == registered.names[who]
        odd = np.flatnonzero(~same)
        if len(odd):
            same[odd], near = _compared(store, written, found[odd], who[odd])
            quality.add(Reason.NAME_NEAR, found[odd[near & ~same[odd]]], is_used=True)
            quality.add(Reason.NAME_DIFFERS, found[odd[~near]])
            persons[found[odd[~near]]] = -1
    else:
        same = np.zeros(len(found), dtype=np.bool_)
    quality.add(Reason.CHECK_DIFFERS, found[~same_check & same], is_used=True)
    refused = found[~same_check & ~same]
    quality.add(Reason.WRONG_CHECK, refused[persons[refused] >= 0])
    persons[refused] = -1
    return persons, numbers.key


def _explain(numbers: identities.Numbers, missing: NDArray[Any], source: Source, today: date, quality: Quality) -> None:
    """Why nobody was found: the number is empty, wrongly written, wrongly checked, or simply not of here."""
    states = numbers.state[missing]
    quality.add(Reason.NO_NUMBER, missing[states == State.EMPTY])
    malformed = missing[states == State.MALFORMED]
    texts = source.columns["identity_no"].take(pa.array(malformed[:_MOST_REASONS])).to_pylist()
    says = [identities.reason(str(text), today) or Reason.MALFORMED.value for text in texts]
    quality.add(Reason.MALFORMED, malformed[:_MOST_REASONS], says)
    quality.add(Reason.MALFORMED, malformed[_MOST_REASONS:])
    formed = missing[states == State.WELL_FORMED]
    holds = identities.check_characters(numbers.key[formed]) == numbers.check[formed]
    quality.add(Reason.WRONG_CHECK, formed[~holds])
    quality.add(Reason.NOT_IN_REGISTRY, formed[holds])


def _compared(
    store: Store, written: pa.Array, rows: NDArray[Any], who: NDArray[Any]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(whether a name is the same but for blanks and dots, whether it differs only as declared), county by county."""
    rule = names.tolerance()
    same, near = np.zeros(len(rows), dtype=np.bool_), np.zeros(len(rows), dtype=np.bool_)
    places = store.county_of(who)
    for place in np.unique(places).tolist():
        some = np.flatnonzero(places == place)
        with store.batch(PERSON_TEXTS, place) as texts:
            known = texts.take("name", who[some] - store.counties[place].first_person).to_pylist()
        given = written.take(pa.array(rows[some])).to_pylist()
        same[some] = [text.person_name(a) == text.person_name(b) != "" for a, b in zip(given, known, strict=True)]
        near[some] = [rule.accepts(a, b) for a, b in zip(given, known, strict=True)]
    return same, near
