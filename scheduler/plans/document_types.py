"""The types of a plan's document: what its first member says, and what a reader may expect of it.

`annual-plan/1` is that of the first release: budget, classes, loads and batches. `annual-plan/2` holds besides what
proves it: rules, goals with their bounds, campaigns, closed months, units left out, batches with day and scope.
"""

from __future__ import annotations

FIRST = "annual-plan/1"
PROVABLE = "annual-plan/2"
KNOWN = (FIRST, PROVABLE)
