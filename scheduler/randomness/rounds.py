"""Which future pulse to name: at least the lead after the seal (protocol section 3.2), by exact integer seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scheduler.randomness.drand import GENESIS, PERIOD

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(seconds: int) -> datetime:
    """Return the instant of whole Unix seconds, in UTC."""
    return _EPOCH + timedelta(seconds=seconds)


def round_time(round_number: int) -> datetime:
    """Return when a drand round falls due: genesis + (round - 1) * period.

    >>> round_time(1000).isoformat()
    '2023-08-23T15:59:24+00:00'
    """
    return instant(GENESIS + (round_number - 1) * PERIOD)


def propose_round(now: datetime, lead_seconds: int) -> int:
    """Return the first drand round whose time lies at least `lead_seconds` after `now`.

    >>> propose_round(round_time(1000), 0), propose_round(round_time(1000), 1), propose_round(round_time(1000), 600)
    (1000, 1001, 1200)
    """
    seconds = _ceiling(now, timedelta(seconds=1)) + lead_seconds - GENESIS
    return max(1, 1 - (-seconds // PERIOD))


def propose_minute(now: datetime, lead_seconds: int) -> str:
    """Return the time of the first NIST pulse (whole minutes, UTC) at least `lead_seconds` after `now`.

    >>> propose_minute(datetime(2026, 8, 31, 18, 54, 0, 1, tzinfo=UTC), 600)
    '2026-08-31T19:05:00.000Z'
    """
    minutes = _ceiling(now + timedelta(seconds=lead_seconds), timedelta(minutes=1))
    return (_EPOCH + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:00.000Z")


def _ceiling(instant: datetime, unit: timedelta) -> int:
    return -((_EPOCH - instant) // unit)
