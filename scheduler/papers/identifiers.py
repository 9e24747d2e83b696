"""What names a draw and what it was decided by: the table with which anyone begins to verify it."""

from __future__ import annotations

from scheduler.draws.queries import DrawView
from scheduler.papers.table import Column, Row, Table
from scheduler.papers.words import Words


def identifiers_table(draw: DrawView, words: Words) -> Table:
    """The draw's identifier, when its list was frozen, M, every value of randomness as it came, the seed."""
    say, summary = words.say, draw.summary
    rows = [
        Row((say("identifier-draw"), summary.id)),
        Row((say("identifier-sealed"), words.instant(summary.sealed_at))),
        Row((say("identifier-m"), summary.manifest_sha256)),
    ]
    for source in draw.sources:
        label = say("identifier-source", source=source.id, kind=words.source(source.type))
        arrived = words.instant(source.arrived_at) if source.arrived_at else ""
        given = say("identifier-value", value=source.value, arrived=arrived) if source.value else say("awaited")
        rows.append(Row((label, given)))
    rows.append(Row((say("identifier-seed"), draw.seed or say("awaited"))))
    columns = Column(say("column-identifier"), 36), Column(say("column-value"), 70)
    return Table("identifiers", say("table-identifiers"), columns, tuple(rows))
