"""Colours of our pages: every pair that stands on a page can be told apart, light and dark."""

import re

import pytest

from repo import REPO

CSS = (REPO / "front/pages/pages.css").read_text()
PAPERS = ("paper", "card")
TEXT = [(ink, paper) for ink in ("ink", "quiet", "accent", "attention", "danger") for paper in PAPERS] + [
    ("accent-ink", "accent"),
    ("ink", "accent-soft"),
    ("ink", "attention-soft"),
    ("ink", "danger-soft"),
    ("accent", "accent-soft"),
    ("attention", "attention-soft"),
    ("danger", "danger-soft"),
    ("quiet", "accent-soft"),
]
EDGES = [(edge, paper) for edge in ("edge", "focus", "accent", "attention", "danger") for paper in PAPERS]


def tokens(theme: str) -> dict[str, str]:
    """The colour of each token in one theme."""
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.S)
    found = {}
    for block in blocks[: 1 if theme == "light" else 2]:
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    return found


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_the_known_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_and_controls_be_seen(theme):
    colours = tokens(theme)
    faint = [
        (*pair, round(contrast(colours[pair[0]], colours[pair[1]]), 2), least)
        for pairs, least in ((TEXT, 4.5), (EDGES, 3.0))
        for pair in pairs
        if contrast(colours[pair[0]], colours[pair[1]]) < least
    ]
    assert faint == []


def test_the_themes_name_the_same_colours():
    assert set(tokens("light")) == set(
        re.findall(r"--([a-z-]+): #[0-9a-f]{6}", re.findall(r":root \{(.*?)\}", CSS, re.S)[1])
    )


def test_no_colour_stands_outside_the_tokens():
    outside = re.sub(r":root \{.*?\}", "", CSS, flags=re.S)
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", outside)) <= {"#999"}, "print's own grey only"
