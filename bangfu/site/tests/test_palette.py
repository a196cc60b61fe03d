"""The palette: every pair of text and ground that the styles combine has a contrast of at least 4.5 to 1."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

STYLE = Path(settings.ROOT) / "frontend/src/style"
COLOURS = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", (STYLE / "tokens.css").read_text()))
GROUNDS = ("paper", "ground")
TEXTS = ("ink", "ink-soft", "accent", "accent-deep", "bad", "warn", "ok", "note", "muted")
PAIRS = [(text, ground) for text in TEXTS for ground in GROUNDS]
PAIRS += [(tone, f"{tone}-tint") for tone in ("bad", "warn", "ok", "note", "muted")]
PAIRS += [("accent-deep", "accent-tint"), ("ink", "accent-tint"), ("ink", "warn-tint"), ("ink", "bad-tint")]
PAIRS += [
    ("ink-soft", "accent-tint"),
    ("ink-soft", "muted-tint"),
    ("paper", "accent"),
    ("paper", "bad"),
    ("paper", "ink"),
]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_guideline_for_web_content_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(text: str, ground: str) -> None:
    assert contrast(COLOURS[text], COLOURS[ground]) >= 4.5


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_border_of_an_input_can_be_seen(ground: str) -> None:
    assert contrast(COLOURS["line-strong"], COLOURS[ground]) >= 3


def test_every_icon_a_template_asks_for_is_in_the_sprite() -> None:
    known = set(json.loads((STYLE.parent / "icons.json").read_text()))
    sources = [*Path(settings.ROOT).glob("bangfu/**/*.html"), *Path(settings.ROOT).glob("bangfu/**/*.py")]
    asked = re.compile(r"""\{% icon "([a-z0-9-]+)"|icon="([a-z0-9-]+)"|icon\|default:"([a-z0-9-]+)\"""")
    missing = {
        (source.name, name)
        for source in sources
        for found in asked.findall(source.read_text())
        for name in found
        if name and name not in known
    }
    assert missing == set()
