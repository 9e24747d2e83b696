"""A process with a clock that beats fast: `python clock_driver.py URL DATA SECONDS`; it says when it gets the hold."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from config.settings import load_settings
from scheduler.jobs.clock import Clock
from scheduler.store.engine import open_engine


class Told(Clock):
    """A clock that prints once that it has the hold."""

    told = False

    def beat(self) -> bool:
        """Beat, and say so."""
        has = super().beat()
        if has and not self.told:
            self.told = True
            print("holds", flush=True)  # noqa: T201 (the test reads it)
        return has


if __name__ == "__main__":
    clock = Told(open_engine(sys.argv[1]), load_settings(Path(sys.argv[2]), {}), float(sys.argv[3]))
    clock.start()
    print("started", flush=True)  # noqa: T201 (the test reads it)
    time.sleep(60)
