"""Everything a decision can say has a text in both languages."""

from __future__ import annotations

from config import messages
from config.catalogues import Catalogues
from config.messages import is_listed

PAGE = "page.classification"
ALWAYS = {
    "sector-rule": ["no-rule", "only-branches"],
    "district-rule": [
        "district-name",
        "place-in-one-district",
        "zone",
        "district-short-name",
        "no-place",
        "another-city",
        "city-unknown",
    ],
    "tier-rule": ["every-candidate", "sector-undecided", "no-criterion"],
    "risk-rule": ["risk-given", "risk-not-given", "risk-unknown"],
    "look-at": [
        "sector-no-rule",
        "sector-only-branches",
        "district-zone",
        "district-no-place",
        "district-contradiction",
        "district-another-city",
        "district-city-unknown",
        "tier-sector-undecided",
        "tier-no-criterion",
        "risk-unknown",
    ],
}


def test_every_sector_kind_tier_and_rule_has_its_text(catalogues: Catalogues) -> None:
    sectors = catalogues.sectors
    keys = [f"sector.{name}" for name in (*sectors.sectors, "undecided")]
    keys += [f"kind.{kind}" for kinds in sectors.sectors.values() for kind in kinds]
    keys += [f"tier.{rule.tier}" for rule in catalogues.tiers]
    keys += [f"sector-rule.{rule.id}" for rule in sectors.rules]
    keys += [f"look-at.sector-{rule.ask}" for rule in sectors.rules if rule.doubts]
    keys += [f"tier-rule.{rule.id}" for rule in catalogues.tiers]
    keys += [f"look-at.tier-{rule.id}" for rule in catalogues.tiers if rule.tier == "undecided"]
    keys += [f"{area}.{name}" for area, names in ALWAYS.items() for name in names]
    assert [key for key in keys if not is_listed(f"{PAGE}.{key}")] == []


def test_no_text_is_left_over(catalogues: Catalogues) -> None:
    sectors = catalogues.sectors
    rules = {rule.id for rule in sectors.rules} | set(ALWAYS["sector-rule"])
    prefix = f"{PAGE}.sector-rule."
    listed = {key.removeprefix(prefix) for key in messages.catalogue() if key.startswith(prefix)}
    assert listed == rules
