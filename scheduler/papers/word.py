"""A Word document as an office writes it: contents, headings, tables, page numbers; the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import _Footer, _Header
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from scheduler.papers.table import Cell, Table, cell_text
from scheduler.papers.word_styles import TABLE_SIZES, TEXT_WIDTH_MM, set_font_table, set_page, set_styles

_TWIPS_MM = 1440 / 25.4
_CHARACTER_MM = 25.4 / 72 / 2  # the width of half-width text of one point
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_THUMBNAIL = re.compile(r"<Relationship [^>]*thumbnail[^>]*/>")
_GREY = "E7EDF4"
_TOGETHER = 20  # rows of a table that is not parted between two pages


class WordPaper:
    """A document being written from top to bottom; `mark` (may be empty) stands at the head of every page."""

    def __init__(self, *, language: str, title: str, author: str, mark: str, created: datetime) -> None:
        self._document = Document()
        self._created = created
        self._headings: list[tuple[int, str, str]] = []
        self._contents: Paragraph | None = None
        set_page(self._document)
        set_styles(self._document, language)
        set_font_table(self._document)
        self._set_properties(language, title, author, mark)
        self._set_edges(mark)

    def _set_properties(self, language: str, title: str, author: str, mark: str) -> None:
        stamp, properties = self._created.replace(microsecond=0, tzinfo=None), self._document.core_properties
        properties.title, properties.author, properties.last_modified_by = title[:255], author[:255], author[:255]
        properties.comments, properties.subject, properties.keywords = mark, "", ""
        properties.created, properties.modified, properties.revision = stamp, stamp, 1
        properties.language = "zh-CN" if language == "zh" else "en"

    def _set_edges(self, mark: str) -> None:
        section = self._document.sections[0]
        section.different_first_page_header_footer = True
        for header in (section.header, section.even_page_header, section.first_page_header):
            _write_header(header, mark)
        _write_footer(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
        _write_footer(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)

    def paragraph(self, text: str, style: str = "Body Text") -> Paragraph:
        """Add a paragraph in a style."""
        return self._document.add_paragraph(_clean(text), style=style)

    def mark(self, text: str, style: str = "Subtitle") -> None:
        """Add a paragraph in red, for what a reader must not overlook."""
        run = self.paragraph("", style).add_run(_clean(text))
        run.font.color.rgb, run.bold = RGBColor(0xC0, 0, 0), True

    def space(self, points: float) -> None:
        """Leave so much room."""
        self.paragraph("", "Normal").paragraph_format.space_after = Pt(points)

    def heading(self, text: str, level: int = 1, *, new_page: bool = False) -> None:
        """Add a heading that the contents lists."""
        paragraph = self._document.add_paragraph(_clean(text), style=f"Heading {level}")
        paragraph.paragraph_format.page_break_before = new_page or None
        name = f"_Toc{len(self._headings) + 1:06}"
        self._headings.append((level, _clean(text), name))
        number = len(self._headings)
        start = f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{name}"/>'
        paragraph.runs[0]._r.addprevious(parse_xml(start))
        paragraph._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>'))

    def contents(self, title: str) -> None:
        """Leave a page for the contents, which are filled in when everything is written."""
        self.paragraph(title, "TOC Heading").paragraph_format.page_break_before = True
        self._contents = self.paragraph("", "Normal")

    def table(self, table: Table, caption: str = "") -> None:
        """Add a table across the page, its header repeated on every page; `caption` (may be empty) stands above."""
        if caption:
            self.paragraph(caption, "Caption")
        anchor = self.paragraph("", "Cell 10.5")
        anchor._p.addprevious(_table_xml(table))
        if table.note:
            anchor.add_run(_clean(table.note))

    def to_bytes(self) -> bytes:
        """Return the file."""
        self._fill_contents()
        stream = io.BytesIO()
        self._document.save(stream)
        return _fix_times(stream.getvalue(), self._created)

    def _fill_contents(self) -> None:
        """Write the contents as a field with its entries: links without page numbers, right before any update."""
        if self._contents is None:
            return
        place = self._contents._p
        listed = [each for each in self._headings if each[0] <= 2]
        for number, (level, text, name) in enumerate(listed):
            begin = _FIELD_BEGIN if number == 0 else ""
            end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if number == len(listed) - 1 else ""
            entry = (
                f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="TOC{level}"/></w:pPr>{begin}'
                f'<w:hyperlink w:anchor="{name}" w:history="1"><w:r><w:t>{escape(text)}</w:t></w:r>'
                f"</w:hyperlink>{end}</w:p>"
            )
            place.addprevious(parse_xml(entry))


_FIELD_BEGIN = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\n \\h \\z \\u </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)


def _clean(text: str) -> str:
    """Leave out characters that XML cannot hold."""
    return _CONTROLS.sub("", text)


def _write_header(header: _Header, mark: str) -> None:
    header.is_linked_to_previous = False
    if mark:
        run = header.paragraphs[0].add_run(_clean(mark))
        run.font.color.rgb = RGBColor(0xC0, 0, 0)


def _write_footer(footer: _Footer, align: WD_ALIGN_PARAGRAPH) -> None:
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = align
    paragraph.add_run("— ")
    field = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(field))
    paragraph.add_run(" —")


def _table_xml(table: Table) -> BaseOxmlElement:
    """Return a table as one element; built as text, since a list of enterprises has tens of thousands of cells."""
    size = next((size for size in TABLE_SIZES if table.width * size * _CHARACTER_MM <= TEXT_WIDTH_MM), TABLE_SIZES[-1])
    style = f"Cell{size:g}"
    whole = round(TEXT_WIDTH_MM * _TWIPS_MM)
    widths = [whole * column.width // table.width for column in table.columns]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row_xml([column.title for column in table.columns], widths, style, head=True)
    together = len(table.rows) <= _TOGETHER
    body = "".join(
        _row_xml(row.cells, widths, style, bold=bool(row.sums), keep=together and row is not table.rows[-1])
        for row in table.rows
    )
    form = _TABLE_FORM.format(width=sum(widths))
    return parse_xml(f"<w:tbl {nsdecls('w')}>{form}<w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>")


_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TABLE_FORM = (
    '<w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/>'
    f"<w:tblBorders>{_EDGES}</w:tblBorders>"
    '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr>"
)


def _row_xml(
    cells: Sequence[Cell],
    widths: Sequence[int],
    style: str,
    *,
    head: bool = False,
    bold: bool = False,
    keep: bool = False,
) -> str:
    repeat = "<w:tblHeader/>" if head else ""
    pairs = zip(cells, widths, strict=True)
    written = "".join(_cell_xml(cell, width, style, head=head, bold=bold, keep=keep) for cell, width in pairs)
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{written}</w:tr>"


def _cell_xml(cell: Cell, width: int, style: str, *, head: bool, bold: bool, keep: bool) -> str:
    text = escape(_clean("—" if cell is None else cell_text(cell)))
    align = "center" if head or cell is None else "left" if isinstance(cell, str) else "right"
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{_GREY}"/>' if head else ""
    weight = "<w:rPr><w:b/></w:rPr>" if head or bold else ""
    with_next = "<w:keepNext/>" if head or keep else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{with_next}<w:jc w:val="{align}"/></w:pPr>'
        f'<w:r>{weight}<w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:tc>'
    )


def _fix_times(content: bytes, created: datetime) -> bytes:
    """Give every part of the file the time of the plan, and leave out the picture of the empty template."""
    out = io.BytesIO()
    stamp = max(created.replace(tzinfo=None), datetime(1980, 1, 1))  # noqa: DTZ001 (the first time a zip can hold)
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if "thumbnail" in name:
                continue
            data = source.read(name)
            if name == "_rels/.rels":
                data = _THUMBNAIL.sub("", data.decode()).encode()
            info = zipfile.ZipInfo(name, stamp.timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            info.create_system = 3
            target.writestr(info, data)
    return out.getvalue()
