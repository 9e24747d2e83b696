"""The plan as Word: read back it holds the plan's figures; its parts are sound and set as an office sets them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.shared import Pt
from sqlalchemy import Engine, select

from config.settings import Settings
from config.workdays import workday_catalogue
from scheduler.directory.changes import CHINA
from scheduler.directory.models import Enterprise
from scheduler.draws.models import Draw
from scheduler.papers.files import plan_paper
from scheduler.papers.plan_contents import plan_contents
from scheduler.papers.plan_proof_tables import goals_table
from scheduler.papers.table import Column, Row, Table
from scheduler.papers.word import WordPaper
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.models import KeyVisit, PlanVersion
from scheduler.store.session import reading, writing
from tests.papers import city

NAME = f"{city.PLAN}-v1.docx"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def paper(papers: dict[str, bytes]) -> DocumentObject:
    return Document(io.BytesIO(papers[NAME]))


@pytest.fixture(scope="module")
def stored(drawn_city: Engine) -> dict[str, Any]:
    with reading(drawn_city) as session:
        document: dict[str, Any] = json.loads(session.scalars(select(PlanVersion.document)).one())
    return document


def cells(table: Any) -> list[list[str]]:
    return [[each.text for each in row.cells] for row in table.rows]


def text_of(paper: DocumentObject) -> str:
    return "\n".join(each.text for each in paper.paragraphs)


def table_with(paper: DocumentObject, *head: str) -> list[list[str]]:
    for table in paper.tables:
        found = [cell.text for cell in table.rows[0].cells]
        if all(title in found for title in head):
            return cells(table)
    raise AssertionError(head)


def test_the_chapters_are_headings_and_the_contents_link_to_them(
    paper: DocumentObject, papers: dict[str, bytes]
) -> None:
    titles = [each.text for each in paper.paragraphs if each.style and each.style.name == "Heading 1"]
    assert [title[:2] for title in titles] == [
        "一、",
        "二、",
        "三、",
        "四、",
        "五、",
        "六、",
        "七、",
        "附件",
        "附件",
        "附件",
    ]
    root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(papers[NAME])).read("word/document.xml"))
    marks = {each.get(f"{W}name"): each for each in root.iter(f"{W}bookmarkStart")}
    links = {each.get(f"{W}anchor"): "".join(each.itertext()) for each in root.iter(f"{W}hyperlink")}
    assert links and links.keys() <= marks.keys()
    assert [text for text in links.values() if text in titles] == titles
    assert any("TOC" in (each.text or "") for each in root.iter(f"{W}instrText"))
    kinds = [each.get(f"{W}fldCharType") for each in root.iter(f"{W}fldChar")]
    assert kinds == ["begin", "separate", "end"]


def test_the_sentences_carry_the_figures_of_the_document(paper: DocumentObject, stored: dict[str, Any]) -> None:
    text, bureau = text_of(paper), stored["budget"]["bureau"]
    staff = sum(city.STAFF.values())
    assert f"2026年法定工作日{city.DAYS}天，纳入计划的执法人员{staff}人，总法定工作日为{city.DAYS * staff}人·日" in text
    shares = []
    for name, words in (("other_enforcement", "其他执法"), ("non_enforcement", "非执法"), ("supervision", "监督检查")):
        found = re.search(f"{words}工作日{bureau[name]}人·日，占([0-9]+[.][0-9])%", text)
        assert found is not None
        shares.append(Decimal(found[1]))
        assert abs(shares[-1] - Decimal(bureau[name]) * 100 / Decimal(bureau["total"])) < Decimal("0.1")
    assert sum(shares) == 100
    assert "重点检查单位60家，全年检查120次，需要484人·日" in text  # 12 · 37 + 4 · 10 of travel
    assert f"重点占{stored['units']['key_percent']}%" in text
    assert "一般检查单位300家" in text and "分3批在3月、6月、9月随机抽查" in text
    assert stored["calendar"]["notice"] in text


def test_the_budget_table_has_a_line_for_each_division(paper: DocumentObject, stored: dict[str, Any]) -> None:
    table = table_with(paper, "处室", "机动预留")
    units = [*stored["budget"]["divisions"], {"name": "全局合计", **stored["budget"]["bureau"]}]
    names = ("staff", "total", "other_enforcement", "non_enforcement", "supervision")
    wanted = [
        [
            each["name"],
            *(str(each[name]) for name in names),
            *(str(each["parts"][part]) for part in ("key", "general", "reserve")),
        ]
        for each in units
    ]
    assert table[1:] == wanted


def test_the_key_enterprises_stand_in_the_annex_with_their_drawn_months(
    paper: DocumentObject, drawn_city: Engine
) -> None:
    months: dict[str, list[int]] = {}
    with reading(drawn_city) as session:
        for visit in session.scalars(select(KeyVisit).order_by(KeyVisit.uscc, KeyVisit.visit)):
            months.setdefault(visit.uscc, []).append(visit.month)
        names = {each.uscc: each.name for each in session.scalars(select(Enterprise))}
    table = table_with(paper, "企业名称", "检查月份")
    found = {row[2]: row[6] for row in table[1:]}
    assert found == {uscc: "、".join(f"{month}月" for month in listed) for uscc, listed in months.items()}
    for row in table[1:]:
        assert row[1] == names[row[2]].replace("\x0b", "")


def test_the_month_table_adds_up(paper: DocumentObject) -> None:
    visits, days = [cells(each) for each in paper.tables if each.rows[0].cells[1].text == "1月"]
    for table in (visits, days):
        figures = [[int(cell) for cell in row[1:14]] for row in table[1:]]
        assert all(sum(row[:12]) == row[12] for row in figures)
        assert [sum(column) for column in zip(*figures[:-1], strict=True)] == figures[-1]
    assert visits[-1][13] == "120" and days[-1][13] == "484"


def test_the_lottery_is_named_so_that_anyone_can_verify_it(paper: DocumentObject, drawn_city: Engine) -> None:
    with reading(drawn_city) as session:
        draw = session.get(Draw, f"{city.PLAN}-v1")
        assert draw is not None
        digest = draw.manifest_sha256
    table = dict(table_with(paper, "标识", "数值"))
    assert table["清单指纹M（SHA-256）"] == digest
    assert table["随机数“dice”（当众掷十面骰子）"].startswith(city.DICE)
    assert len(table["种子"]) == 64
    assert "verify_draw.py" in text_of(paper)


def test_approval_and_filings_stand_on_the_title_page(paper: DocumentObject, drawn_city: Engine) -> None:
    """The city's plan has three papers, all of the day on which it was made."""
    with reading(drawn_city) as session:
        made = session.scalars(select(PlanVersion.created_at)).one().astimezone(CHINA)
    day = f"{made.year}年{made.month}月{made.day}日"
    cover = text_of(paper).split("目录")[0].split("\n")
    assert [line for line in cover if "示范〔2026〕" in line] == [
        f"批准：示范〔2026〕1号（{day}）",
        f"向本级政府法制部门备案：示范〔2026〕2号（{day}）",
        f"向省应急管理厅备案：示范〔2026〕3号（{day}）",
    ]


