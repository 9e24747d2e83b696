"""What a sealed draw waits for, as text for a terminal: which value, from where, by when, and the command for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from config.messages import render
from scheduler.directory.changes import CHINA
from scheduler.draws.queries import DrawView, SourceView
from scheduler.randomness.drand import CHAIN

_SECRET = "commit/sha256"  # noqa: S105 (the name of a type)


def waiting_lines(view: DrawView, command: str, language: str) -> list[str]:
    """Return one line for each value that is not there; `command` is what enters one, draw or plan included.

    A draw that was declared void waits for nothing.
    """
    return list(_lines(view, command, language)) if view.summary.state == "sealed" else []


def _lines(view: DrawView, command: str, language: str) -> Iterator[str]:
    beacons = [source.due for source in view.sources if source.due is not None]
    lead = timedelta(seconds=view.manifest.get("lead_seconds", 0))
    latest = min(beacons) - lead if beacons else None
    for source in view.sources:
        if source.value is not None or source.type == _SECRET:
            continue
        kind = source.type.partition("/")[0]
        if source.due is None and latest is not None:
            kind += "-by"
        yield render(
            f"command.draw.waits.{kind}",
            language,
            **source.named,
            source=source.id,
            command=command,
            due=_china(source.due),
            latest=_china(latest),
            address=_address(source),
        )


def _china(instant: datetime | None) -> str:
    return instant.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S") if instant else ""


def _address(source: SourceView) -> str:
    """Return where a beacon publishes the pulse that is waited for."""
    if source.type == "drand/quicknet":
        return f"https://api.drand.sh/{CHAIN}/public/{source.named['round']}"
    if source.type == "nist/2.0" and source.due is not None:
        return f"https://beacon.nist.gov/beacon/2.0/pulse/time/{int(source.due.timestamp())}000"
    return ""
