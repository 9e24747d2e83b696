"""The settings of a draft are read strictly; whatever is wrong is named."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from config.settings import load_settings
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.settings import class_rules, default_settings, read_settings
from scheduler.errors import InvalidInput

RULE = {"kind": "ratio", "numerator": 1, "denominator": 20, "rounding": "ceil", "minimum": 1}
GOOD: dict[str, Any] = {
    "agency": "112202000000000000",
    "title": "抽查",
    "on": "2026-03-20",
    "rules": {"A": RULE, "B": {"kind": "fixed", "count": 3}},
    "randomness": [{"id": "dice", "type": "dice/d10", "count": 24}],
}


def test_what_is_not_given_has_its_default() -> None:
    read = read_settings(GOOD)
    assert (read.mode, read.lead_seconds, read.slack, read.strata, read.demonstration) == (
        "open",
        600,
        1,
        "risk",
        False,
    )
    assert read.slots == (("role:inspector",), ("$need", "role:inspector"))
    assert read.on == date(2026, 3, 20)
    assert read.reveal_by is None
    assert "moved" in read.exclusion_reasons and "equipment" in read.void_reasons


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("title", ""), ("title", 5), ("on", "2026-02-30"), ("on", "20260320"), ("on", None), ("mode", "secret"),
        ("slack", -1), ("slack", True), ("slack", 1.5), ("lead_seconds", "600"), ("batch", 0), ("demonstration", "yes"),
        ("reveal_by", "2026-12-31"), ("strata", "district"), ("rules", {}), ("rules", []), ("slots", "two"),
        ("randomness", []), ("randomness", [{"id": "x"}]), ("exclusion_reasons", ["bad-luck"]), ("void_reasons", "x"),
        ("left_out", {"91220201124471832Q": "bad-luck"}), ("left_out", {"a b": "closed"}), ("needs", {"x": "skill"}),
        ("filter", {"colours": ["red"]}), ("filter", {"sectors": "x"}), ("agency", None),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(setting: str, value: object) -> None:
    with pytest.raises(InvalidInput, match="draft-setting") as refused:
        read_settings({**GOOD, setting: value})
    assert str(refused.value.params["setting"]).split(".")[0] == setting


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(InvalidInput, match="draft-setting-unknown"):
        read_settings({**GOOD, "takes": 5})


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({**RULE, "numerator": 30}, "ratio-above-one"),
        ({**RULE, "denominator": 0}, "member-value"),
        ({**RULE, "rounding": "down"}, "member-value"),
        ({"kind": "all"}, "member-value"),
        ({"kind": "fixed"}, "member-missing"),
        ({"kind": "fixed", "count": -1}, "member-value"),
        (5, "member-value"),
    ],
)
def test_a_rule_the_manifest_could_not_hold_is_refused_at_once(rule: object, code: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        read_settings({**GOOD, "rules": {"A": rule}})
    assert refused.value.code == code


def test_a_sealed_draw_says_until_when_it_is_revealed() -> None:
    with pytest.raises(InvalidInput, match="reveal_by"):
        read_settings({**GOOD, "mode": "sealed"})
    assert read_settings({**GOOD, "mode": "sealed", "reveal_by": "2026-12-31"}).reveal_by == "2026-12-31"


def test_the_installation_gives_a_whole_set_of_settings(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    made = default_settings(settings, "抽查", date(2026, 3, 20))
    read = read_settings(made)
    assert set(read.rules) == {"A", "B", "C", "D", "U"}
    assert [source["type"] for source in read.randomness] == ["dice/d10", "drand/quicknet"]
    show = read_settings(default_settings(settings, "抽查", date(2026, 3, 20), demonstration=True))
    assert [source["type"] for source in show.randomness] == ["dice/d10"]
    assert show.full_title == "演示 (demonstration) 抽查"
    sealed = read_settings(default_settings(settings, "抽查", date(2026, 3, 20), mode="sealed"))
    assert [source["type"] for source in sealed.randomness] == ["dice/d10", "drand/quicknet", "commit/sha256"]
    assert sealed.reveal_by == "2026-12-31"


def test_a_batch_takes_its_part_of_the_years_ratio() -> None:
    whole, third = class_rules(), class_rules(Fraction(1, 3))
    for name, rule in whole.items():
        part = Fraction(third[name]["numerator"], third[name]["denominator"])
        assert part * 3 == Fraction(rule["numerator"], rule["denominator"])