def test_a_demonstration_is_marked_on_the_title_page_and_at_the_head_of_every_page(paper: DocumentObject) -> None:
    mark = "演示文本：随机数由程序产生，不具法律效力"
    assert mark in [each.text for each in paper.paragraphs[:6]]
    for section in paper.sections:
        for header in (section.header, section.even_page_header, section.first_page_header):
            assert [each.text for each in header.paragraphs] == [mark]


def test_what_is_no_demonstration_carries_no_mark(sqlite_engine: Engine, papers_settings: Settings) -> None:
    with writing(sqlite_engine) as session:
        city.settle(session)
        for number in (100, 200, 300):  # general enterprises that nobody has classified yet
            session.get_one(Enterprise, city.code(number)).sector = "undecided"
        city.build(session, papers_settings, demonstration=False)
    with reading(sqlite_engine) as session:
        content = plan_paper(session, city.PLAN, "plan.docx", public=False).content
    document = Document(io.BytesIO(content))
    assert "演示" not in text_of(document)
    assert "一般检查单位300家" in text_of(document) and "其中297家纳入抽查名录；其余3家" in text_of(document)
    assert document.sections[0].header.paragraphs[0].text == ""
    assert "本版计划的名单尚未锁定" in text_of(document)
    assert {row[6] for row in table_with(document, "企业名称", "检查月份")[1:]} == {"待摇号"}


def test_a_shortage_stands_in_the_paper_with_what_would_mend_it(
    sqlite_engine: Engine, papers_settings: Settings
) -> None:
    """The mines' division has one person and hardly a day left; its months, days and ways are the document's."""
    given = json.loads(city.budget())
    given["divisions"][1] = {
        "name": city.NAMES["mines"], "staff": 1, "other_enforcement": 120, "non_enforcement": 108,
    }  # fmt: skip
    with writing(sqlite_engine) as session:
        city.settle(session)
        build_plan(session, papers_settings, parse_json(json.dumps(given).encode()), year=city.YEAR, actor="planner")
    with reading(sqlite_engine) as session:
        text = text_of(Document(io.BytesIO(plan_paper(session, city.PLAN, "plan.docx", public=False).content)))
        coverage = json.loads(session.scalars(select(PlanVersion.document)).one())["coverage"]
    days = next(each["amount"] for each in coverage["remedies"] if each["kind"] == "days")
    assert f"{city.NAMES['mines']}：共缺 {days} 人·日" in text
    for each in coverage["shortages"]:
        assert re.search(rf"{each['month']}月[^\n]*{each['short']}", text)
    ways = re.findall(r"(?m)^\d\. (从别处增加|增加 \d+ 名|从一般抽查|降低检查频次|改排月份)", text)
    assert len(ways) == len(coverage["remedies"]) > 1


