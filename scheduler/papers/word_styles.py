"""The typography of an official document (GB/T 9704-2012) laid over an empty Word file.

A4, top margin 37 mm, left 28 mm, a text block of 156 by 225 mm; title in size 2 小标宋, text in size 3 仿宋, headings
in 黑体, 楷体 and 仿宋; page number between dashes at the outer edge. Fonts are named, never carried along: the font
table names the fall-back for a machine that lacks one.
"""

from __future__ import annotations

from dataclasses import dataclass

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

TEXT_WIDTH_MM = 156
SONG, FANG, KAI, HEI = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体"
_LATIN = "Times New Roman"
# Where a font is missing: the names under which systems and office suites have one of its kind.
_FALL_BACK = {SONG: "宋体;SimSun", FANG: "仿宋;FangSong", KAI: "楷体;KaiTi", HEI: "SimHei"}
TABLE_SIZES = (10.5, 9.0, 8.0)
_LINE = 29  # points from line to line: 22 lines on a page


@dataclass(frozen=True)
class _Style:
    font: str
    size: float
    line: float | None = _LINE
    align: WD_ALIGN_PARAGRAPH | None = None
    indent: int = 0  # characters
    bold: bool = False
    before: float = 0
    after: float = 0
    keep_next: bool = False


_STYLES = {
    "Normal": _Style(FANG, 16, align=WD_ALIGN_PARAGRAPH.JUSTIFY),
    "Body Text": _Style(FANG, 16, align=WD_ALIGN_PARAGRAPH.JUSTIFY, indent=2),
    "Title": _Style(SONG, 22, line=38, align=WD_ALIGN_PARAGRAPH.CENTER, before=0, after=14),
    "Subtitle": _Style(KAI, 16, align=WD_ALIGN_PARAGRAPH.CENTER),
    "Heading 1": _Style(HEI, 16, indent=2, before=8, after=4, keep_next=True),
    "Heading 2": _Style(KAI, 16, indent=2, keep_next=True),
    "Heading 3": _Style(FANG, 16, indent=2, bold=True, keep_next=True),
    "Cover": _Style(KAI, 14, line=26, align=WD_ALIGN_PARAGRAPH.CENTER),
    "Compact": _Style(FANG, 12, line=20, align=WD_ALIGN_PARAGRAPH.JUSTIFY, indent=2),
    "Signature": _Style(FANG, 12, line=20, align=WD_ALIGN_PARAGRAPH.RIGHT),
    "Caption": _Style(HEI, 12, line=20, align=WD_ALIGN_PARAGRAPH.CENTER, before=8, after=3, keep_next=True),
    "List Bullet": _Style(FANG, 16, align=WD_ALIGN_PARAGRAPH.JUSTIFY, indent=2),
    "Header": _Style(HEI, 12, line=None, align=WD_ALIGN_PARAGRAPH.CENTER, bold=True),
    "Footer": _Style("宋体", 14, line=None),
    "TOC Heading": _Style(HEI, 18, align=WD_ALIGN_PARAGRAPH.CENTER, after=10),
}


def set_page(document: DocumentObject) -> None:
    """Set paper and margins of the one section, and pages that differ left and right."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(210 - 28 - TEXT_WIDTH_MM)
    section.header_distance, section.footer_distance = Mm(20), Mm(24)
    document.settings.odd_and_even_pages_header_footer = True


def set_styles(document: DocumentObject, language: str) -> None:
    """Give the styles their fonts, sizes, indents; add the ones of table cells (`Cell 10.5` and so on)."""
    for size in TABLE_SIZES:
        document.styles.add_style(f"Cell {size:g}", 1)
    for name in ("Compact", "Cover", "Signature", "TOC 1", "TOC 2"):
        document.styles.add_style(name, 1)
    cells = {f"Cell {size:g}": _Style(FANG, size, line=size * 1.35) for size in TABLE_SIZES}
    entries = {f"TOC {level}": _Style(HEI if level == 1 else FANG, 15, indent=2 * (level - 1)) for level in (1, 2)}
    for name, wanted in {**_STYLES, **cells, **entries}.items():
        style = document.styles[name]
        if isinstance(style, ParagraphStyle):
            _apply(style, wanted, language)
    _set_defaults(document, language)


def _apply(style: ParagraphStyle, wanted: _Style, language: str) -> None:
    font, form = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(wanted.size), wanted.bold, False
    font.color.rgb = RGBColor(0, 0, 0)
    _set_fonts(style, wanted.font, bold_latin=language == "en" and wanted.font in (HEI, KAI, SONG))
    form.space_before, form.space_after = Pt(wanted.before), Pt(wanted.after)
    form.keep_with_next = wanted.keep_next
    form.widow_control = True
    form.alignment = wanted.align
    if wanted.line is None:
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    else:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(wanted.line)
    properties = style.element.get_or_add_pPr()
    for tag in ("w:pBdr", "w:numPr", "w:contextualSpacing", "w:ind"):
        for found in properties.findall(qn(tag)):
            properties.remove(found)
    if wanted.indent:
        form.first_line_indent = Pt(wanted.indent * wanted.size)
        properties.ind.set(qn("w:firstLineChars"), str(wanted.indent * 100))


def _set_fonts(style: ParagraphStyle, east_asian: str, *, bold_latin: bool) -> None:
    """Name the fonts; the theme's, which would win, and characters' spacing go."""
    properties = style.element.get_or_add_rPr()
    for tag in ("w:rFonts", "w:spacing", "w:kern"):
        for found in properties.findall(qn(tag)):
            properties.remove(found)
    style.font.name = _LATIN
    properties.rFonts.set(qn("w:eastAsia"), east_asian)
    properties.rFonts.set(qn("w:cs"), _LATIN)
    if bold_latin:
        style.font.bold = True


def _set_defaults(document: DocumentObject, language: str) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for tag in ("w:rFonts", "w:lang"):
        for found in defaults.findall(qn(tag)):
            defaults.remove(found)
    spoken = "en-US" if language == "zh" else "en-GB"  # of Latin letters: a hash or a year is not to be broken
    fonts = f'<w:rFonts {nsdecls("w")} w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:eastAsia="{FANG}" w:cs="{_LATIN}"/>'
    defaults.insert(0, parse_xml(fonts))
    defaults.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{spoken}" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'))


def set_font_table(document: DocumentObject) -> None:
    """Name the fall-back of each font, so that a machine without it takes one of its kind."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in _FALL_BACK.items()
    )
    latin = f'<w:font w:name="{_LATIN}"><w:charset w:val="00"/><w:family w:val="roman"/></w:font>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {nsdecls("w")}>{fonts}{latin}</w:fonts>'
    )
    for part in document.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml" and isinstance(part, Part):
            part._blob = content.encode()
