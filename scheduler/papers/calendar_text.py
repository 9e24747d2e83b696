"""iCalendar (RFC 5545), as much as a plan needs: events of whole days, lines folded, texts escaped.

Own writing, so that the bytes follow from the plan alone and from no library's version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

PRODUCT = "-//double-random//annual plan//ZH"
_OCTETS = 75  # of a line, without its end (3.1)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Event:
    """An event of whole days from `first` to `last`; `uid` is the same for the same event for ever.

    One that is `confidential` takes its reader's time and is for nobody else; the others name a span and leave it free.
    """

    uid: str
    first: date
    last: date
    summary: str
    description: str
    category: str
    confidential: bool = False


def write_calendar(name: str, events: Sequence[Event], stamp: datetime) -> bytes:
    """Return a calendar; `stamp` is when the plan was made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{escaped(name)}", "X-WR-TIMEZONE:Asia/Shanghai"]
    for event in events:
        lines += _event(event, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line)).encode()


def _event(event: Event, stamp: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.last + timedelta(days=1):%Y%m%d}",  # the end is the day after (3.6.1)
        f"SUMMARY:{escaped(event.summary)}",
        f"DESCRIPTION:{escaped(event.description)}",
        f"CATEGORIES:{escaped(event.category)}",
        *(["CLASS:CONFIDENTIAL", "TRANSP:OPAQUE"] if event.confidential else ["TRANSP:TRANSPARENT"]),
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    r"""Return a TEXT value (3.3.11): backslash, semicolon, comma and line end escaped, other controls left out.

    >>> escaped("a,b;c\\d\r\ne")
    'a\\,b\\;c\\\\d\\ne'
    """
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(plain, written)
    return _CONTROLS.sub("", text)


def folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets, never inside a character; the later ones begin with a blank."""
    piece, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _OCTETS:
            yield piece
            piece, octets = " ", 1
        piece += character
        octets += size
    yield piece
