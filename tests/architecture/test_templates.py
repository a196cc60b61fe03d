"""Templates keep the content security policy: no inline script or style, nothing from outside."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import files, name

TEMPLATES = files("bangfu/**.html", "tests/**.html")
RULES = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"application/json\")[^>]*>", re.IGNORECASE),
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=(?!=)|\bhx-on\b", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "outside address": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
    "unescaped value": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
}
#: (template, rule) → why not there
EXEMPT = {
    ("bangfu/site/templates/ui/_field.html", "unescaped value"): "help texts stand in code; Django's own have markup",
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_template_keeps_the_rule(template: Path, rule: str) -> None:
    if (name(template), rule) not in EXEMPT:
        assert [found[0][:80] for found in RULES[rule].finditer(template.read_text())] == []
