"""Dice, lottery issues and committed secrets: one canonical value each, and times to name in advance."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.messages import is_listed
from scheduler.errors import InvalidInput
from scheduler.randomness.arrival import check_document, receive_value
from scheduler.randomness.commitment import commitment, new_secret
from scheduler.randomness.dice import roll_dice
from scheduler.randomness.rounds import propose_minute, propose_round, round_time

DICE = {"id": "dice", "type": "dice/d10", "count": 20}
FIRST, LAST = datetime(2023, 9, 1), datetime(2100, 1, 1)  # noqa: DTZ001  (hypothesis adds the zone)
INSTANTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


def code_of(source: dict[str, Any], text: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        receive_value("220200-2026-02", source, text)
    return caught.value.code


def lottery(kind: str) -> dict[str, Any]:
    return {"id": "issue", "type": f"lottery/{kind}", "issue": "2026031", "time": "2026-03-19T21:15:00+08:00"}


def test_dice_are_the_digits_in_the_order_rolled() -> None:
    assert receive_value("d", DICE, " 31415 92653,58979\n32384").document == {
        "id": "dice",
        "type": "dice/d10",
        "value": "31415926535897932384",
    }
    assert code_of(DICE, "1" * 19) == code_of(DICE, "1" * 21) == "dice-rolls"
    assert code_of(DICE, "1" * 19 + "x") == code_of(DICE, "１" * 20) == "dice-digits"


def test_the_program_rolls_digits_of_every_kind() -> None:
    rolled = roll_dice(2000)
    assert re.fullmatch(r"[0-9]{2000}", rolled)
    assert set(rolled) == set("0123456789")


def test_lottery_numbers_have_one_canonical_form() -> None:
    eight = [f"{number:02}" for number in range(4, 84, 4)]
    assert receive_value("d", lottery("cn-kl8"), " ".join(reversed(eight))).value == "2026031:" + ",".join(eight)
    drawn = receive_value("d", lottery("cn-dlt"), "2026031：35 01，17、08 22 ＋ 12 03")
    assert drawn.value == "2026031:01,08,17,22,35+03,12"
    assert check_document("d", lottery("cn-dlt"), drawn.document) == drawn.value


@pytest.mark.parametrize(
    "text",
    ["01,02,03,04,05", "01,02,03,04,05,06", "01,02,03,04,05,05+07", "01,02,03,04,05,34+07", "01,02,03,04,05,06+17",
     "1,2,3,4,5,6+7", "01,02,03,04,05,06+07+08", "", "00,02,03,04,05,06+07"],
)  # fmt: skip
def test_numbers_that_the_game_cannot_draw_are_refused(text: str) -> None:
    assert code_of(lottery("cn-ssq"), text) == "lottery-numbers"


def test_another_issue_is_refused() -> None:
    assert code_of(lottery("cn-ssq"), "2026032:01,02,03,04,05,06+07") == "lottery-issue"


def test_a_published_value_that_is_not_canonical_is_refused() -> None:
    for value in ("2026031:02,01,03,04,05,06+07", "01,02,03,04,05,06+07"):
        document = {"id": "issue", "type": "lottery/cn-ssq", "value": value}
        with pytest.raises(InvalidInput, match="value-differs"):
            check_document("d", lottery("cn-ssq"), document)
    with pytest.raises(InvalidInput, match="value-differs"):
        check_document("d", DICE, {"id": "dice", "type": "dice/d10", "value": "1" * 10 + " " + "1" * 10})


@pytest.mark.shared
def test_the_worked_examples_secret_opens_its_commitment(shared: Path) -> None:
    folder = shared / "vectors" / "worked-example"
    manifest = json.loads((folder / "manifest.json").read_text())
    document = json.loads((folder / "randomness" / "office.json").read_text())
    office = next(source for source in manifest["randomness"] if source["id"] == "office")
    assert commitment(manifest["draw"], "office", document["value"]) == office["commitment"]
    assert check_document(manifest["draw"], office, document) == document["value"]
    for value, code in (("0" * 64, "secret-opens-nothing"), ("0" * 63, "secret-form"), ("0" * 65, "secret-form")):
        with pytest.raises(InvalidInput, match=code):
            receive_value(manifest["draw"], office, value)


def test_secrets_are_32_bytes_and_never_the_same() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"[0-9a-f]{64}", secret) for secret in made)


def test_an_unknown_type_of_source_is_refused() -> None:
    assert code_of({"id": "x", "type": "coin/flip"}, "heads") == "source-type"


@given(INSTANTS, st.integers(0, 100_000))
def test_the_round_proposed_is_the_first_that_keeps_the_lead(now: datetime, lead: int) -> None:
    proposed = propose_round(now, lead)
    wanted = now + timedelta(seconds=lead)
    assert round_time(proposed) >= wanted > round_time(proposed - 1) - timedelta(seconds=1)
    assert round_time(proposed) - wanted < timedelta(seconds=4)


@given(INSTANTS, st.integers(0, 100_000))
def test_the_minute_proposed_is_the_first_that_keeps_the_lead(now: datetime, lead: int) -> None:
    proposed = datetime.fromisoformat(propose_minute(now, lead))
    assert timedelta(0) <= proposed - (now + timedelta(seconds=lead)) < timedelta(minutes=1)


def test_every_refusal_has_its_text() -> None:
    folder = Path(__file__).parents[2] / "scheduler" / "randomness"
    codes = {
        code for file in folder.glob("*.py") for code in re.findall(r'InvalidInput\(\s*"([a-z-]+)"', file.read_text())
    }
    assert len(codes) > 20
    assert {code for code in codes if not is_listed(f"error.{code}")} == set()
