"""Values of lottery issues and times of sources, against the games' published ranges and the calendar."""

from __future__ import annotations

import pytest

from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.sources import Source, check_value, unix_seconds

# numbers drawn and highest number: front, and back where the game has one
GAMES = {"lottery/cn-kl8": ((20, 80), None), "lottery/cn-ssq": ((6, 33), (1, 16)), "lottery/cn-dlt": ((5, 35), (2, 12))}


def accepts(kind: str, value: str) -> bool:
    try:
        check_value(Source("lot", kind, issue="2026001"), value, "D-1")
    except ProtocolError:
        return False
    return True


@pytest.mark.parametrize("kind", GAMES)
def test_a_number_counts_only_when_its_game_has_it(kind: str) -> None:
    """Each two-digit number is put in the last place of each group, all others being the lowest ones."""
    front, back = GAMES[kind]
    groups = [[*range(1, count + 1)] for count, _ in filter(None, (front, back))]
    for place, highest in enumerate(each[1] for each in filter(None, (front, back))):
        for number in range(100):
            tried = [list(group) for group in groups]
            tried[place][-1] = number
            value = "2026001:" + "+".join(",".join(f"{each:02}" for each in group) for group in tried)
            others = tried[place][:-1]
            assert accepts(kind, value) == (max([0, *others]) < number <= highest), value


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-01-01T08:00:00+08:00", 1767225600),
        ("2026-01-01T00:00:00.123456Z", 1767225600),
        ("2026-01-01T24:00:00Z", None),
        ("2026-01-01T00:60:00Z", None),
        ("2026-01-01T00:00:60Z", None),
        ("2026-01-01T00:00:00+08:60", None),
        ("2026-01-01T00:00:00+24:00", None),
        ("2026-01-01T00:00:00.1234567Z", 1767225600),
        ("2026-02-29T00:00:00Z", None),
        ("2026-01-01T00:00:00", None),
        ("2026-01-01 00:00:00Z", None),
    ],
)
def test_a_time_is_one_of_the_calendar_on_every_version_of_the_language(text: str, seconds: int | None) -> None:
    assert unix_seconds(text) == seconds