def test_the_goals_of_the_months_and_their_proof_stand_in_the_paper(
    paper: DocumentObject, stored: dict[str, Any]
) -> None:
    """Values are those of the record, rounded; the city's goals are all proven."""
    table = table_with(paper, "处室", "最高月利用率", "证明")
    for row, record in zip(table[1:], stored["coverage"]["goals"], strict=True):
        goals = {each["goal"]: Fraction(each["value"]) for each in record["goals"]}
        assert row[1] == "0" == str(goals["overload"])
        assert abs(Decimal(row[3].removesuffix("%")) - Decimal(float(goals["peak"]) * 100)) <= Decimal("0.051")
        assert row[5] == str(goals["journeys"])
        assert row[6] == "除行程外均已证明最优"
    assert [row[0] for row in table[1:]] == list(city.NAMES.values())


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("prices", "除行程外均已证明最优"),
        ("search", "除行程外均已证明最优；其中由求解器搜索证明的：最高月利用率"),
        ("", "未证明最优：最高月利用率"),
    ],
)
def test_the_proof_says_what_it_rests_on(drawn_city: Engine, by: str, words: str) -> None:
    with reading(drawn_city) as session:
        plan = plan_contents(session, city.PLAN)
    document = json.loads(json.dumps(plan.document))
    record = document["coverage"]["goals"][0]["goals"]
    next(each for each in record if each["goal"] == "peak")["by"] = by
    changed = replace(plan, view=replace(plan.view, document=document))
    assert [row.cells[-1] for row in goals_table(changed).rows] == [words, *["除行程外均已证明最优"] * 2]


