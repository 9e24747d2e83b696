"""The design system's colours can be read by everyone: WCAG 2.2 AA in the light and in the dark scheme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import api

TOKENS = (Path(api.__file__).parent / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
LIGHT, DARK = (dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", part)) for part in TOKENS.split("@media", 1))
TEXT = [
    ("ink", "paper"), ("ink", "surface"), ("ink", "sunken"), ("ink-soft", "paper"), ("ink-soft", "surface"),
    ("ink-soft", "sunken"), ("accent", "paper"), ("accent", "surface"), ("accent", "accent-soft"),
    ("ink", "accent-soft"),
    ("accent-strong", "surface"), ("on-accent", "accent"), ("on-accent", "accent-strong"), ("seal", "seal-soft"),
    ("seal", "surface"), ("seal", "paper"), ("ink", "seal-soft"), ("good", "good-soft"), ("ink", "good-soft"),
    ("warn", "warn-soft"), ("ink", "warn-soft"), ("on-accent", "seal"), ("ink", "heat-0"), ("ink", "heat-1"),
    ("ink", "heat-2"), ("surface", "heat-3"), ("surface", "heat-4"),
]  # fmt: skip
SHAPES = [("line-strong", "surface"), ("line-strong", "paper"), ("accent", "sunken"), ("seal", "heat-0")]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour as WCAG defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_and_shapes_can_be_told(scheme: dict[str, str]) -> None:
    weak = {pair: round(contrast(scheme[pair[0]], scheme[pair[1]]), 2) for pair in TEXT}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    faint = {pair: round(contrast(scheme[pair[0]], scheme[pair[1]]), 2) for pair in SHAPES}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 3} == {}
