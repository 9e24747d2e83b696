"""The papers of a draw as files: the list of the drawn as a workbook and CSV, the announcement as Word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from sqlalchemy.orm import Session

from config.settings import Office
from scheduler.errors import NotFound
from scheduler.papers.csv_text import write_csv
from scheduler.papers.draw_contents import DrawContents, draw_contents
from scheduler.papers.draw_notice import write_draw_notice
from scheduler.papers.draw_tables import result_table, strata_table
from scheduler.papers.files import Paper, check_formats, write_paper
from scheduler.papers.table import marked
from scheduler.papers.workbook import write_workbook

DRAW_FORMATS = ("docx", "xlsx", "csv")
DRAW_PAPERS = ("notice.docx", "result.xlsx", "result.csv")


def draw_paper(
    session: Session, office: Office, draw_id: str, name: str, *, language: str = "zh", public: bool = True
) -> Paper:
    """Return one paper of a draw: `notice.docx`, `result.xlsx` or `result.csv`.

    Raises `NotFound` (`paper-unknown`) and what `draw_contents` raises.
    """
    draw = _contents(session, office, draw_id, language, public=public)
    makers = _makers(draw)
    if name not in makers:
        raise NotFound("paper-unknown", name=name[:80], known=", ".join(makers))
    return write_paper(draw_id, name, makers[name], language)


def draw_papers(
    session: Session,
    office: Office,
    draw_id: str,
    *,
    formats: Iterable[str] = DRAW_FORMATS,
    language: str = "zh",
    public: bool = True,
) -> list[Paper]:
    """Return every paper of a draw in these formats; raises `InvalidInput` (`paper-format`) for another format."""
    wanted = check_formats(formats, DRAW_FORMATS)
    makers = _makers(_contents(session, office, draw_id, language, public=public))
    return [
        write_paper(draw_id, name, make, language) for name, make in makers.items() if name.rsplit(".", 1)[1] in wanted
    ]


def _contents(session: Session, office: Office, draw_id: str, language: str, *, public: bool) -> DrawContents:
    name = office.name_en if language == "en" else office.name_zh
    return draw_contents(session, draw_id, name, language=language, public=public)


def _makers(draw: DrawContents) -> dict[str, Callable[[], bytes]]:
    makers = (partial(write_draw_notice, draw), partial(_workbook, draw), partial(_csv, draw))
    return dict(zip(DRAW_PAPERS, makers, strict=True))


def _csv(draw: DrawContents) -> bytes:
    table = result_table(draw)
    return write_csv(marked(table, draw.words.say("column-mark"), draw.mark.strip()) if draw.mark else table)


def _workbook(draw: DrawContents) -> bytes:
    return write_workbook(
        [result_table(draw), strata_table(draw)],
        title=draw.title,
        author=draw.office,
        mark=draw.mark,
        created=draw.conducted,
    )
