"""Progress of long work on standard error: rows done and rows a second, divisions of a plan done."""

from __future__ import annotations

import sys
import time

_EVERY = 0.5


class Progress:
    """Shows how far work has come, at most twice a second, so that short work shows nothing."""

    def __init__(self) -> None:
        self._began = self._shown = time.monotonic()
        self._open_line = False

    def __enter__(self) -> Progress:
        """Begin to count the time."""
        return self

    def __exit__(self, *fault: object) -> None:
        """End the line that is rewritten on a terminal."""
        if self._open_line:
            sys.stderr.write("\n")

    def show(self, rows: int) -> None:
        """Show the rows done so far."""
        rate = round(rows / max(time.monotonic() - self._began, 0.001))
        self.tell(f"{rows:,} rows, {rate:,} rows/s")

    def tell(self, line: str) -> None:
        """Show a line."""
        now = time.monotonic()
        if now - self._shown < _EVERY:
            return
        self._shown = now
        self._open_line = sys.stderr.isatty()
        sys.stderr.write(f"\r{line:<40}" if self._open_line else f"{line}\n")
        sys.stderr.flush()
