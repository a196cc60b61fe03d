"""资金不得用于: the table of forbidden uses, read from guideline/codes/fund_forbidden_use.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from bangfu.policy.code_lists import Code, code_list
from bangfu.policy.parameter import Mark

TABLE = "fund_forbidden_use"
SURENESS = {Mark.OFFICIAL: "文件原文", Mark.SECONDARY: "转引", Mark.ASSUMED: "通行做法，以当地文件为准"}


@dataclass(frozen=True)
class Rule:
    label: str
    words: tuple[str, ...]
    but: tuple[str, ...]
    document_no: str
    sureness: str
    code: Code

    def found_in(self, text: str) -> str:
        """The word that stands in the text, once what is allowed is taken out; "" when none does."""
        for allowed in self.but:
            text = text.replace(allowed, "")
        return next((word for word in self.words if word in text), "")


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(_rule(code) for code in code_list(TABLE).codes)


def _rule(code: Code) -> Rule:
    facts = code.facts
    sureness = SURENESS.get(Mark(facts["mark"]), "")
    return Rule(code.label, tuple(facts["words"]), tuple(facts.get("except", ())), facts["document_no"], sureness, code)


def refusals(*texts: str, on: date) -> Iterator[str]:
    """Why money may not be spent on this, each with the rule."""
    text = "\n".join(texts)
    for rule in rules():
        if rule.code.holds(on) and (word := rule.found_in(text)):
            yield (
                f"写有“{word}”，属于不得使用的“{rule.label}”（{rule.document_no}，{rule.sureness}）；"
                "确实不是的，请改写用途说清楚"
            )
