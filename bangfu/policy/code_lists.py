"""Code lists (代码表) of the national forms and standards: guideline/codes/*.yaml."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from bangfu.kernel import text as kernel_text
from bangfu.policy import source
from bangfu.policy.parameter import Mark
from bangfu.policy.source import Entry

CodeValue = str | int
_SEPARATORS = re.compile(r"[,;/、|\s]+")


class CodeListError(ValueError):
    """The text is no value of the list; the message offers the nearest ones, in Chinese."""


class UnknownCodeList(KeyError):
    """No such file: a mistake of the programmer."""


@dataclass(frozen=True)
class Code:
    """`aliases`: other words; `codes`: codes of a national standard; `facts`: what checks need to know of it."""

    value: CodeValue
    label: str
    aliases: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    from_on: date | None = None
    to_on: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True)
class CodeList:
    name: str
    title: str
    source: str
    mark: Mark
    codes: tuple[Code, ...]

    @cached_property
    def choices(self) -> list[tuple[CodeValue, str]]:
        """For a Django field, in the order of the file; values that ended stay, for old rows."""
        return [(code.value, code.label) for code in self.codes]

    def choices_on(self, day: date) -> list[tuple[CodeValue, str]]:
        """What may be chosen on that day."""
        return [(code.value, code.label) for code in self.codes if code.holds(day)]

    @cached_property
    def words(self) -> dict[str, CodeValue]:
        """Every word that `value_of` knows: labels, aliases, values, standard codes, cleaned."""
        return {_plain(word): code.value for code in self.codes for word in _words(code)}

    def code(self, value: CodeValue) -> Code:
        """Errors: KeyError."""
        return self._by_value[value]

    def label(self, value: CodeValue | None) -> str:
        """Label of a stored value; what is unknown is shown as it stands, since old rows must stay readable."""
        if value is None or value == "":
            return ""
        found = self._by_value.get(value)
        return found.label if found else str(value)

    def value_of(self, text: object) -> CodeValue:
        """Label, alias, value or standard code → value. Errors: CodeListError with the nearest labels."""
        plain = _plain(text)
        if plain in self.words:
            return self.words[plain]
        if plain.endswith(".0") and plain[:-2] in self.words:  # a code that a workbook kept as a number
            return self.words[plain[:-2]]
        raise CodeListError(self._unknown(kernel_text.clean(text), plain))

    def values_of(self, text: object) -> tuple[CodeValue, ...]:
        """Several at once, parted by 、 , ; / or blanks: 长期慢性病,残疾. Errors: CodeListError."""
        plain = _plain(text)
        if plain in self.words:
            return (self.words[plain],)
        parts = [part for part in _SEPARATORS.split(plain) if part]
        return tuple(dict.fromkeys(self.value_of(part) for part in parts))

    @cached_property
    def _by_value(self) -> dict[CodeValue, Code]:
        return {code.value: code for code in self.codes}

    def _unknown(self, shown: str, plain: str) -> str:
        if not plain:
            return f"“{self.title}”是空的"
        near = difflib.get_close_matches(plain, self.words, 3, 0.5)
        labels = list(dict.fromkeys(self.label(self.words[word]) for word in near))
        if not labels:
            labels = [code.label for code in self.codes if code.to_on is None][:6]
            return f"“{shown}”不是“{self.title}”的选项，可填：{'、'.join(labels)}" + (
                "…" if len(self.codes) > 6 else ""
            )
        return f"“{shown}”不是“{self.title}”的选项，是不是：{'、'.join(labels)}？"


def _words(code: Code) -> tuple[str, ...]:
    return (str(code.value), code.label, *code.aliases, *code.codes)


def _plain(text: object) -> str:
    return kernel_text.clean(text).lower()


def names(root: Path = source.ROOT) -> list[str]:
    return sorted(file.stem for file in (root / "codes").glob("*.yaml"))


@cache
def code_list(name: str, root: Path = source.ROOT) -> CodeList:
    """Errors: UnknownCodeList; PolicyError that names file and key."""
    if name not in (known := names(root)):
        near = difflib.get_close_matches(name, known, 1)
        raise UnknownCodeList(f"没有代码表 {name}" + (f"，是不是 {near[0]}？" if near else ""))
    entry = source.read(root / "codes" / f"{name}.yaml")
    entry.only("label", "source", "mark", "values")
    codes = tuple(_code(item) for item in entry.entries("values"))
    _check(entry, codes)
    return CodeList(name, entry.text("label"), entry.text("source"), entry.one_of("mark", Mark, Mark), codes)


def _code(entry: Entry) -> Code:
    entry.only("value", "label", "aliases", "codes", "from", "to", "facts")
    value = entry.data.get("value")
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise entry.fault("value", f"“{value}”应为英文代码或整数；有前导零的请加引号")
    facts = entry.entry("facts").data if "facts" in entry.data else {}
    return Code(
        value,
        entry.text("label"),
        entry.texts("aliases"),
        entry.texts("codes"),
        entry.day("from", None),
        entry.day("to", None),
        facts,
    )


def _check(entry: Entry, codes: tuple[Code, ...]) -> None:
    if not codes:
        raise entry.fault("values", "没有任何值")
    if len({type(code.value) for code in codes}) > 1:
        raise entry.fault("values", "value 要么全是文字，要么全是整数")
    if len({code.value for code in codes}) < len(codes):
        raise entry.fault("values", "有 value 出现两次")
    meant: dict[str, CodeValue] = {}
    for place, code in enumerate(codes):
        for word in map(_plain, _words(code)):
            if meant.setdefault(word, code.value) != code.value:
                raise entry.fault(f"values[{place}]", f"“{word}”已指 {meant[word]}")
