"""The tables of a draw: who was drawn, how much of each stratum."""

from __future__ import annotations

from scheduler.papers.draw_contents import DrawContents, DrawnLine
from scheduler.papers.table import Cell, Column, Row, Table, ratio, with_total


def result_table(draw: DrawContents) -> Table:
    """Who was drawn, with rank, lot number and team; of people only name and number."""
    say = draw.words.say
    widths = {
        "number": 6, "enterprise": 38, "uscc": 22, "stratum": 16, "rank": 7, "ticket": 68, "team": 44, "standing": 12,
    }  # fmt: skip
    rows = [Row((number, *_result_cells(draw, line))) for number, line in enumerate(draw.lines, start=1)]
    columns = tuple(Column(say(f"column-{name}"), width) for name, width in widths.items())
    return Table("result", say("table-result"), columns, tuple(rows))


def _result_cells(draw: DrawContents, line: DrawnLine) -> tuple[Cell, ...]:
    words = draw.words
    people = [words.say("person", name=name, number=number) if number else words.say("open-seat")
              for number, name in line.team]  # fmt: skip
    stratum, standing = words.risk(line.stratum), words.say(f"standing-{line.standing}")
    return line.name, line.uscc, stratum, line.rank, line.ticket, words.listed(people), standing


def strata_table(draw: DrawContents) -> Table:
    """The strata: pool, drawn, and the last lot number drawn."""
    say = draw.words.say
    widths = {"stratum": 14, "pool-frozen": 11, "drawn": 11, "ratio": 11, "cutoff": 66}
    rows = [
        Row((draw.words.risk(each.id), each.population, each.take, ratio(each.take, each.population), each.cutoff))
        for each in draw.view.strata
    ]
    columns = tuple(Column(say(f"column-{name}"), width) for name, width in widths.items())
    return Table("strata", say("table-strata"), columns, with_total(say("total"), rows, (1, 2)))