def test_the_draw_plan_and_the_years_until_everyone_was_drawn_stand_in_the_paper(
    paper: DocumentObject, stored: dict[str, Any]
) -> None:
    """Years of one pass are enterprises over those drawn a year, rounded up; never drawn is N (1 - T / N)^3."""
    draws = table_with(paper, "任务名称", "约抽取（家）")
    assert [int(row[7]) for row in draws[1:]] == [each["size"] for each in stored["batches"]]
    table = table_with(paper, "信用风险等级", "轮查一遍需（年）")
    assert [row[0] for row in table[1:]] == ["A级", "B级", "C级", "D级", "未评级", "合计"]
    for row in table[1:-1]:
        pool, drawn = int(row[1]), Fraction(row[3])
        assert int(row[4]) == -(-pool // drawn)
        never = pool * (1 - drawn / pool) ** 3
        assert abs(Fraction(row[5]) - never) <= 1 and row[5] in {
            each["expected"] for found in stored["general"]["classes"] for each in found["never"]
        }
    assert sum(int(row[1]) for row in table[1:-1]) == int(table[-1][1]) == 300


def test_earlier_years_stand_beside_this_year_in_the_budget_annex(
    sqlite_engine: Engine, papers_settings: Settings
) -> None:
    """Two years are handed in, one with its rows: 2025 office duty 30 + 40 + 50 = 120, 2024 told in totals alone."""
    given = json.loads(city.budget())
    names = list(city.NAMES.values())
    rows = {row.id: 0 for row in workday_catalogue().non_enforcement} | {"other-assigned": 5}
    given["history"] = {
        "2025": {
            "divisions": [
                {"name": name, "staff": 9, "other_enforcement": 100, "non_enforcement": {**rows, "office-duty": days}}
                for name, days in zip(names, (30, 40, 50), strict=True)
            ]
        },
        "2024": {
            "divisions": [
                {"name": name, "staff": 8, "other_enforcement": 90, "non_enforcement": 70.5} for name in names
            ]
        },
    }
    with writing(sqlite_engine) as session:
        city.settle(session)
        build_plan(session, papers_settings, parse_json(json.dumps(given).encode()), year=city.YEAR, actor="planner")
    with reading(sqlite_engine) as session:
        content = plan_paper(session, city.PLAN, "plan.docx", public=False).content
        bureau = json.loads(session.scalars(select(PlanVersion.document)).one())["budget"]["bureau"]
    table = {row[0]: row[1:] for row in table_with(Document(io.BytesIO(content)), "事项", "2025年", "2024年", "2026年")}
    assert table["执法人员（人）"] == ["27", "24", str(bureau["staff"])]
    assert table["二、其他执法工作日"] == ["300", "270", str(bureau["other_enforcement"])]
    assert table["三、非执法工作日"] == ["135", "211.5", str(bureau["non_enforcement"])]
    duty = next(row for label, row in table.items() if "机关值班" in label)
    assert duty == ["120", "—", str(bureau["rows"]["non_enforcement"]["office-duty"])]


def test_paper_margins_and_fonts_are_those_of_official_documents(
    paper: DocumentObject, papers: dict[str, bytes]
) -> None:
    """GB/T 9704-2012: A4, 37 mm above, 28 mm left, 156 mm of text, size 3 仿宋, title size 2 小标宋."""
    section = paper.sections[0]
    lengths = section.page_width, section.page_height, section.top_margin, section.left_margin, section.right_margin
    assert [round(length.mm, 1) for length in lengths if length is not None] == [210, 297, 37, 28, 210 - 28 - 156]
    for style, font, size in (
        ("Body Text", "仿宋_GB2312", 16),
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
    ):
        found = paper.styles[style]
        assert found.font.size == Pt(size)
        assert found.element.rPr.rFonts.get(f"{W}eastAsia") == font
        assert found.element.rPr.rFonts.get(f"{W}eastAsiaTheme") is None
    fonts = zipfile.ZipFile(io.BytesIO(papers[NAME])).read("word/fontTable.xml").decode()
    assert 'w:name="仿宋_GB2312"><w:altName w:val="仿宋;FangSong"' in fonts


def test_every_table_repeats_its_header_and_parts_no_row(papers: dict[str, bytes]) -> None:
    root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(papers[NAME])).read("word/document.xml"))
    tables = list(root.iter(f"{W}tbl"))
    assert len(tables) == 14
    for table in tables:
        lines = table.findall(f"{W}tr")
        assert [line.find(f"{W}trPr/{W}tblHeader") is not None for line in lines] == [True] + [False] * (len(lines) - 1)
        assert all(line.find(f"{W}trPr/{W}cantSplit") is not None for line in lines)
        assert len({len(line.findall(f"{W}tc")) for line in lines}) == 1


def test_every_part_is_sound_and_of_the_time_the_plan_was_made(papers: dict[str, bytes], drawn_city: Engine) -> None:
    with reading(drawn_city) as session:
        made = session.scalars(select(PlanVersion.created_at)).one()
    archive = zipfile.ZipFile(io.BytesIO(papers[NAME]))
    assert archive.testzip() is None
    even = (*made.timetuple()[:5], made.second // 2 * 2)  # a zip counts in steps of two seconds
    assert {info.date_time for info in archive.infolist()} == {even}
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(archive.read(name))
    properties = Document(io.BytesIO(papers[NAME])).core_properties
    assert properties.created == made.replace(microsecond=0)
    assert (properties.author, properties.title) == ("示范市应急管理局", "示范市应急管理局2026年度监督检查计划")


def test_the_english_paper_has_the_same_tables_of_figures(papers: dict[str, bytes], paper: DocumentObject) -> None:
    english = Document(io.BytesIO(papers[f"{city.PLAN}-v1.en.docx"]))
    assert text_of(english).count("Table ") >= 7
    assert figures(english) == figures(paper)
    assert "Chemicals" in [row[0] for row in cells(english.tables[0])]
    assert not any("页" in each.text or "章" in each.text for each in english.paragraphs)


def figures(document: DocumentObject) -> list[list[str]]:
    return [
        [cell for row in cells(table) for cell in row if cell.replace(".", "").replace("%", "").isdigit()]
        for table in document.tables
    ]


def test_a_table_too_long_for_word_cells_one_by_one_is_quick() -> None:
    """5,000 enterprises are 35,000 cells, which cell by cell takes minutes."""
    columns = tuple(Column(f"c{place}", 10) for place in range(7))
    rows = tuple(Row(tuple(f"{number}.{place}" for place in range(7))) for number in range(5_000))
    paper = WordPaper(language="zh", title="t", author="a", mark="", created=datetime(2026, 1, 1, tzinfo=UTC))
    paper.table(Table("long", "长表", columns, rows))
    content = zipfile.ZipFile(io.BytesIO(paper.to_bytes())).read("word/document.xml").decode()
    assert content.count("<w:tr>") == 5_001 and "4999.6" in content
