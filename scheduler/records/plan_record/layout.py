"""Where things stand in the record of a plan.

    README.txt       what this is, how to check it
    document.json    the plan's document: budget, classes, loads, batches
    lottery/         the lottery of the months, a bundle of the protocol as it stands: plan.json, enterprises.tsv,
                     randomness/, seed.txt, months.tsv, verify_draw.py

Before the lottery is sealed the folder holds only enterprises.tsv, every key enterprise with its class.
"""

from __future__ import annotations

DOCUMENT, README, LOTTERY = "document.json", "README.txt", "lottery/"
