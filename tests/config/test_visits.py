"""The rules of visits: the delivered ones are whole and sourced, an office's own wins, every fault is named at once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from config.catalogues import load_catalogues
from config.catalogues.faults import CatalogueFault
from config.catalogues.visits import FILE, VisitCatalogue, load_visits, read_visits
from config.settings import SettingsFault, load_settings

NOTHING: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def delivered() -> VisitCatalogue:
    return load_visits()


def rule(catalogue: VisitCatalogue, sector: str, grade: str = "unknown", kind: str = "") -> str:
    return catalogue.rule_for(sector, kind, grade, "U", NOTHING).id


def test_the_caps_are_those_of_shanxi_2025(delivered: VisitCatalogue) -> None:
    """Hazardous chemicals 1/2/3/none at most 2/4/8/12 a year, not high-risk 1/2/4/6, coal A/B/C/D 2/4/6/4."""
    published = {
        ("hazardous-chemicals", "1"): 2,
        ("hazardous-chemicals", "2"): 4,
        ("hazardous-chemicals", "3"): 8,
        ("hazardous-chemicals", "none"): 12,
        ("industry-and-trade", "1"): 1,
        ("industry-and-trade", "2"): 2,
        ("industry-and-trade", "3"): 4,
        ("industry-and-trade", "none"): 6,
        ("coal-mines", "A"): 2,
        ("coal-mines", "B"): 4,
        ("coal-mines", "C"): 6,
        ("coal-mines", "D"): 4,
    }
    found = {key: delivered.rule_for(key[0], "", key[1], "U", NOTHING) for key in published}
    assert {key: each.cap for key, each in found.items()} == published
    assert all(each.mark == "seen" and "山西" in each.basis for each in found.values())


def test_every_key_enterprise_has_a_rule_within_its_cap(delivered: VisitCatalogue) -> None:
    catalogues = load_catalogues()
    for sector in (*catalogues.sectors.sectors, "undecided"):
        for grade in (*catalogues.grades.by_sector.get(sector, ()), "unknown"):
            found = delivered.rule_for(sector, "", grade, "U", NOTHING)
            assert 1 <= found.visits <= found.cap and found.effort.team >= 2


def test_a_grade_nobody_stated_has_a_rule_of_its_own(delivered: VisitCatalogue) -> None:
    assert rule(delivered, "hazardous-chemicals") == "chemicals"
    assert rule(delivered, "hazardous-chemicals", "none") == "chemicals-none"
    assert rule(delivered, "coal-mines") == "coal"


def test_a_kind_has_its_rule_before_its_sector(delivered: VisitCatalogue) -> None:
    assert rule(delivered, "non-coal-mines", kind="tailings-pond") == "tailings"
    assert rule(delivered, "non-coal-mines", kind="mining") == "mines"


def test_the_workload_is_people_times_days_on_site_and_travel(delivered: VisitCatalogue) -> None:
    mines = delivered.rule_for("non-coal-mines", "", "unknown", "U", NOTHING).effort
    assert delivered.workload(mines, "220202") == 2 * 2
    assert delivered.workload(mines, "220281") == 2 * (2 + Fraction(1, 2))
    assert delivered.workload(mines, "undecided") == 4
    assert delivered.drawn_effort("fireworks").days == Fraction(3, 2)


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "visits.toml"
    path.write_text(text, encoding="utf-8")
    return path


RULE = (
    '[[rule]]\nid = "a"\nzh = "甲"\nen = "A"\nvisits = 2\ncap = 3\ngap = 3\nteam = 3\ndays = "1.5"\nmark = "default"\n'
)
REST = "[[drawn]]\nteam = 2\ndays = 1\n[travel]\ndefault = 0\n"


def test_the_offices_own_rules_win(tmp_path: Path) -> None:
    own(tmp_path, RULE + REST)
    visits = load_settings(tmp_path, {}).plan.visits
    assert [each.id for each in visits.rules] == ["a"]
    assert visits.workload(visits.rules[0].effort, "220281") == Fraction(9, 2)


def test_a_fault_of_the_offices_rules_stops_the_start_and_names_the_file(tmp_path: Path) -> None:
    own(tmp_path, RULE.replace("team = 3", "team = 1") + REST)
    with pytest.raises(SettingsFault, match=r"visits\.toml: rule a: team: a whole number from 2 to 20"):
        load_settings(tmp_path, {})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (RULE.replace("visits = 2", "visits = 4") + REST, "rule a: visits: 4 visits are over the cap of 3"),
        (RULE.replace("gap = 3", "gap = 12") + REST, "rule a: gap: 2 visits at least 12 months apart do not fit"),
        (RULE.replace('days = "1.5"', "days = 1.5") + REST, "rule a: days: days are a whole number, or a text with"),
        (RULE.replace('days = "1.5"', "days = 0") + REST, "rule a: days: must be above 0"),
        (RULE.replace("visits = 2", "visits = 0") + REST, "rule a: visits: a whole number from 1 to 12"),
        (RULE.replace('"a"', '"A b"') + REST, "is no id of at most 32"),
        (RULE.replace('"default"', '"seen"') + REST, "rule a: basis: what is marked 'seen' needs its source"),
        (RULE + 'window = "heat"\n' + REST, "rule a: window: 'heat' is not one of"),
        (RULE + 'sectors = ["bakeries"]\n' + REST, "rule a: sectors: 'bakeries' is not one of"),
        (RULE + 'grades = ["9"]\n' + REST, "rule a: grades: '9' is not one of"),
        (RULE + 'colour = "red"\n' + REST, "rule a: colour: unknown key"),
        (RULE + 'sectors = ["fireworks"]\n' + REST, "rule: the last rule must be without conditions"),
        (RULE + RULE.replace('"a"', '"b"') + REST, "rule b: is never reached: 'a' stands before it"),
        (RULE + RULE + REST, "rule: 'a' stands twice"),
        (REST, "rule: the last rule must be without conditions"),
        (RULE + "[travel]\ndefault = 0\n", "drawn: the last entry must be without sectors"),
        (RULE + REST + "110101 = 1\n", "travel: 110101: is no district of the catalogue"),
        (RULE + REST.replace("default = 0", ""), "travel: default: the days of travel to any other district"),
        (RULE + REST + '[[window]]\nid = "w"\nzh = "w"\nen = "w"\nmonths = [3, 2]\n', "window w: months: ascending"),
        (RULE + REST + '[[window]]\nid = "w"\nzh = "w"\nen = "w"\n', "window w: months: months or a holiday"),
        (RULE + REST + '[[window]]\nid = "w"\nzh = "w"\nen = "w"\nholiday = "yule"\nbefore = 1\n', "'yule' is not one"),
        ("[[rule]\n", "cannot be read"),
    ],
)
def test_each_fault_is_named_with_its_key(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(CatalogueFault) as caught:
        read_visits(own(tmp_path, text), load_catalogues())
    assert fault in str(caught.value)


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    bad = RULE.replace("visits = 2", "visits = 4").replace("team = 3", "team = 30")
    with pytest.raises(CatalogueFault) as caught:
        read_visits(own(tmp_path, bad + 'window = "x"\n' + REST), load_catalogues())
    assert len(str(caught.value).splitlines()) == 3


def test_the_order_is_the_rule(tmp_path: Path) -> None:
    """A narrower rule behind a broader one is refused, so no order hides a rule; in front of it, it decides."""
    narrow = RULE.replace('"a"', '"n"') + 'sectors = ["fireworks"]\ngrades = ["1"]\n'
    broad = RULE.replace('"a"', '"b"') + 'sectors = ["fireworks", "coal-mines"]\n'
    found = read_visits(own(tmp_path, narrow + broad + RULE + REST), load_catalogues())
    assert [rule(found, *each) for each in (("fireworks", "1"), ("fireworks", "2"), ("metallurgy", "1"))] == [
        "n",
        "b",
        "a",
    ]
    with pytest.raises(CatalogueFault, match="rule n: is never reached: 'b'"):
        read_visits(own(tmp_path, broad + narrow + RULE + REST), load_catalogues())


def test_the_delivered_file_says_of_every_figure_where_it_is_from() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert text.count("[[rule]]") == text.count("\nmark = ")


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        ("一级", "1"),
        ("Ⅱ级", "2"),
        (" ３ ", "3"),
        ("未定级", "none"),
        ("Ungraded", "none"),
        ("b类", "B"),
        ("", ""),
        ("特级", None),
        ("U", None),
    ],
)
def test_grades_are_read_in_their_spellings(written: str, grade: str | None) -> None:
    assert load_catalogues().grades.read(written) == grade


def test_a_grade_of_another_sector_is_unknown() -> None:
    grades = load_catalogues().grades
    assert grades.grade_in("coal-mines", "A") == "A"
    assert grades.grade_in("hazardous-chemicals", "A") == "unknown"
    assert grades.grade_in("undecided", "1") == "unknown"
    assert grades.grade_in("coal-mines", "") == "unknown"
