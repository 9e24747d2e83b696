"""The catalogue of reasons: why something is left out of a draw, taken out afterwards, or why a draw is void."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.catalogues.faults import Faults, read_file

FILE = Path(__file__).parent / "reasons.toml"
USES = ("pool", "exclusion", "void")


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code with its name in both languages and where it may be used (`USES`)."""

    code: str
    uses: tuple[str, ...]
    names: Mapping[str, str]
    mark: str


def read_reasons(path: Path) -> dict[str, Reason]:
    """Read a catalogue of reasons by code; raise `CatalogueFault` naming every fault."""
    faults = Faults()
    file = read_file(path, faults)
    file.only("reason")
    reasons: dict[str, Reason] = {}
    for row in file.rows("reason"):
        row.only("code", "use", "zh", "en", "mark")
        names = {language: row.text(language) for language in ("zh", "en")}
        mark = row.text("mark", choices=("law", "seen", "default"))
        reason = Reason(row.text("code"), row.texts("use", USES), names, mark)
        if reason.code in reasons:
            row.fault("code", f"{reason.code!r} stands twice")
        if not reason.uses:
            row.fault("use", "a reason that is used nowhere")
        reasons[reason.code] = reason
    faults.raise_if_any()
    return reasons


@cache
def reason_catalogue() -> Mapping[str, Reason]:
    """Return the reasons of the service, read once."""
    return read_reasons(FILE)


def reason_codes(use: str) -> tuple[str, ...]:
    """Return the codes for one use, ascending.

    >>> reason_codes("void")
    ('equipment', 'list-error', 'randomness-late')
    """
    return tuple(sorted(code for code, reason in reason_catalogue().items() if use in reason.uses))


def reason_name(code: str, language: str) -> str:
    """Return the name of a reason in a language, the code itself when the catalogue does not hold it."""
    reason = reason_catalogue().get(code)
    return reason.names[language] if reason else code
