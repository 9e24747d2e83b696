"""One field of a scenario's form: what stands, and the change that another value asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_NUMBER = re.compile(r"(?a:-?\d{1,9}(\.\d{1,9})?)")
Change = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class Entry:
    """One field: its name, its label, the value that stands, and the change that another value asks for."""

    name: str
    words: str
    value: str
    change: Change
    number: bool = True

    def asked(self, text: str) -> dict[str, Any] | None:
        """Return the change that a text in the field asks for, None when it is what stands."""
        text = text.strip()
        if text == self.value:
            return None
        return self.change(Decimal(text) if self.number and _NUMBER.fullmatch(text) else text)
