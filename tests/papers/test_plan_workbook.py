"""The workbook of a plan, read by two other libraries, holds the figures of the database."""

from __future__ import annotations

import calendar
import io
import json
from collections import Counter
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from config.calendars import calendar as statutory
from config.settings import Settings
from config.workdays import workday_catalogue
from scheduler.directory.models import Enterprise
from scheduler.papers.files import plan_paper
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.models import KeyVisit, PlanVersion
from scheduler.store.session import reading, writing
from tests.papers import city

STEM = f"{city.PLAN}-v1"
SHEETS = [
    "工作日测算", "检查规则", "重点企业全覆盖", "月度安排", "抽查批次", "公示表", "抽查计划表",
    "月度安排的目标和证明", "一般检查单位轮查周期",
]  # fmt: skip


def opened(content: bytes, *, values: bool = True) -> Workbook:
    return load_workbook(io.BytesIO(content), data_only=values)


def rows(book: Workbook, name: str) -> list[tuple[Any, ...]]:
    """The rows below title and header."""
    return [row for row in book[name].iter_rows(min_row=3, values_only=True) if any(cell is not None for cell in row)]


@pytest.fixture(scope="module")
def book(papers: dict[str, bytes]) -> Workbook:
    return opened(papers[f"{STEM}.xlsx"])


def test_the_budget_sheet_holds_what_was_handed_in_and_what_follows(book: Workbook) -> None:
    table = {row[0]: row[1:5] for row in rows(book, "工作日测算") if row[1] is not None}
    staff = list(city.STAFF.values())
    totals = [city.DAYS * each for each in staff]
    other = [sum(city.rows_of("other_enforcement", each).values()) for each in staff]
    non = [sum(city.rows_of("non_enforcement", each).values()) for each in staff]
    supervision = [total - a - b for total, a, b in zip(totals, other, non, strict=True)]
    for label, figures in (
        ("执法人员（人）", staff), ("一、总法定工作日", totals), ("二、其他执法工作日", other),
        ("三、非执法工作日", non), ("四、监督检查工作日", supervision),
    ):  # fmt: skip
        assert [Fraction(str(cell)) for cell in table[label]] == [*figures, sum(figures)]
    parts = [table[f"其中：{name}"] for name in ("重点检查", "一般检查", "机动预留")]
    assert [sum(Fraction(str(part[place])) for part in parts) for place in range(4)] == [*supervision, sum(supervision)]
    share = Fraction(sum(supervision), sum(totals))
    assert abs(Fraction(str(table["监督检查占比"][3])) - share) <= Fraction(1, 2000)


def test_every_row_of_the_deductions_stands_in_the_budget_sheet(book: Workbook) -> None:
    table = rows(book, "工作日测算")
    for kind, label in (("other_enforcement", "二、其他执法工作日"), ("non_enforcement", "三、非执法工作日")):
        listed = getattr(workday_catalogue(), kind)
        start = next(place for place, row in enumerate(table) if row[0] == label) + 1
        for place, row in enumerate(listed):
            written = table[start + place]
            wanted = [city.rows_of(kind, staff)[row.id] for staff in city.STAFF.values()]
            assert written[0] == f"({place + 1}) {row.zh}"
            assert [Fraction(str(cell)) for cell in written[1:5]] == [*wanted, sum(wanted)]


def test_every_visit_stands_once_with_its_month_as_dates(book: Workbook, drawn_city: Engine) -> None:
    with reading(drawn_city) as session:
        query = select(KeyVisit, Enterprise).join(Enterprise, Enterprise.uscc == KeyVisit.uscc)
        wanted = {
            (visit.uscc, visit.visit): (visit.month, city.NAMES[visit.division_id], enterprise.name.replace("\x0b", ""))
            for visit, enterprise in session.execute(query)
        }
    found = {}
    for number, row in enumerate(rows(book, "重点企业全覆盖"), start=1):
        _, uscc, name, division, _, _, visit, of, month, first, last, _ = row
        assert row[0] == number and visit <= of
        last_day = calendar.monthrange(city.YEAR, month)[1]
        assert (first.date(), last.date()) == (date(city.YEAR, month, 1), date(city.YEAR, month, last_day))
        found[uscc, visit] = (month, division, name.replace("_x000B_", "").replace("\x0b", ""))
    assert found == wanted and len(wanted) == 12 * (2 + 4 + 2 + 1 + 1)


def test_the_months_are_those_of_the_drawn_visits(book: Workbook, drawn_city: Engine) -> None:
    """Visits are counted and person-days summed again from the drawn rows and the directory."""
    with reading(drawn_city) as session:
        drawn = session.execute(
            select(KeyVisit.division_id, KeyVisit.month, Enterprise.sector, Enterprise.district, func.count())
            .join(Enterprise, Enterprise.uscc == KeyVisit.uscc)
            .group_by(KeyVisit.division_id, KeyVisit.month, Enterprise.sector, Enterprise.district)
        ).all()
    visits, days = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for division, month, sector, district, count in drawn:
        for name in (city.NAMES[division], "全局合计"):
            visits[name, month] += count
            days[name, month] += count * city.workload(sector, district)
    table = {(row[0], row[1]): row[2:] for row in rows(book, "月度安排")}
    for name in (*city.NAMES.values(), "全局合计"):
        for measure, figures in (("检查次数", visits), ("所需人·日", days)):
            wanted = [figures[name, month] for month in range(1, 13)]
            assert list(table[name, measure]) == [*wanted, sum(wanted)]


def test_the_capacity_by_month_adds_up_to_the_key_days_of_the_budget(book: Workbook) -> None:
    budget = {row[0]: row[1:5] for row in rows(book, "工作日测算")}["其中：重点检查"]
    months = {row[0]: row[2:] for row in rows(book, "月度安排") if row[1] == "可用人·日"}
    for name, key in zip((*city.NAMES.values(), "全局合计"), budget, strict=True):
        figures = [Fraction(str(cell)) for cell in months[name]]
        assert sum(figures[:12]) == figures[12] == Fraction(str(key))


def general_pool(session: Session) -> dict[str, int]:
    query = select(Enterprise.risk, func.count()).where(Enterprise.tier == "general").group_by(Enterprise.risk)
    return dict(session.execute(query).all())


def written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def test_the_batches_follow_from_the_directory_and_the_ratios(book: Workbook, drawn_city: Engine) -> None:
    with reading(drawn_city) as session:
        wanted = city.expected_batches(general_pool(session))
    *found, total = rows(book, "抽查批次")
    named = {risk: f"{risk}级" for risk in "ABCD"} | {"U": "未评级"}
    assert [(row[0], row[3], row[4], row[6]) for row in found] == [(b, named[r], pool, n) for b, r, pool, n in wanted]
    assert [row[1] for row in found] == [written(city.BATCH_DAYS[batch - 1]) for batch, *_ in wanted]
    assert {row[2] for row in found} == {"一般检查单位（各风险等级）"}
    for row in found:
        assert abs(Fraction(str(row[5])) - Fraction(row[6], row[4])) <= Fraction(1, 2000)
    assert (total[0], total[6]) == ("合计", sum(size for *_, size in wanted))


def test_the_disclosure_has_the_published_columns_items_and_numbers(book: Workbook, drawn_city: Engine) -> None:
    head = [cell.value for cell in book["公示表"][2]]
    assert head == [
        "序号", "事项", "检查依据", "检查对象", "对象数量（家）", "抽查比例", "检查内容", "检查方式", "检查频次及上限",
        "检查时间", "实施主体", "是否联合", "备注",
    ]  # fmt: skip
    with reading(drawn_city) as session:
        keys = dict(
            session.execute(
                select(Enterprise.sector, func.count()).where(Enterprise.tier == "key").group_by(Enterprise.sector)
            ).all()
        )
        pool = general_pool(session)
    table = rows(book, "公示表")
    assert [row[0] for row in table] == list(range(1, len(table) + 1))
    applies = {
        name: sectors or list(keys) for _, name, sectors in city.ITEMS if not sectors or set(sectors) & set(keys)
    }
    found = {row[1]: row[4] for row in table if row[5] is None}
    assert found == {name: sum(keys.get(sector, 0) for sector in sectors) for name, sectors in applies.items()}
    draws = [row for row in table if row[5] is not None]
    assert [row[4] for row in draws] == [pool[risk] for risk in sorted(pool)]
    wanted = Counter[str]()
    for _, risk, _, size in city.expected_batches(pool):
        wanted[risk] += size
    assert [row[12] for row in draws] == [f"全年预计抽取{wanted[risk]}家" for risk in sorted(pool)]
    mines = next(row for row in table if row[1] == "矿山安全检查")
    assert mines[8] == "按行业和等级每家全年2至4次，各不超过其次数"


def test_the_draw_plan_has_a_line_for_each_batch(book: Workbook, drawn_city: Engine) -> None:
    with reading(drawn_city) as session:
        wanted = city.expected_batches(general_pool(session))
    for number, row in enumerate(rows(book, "抽查计划表"), start=1):
        pool = sum(each[2] for each in wanted if each[0] == number)
        size = sum(each[3] for each in wanted if each[0] == number)
        assert (row[0], row[2], row[5], row[7]) == (number, "不定向", pool, size)
        assert row[8] == written(city.BATCH_DAYS[number - 1])
    assert number == 3


def test_totals_are_formulas_whose_cells_add_up_to_the_value_kept_beside_them(papers: dict[str, bytes]) -> None:
    """Each SUM is worked out again from the cells it names."""
    values, formulas = opened(papers[f"{STEM}.xlsx"]), opened(papers[f"{STEM}.xlsx"], values=False)
    checked = 0
    for name in SHEETS:
        for line in formulas[name].iter_rows():
            for cell in line:
                if isinstance(cell.value, str) and cell.data_type == "f":
                    area = cell.value.removeprefix("=SUM(").removesuffix(")")
                    parts = [each.value for part in values[name][area] for each in part if each.value is not None]
                    kept = values[name][cell.coordinate].value
                    assert sum(Fraction(str(each)) for each in parts) == Fraction(str(kept)), (name, cell.coordinate)
                    checked += 1
    assert checked == 25 + 3 * (3 + 13) + 2 + 2  # budget; months of three measures; rules, batches; coverage


def test_each_sheet_is_frozen_filtered_and_set_up_for_printing(book: Workbook) -> None:
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet.freeze_panes == "B3"
        assert sheet.auto_filter.ref.startswith("A2:")
        assert sheet.print_title_rows == "$1:$2"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
        assert sheet["A1"].value == f"【演示】{sheet.title}"
        assert "演示" in sheet.oddHeader.center.text


def test_a_row_is_high_enough_for_its_longest_text(book: Workbook) -> None:
    """A name of 80 Chinese characters in a column of 42 half-width ones needs four lines."""
    sheet = book["重点企业全覆盖"]
    heights = {row[2].value: sheet.row_dimensions[row[0].row].height for row in sheet.iter_rows(min_row=3)}
    assert heights["一个名称特别长的企业" * 8] >= 4 * 14
    assert heights["示范030号公司"] is None  # one line, as any reader sets it


def test_a_name_that_looks_like_a_formula_stays_text(papers: dict[str, bytes]) -> None:
    sheet = opened(papers[f"{STEM}.xlsx"], values=False)["重点企业全覆盖"]
    names = {cell.value: cell for (cell,) in sheet.iter_rows(min_row=3, min_col=3, max_col=3)}
    for name in city.HOSTILE[:5]:
        assert names[name].data_type == "s" and names[name].hyperlink is None


def test_calamine_reads_the_same_values(papers: dict[str, bytes], book: Workbook) -> None:
    other = CalamineWorkbook.from_filelike(io.BytesIO(papers[f"{STEM}.xlsx"]))
    assert other.sheet_names == SHEETS
    for name in SHEETS:
        cells = [cell for row in other.get_sheet_by_name(name).to_python() for cell in row if cell != ""]
        same = [cell for row in book[name].iter_rows(values_only=True) for cell in row if cell is not None]
        for mine, theirs in zip(cells, same, strict=True):
            wanted = theirs.date() if isinstance(theirs, datetime) and not isinstance(mine, datetime) else theirs
            if isinstance(mine, str):
                assert mine.replace("\x0b", "") == str(wanted).replace("\x0b", "").replace("_x000B_", "")
            else:
                assert mine == wanted


def test_the_english_workbook_holds_the_same_figures(papers: dict[str, bytes], book: Workbook) -> None:
    english = opened(papers[f"{STEM}.en.xlsx"])
    assert english.sheetnames == [
        "Workday budget",
        "Rules of visits",
        "Key visits",
        "Months",
        "Draw batches",
        "Disclosure",
        "Draw plan",
        "Goals of the months and proof",
        "Coverage of the general tier",
    ]
    for ours, theirs in zip(book, english, strict=True):
        figures = [
            [cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, int | float | date)]
            for sheet in (ours, theirs)
        ]
        assert figures[0] == figures[1] and figures[0]
    assert english["Months"]["A3"].value == "Chemicals"


def test_goals_and_coverage_are_numbers_of_the_document(book: Workbook, drawn_city: Engine) -> None:
    with reading(drawn_city) as session:
        document = json.loads(session.scalars(select(PlanVersion.document)).one())
    goals = rows(book, "月度安排的目标和证明")
    for row, record in zip(goals, document["coverage"]["goals"], strict=True):
        stored = [Fraction(each["value"]) for each in record["goals"]]
        assert [row[0], row[5]] == [city.NAMES[record["division"]], stored[4]]
        off = [abs(Fraction(cell) - value) for cell, value in zip(row[1:6], stored, strict=True)]
        assert max(off) <= Fraction(51, 1000)
    covered = rows(book, "一般检查单位轮查周期")
    stated = [*document["general"]["classes"], *document["general"]["all"]]
    assert [row[1] for row in covered] == [each["population"] for each in stated]
    assert [row[4] for row in covered] == [each["years"] for each in stated]
    assert [row[2] for row in covered[:-1]] == [part / whole for part, whole in city.RATIOS.values()]
    for row, each in zip(covered, stated, strict=True):
        never = next(found for found in each["never"] if found["years"] == 3)
        assert row[5] == float(never["expected"]) and round(row[6] * 100, 1) == float(never["percent"])


def test_what_a_year_asks_has_its_sheets_where_there_is_something(
    sqlite_engine: Engine, papers_settings: Settings
) -> None:
    given = json.loads(city.budget())
    given["closed_months"] = [{"months": [6, 7, 8], "divisions": [city.NAMES["mines"]], "reason": "汛期"}]
    given["left_out"] = [{"uscc": city.code(20), "level": "province", "reason": "省厅检查"}]
    given["campaigns"] = [
        {"id": "heat", "title": "高温专项", "months": [7, 8], "reason": "高温", "days": {city.NAMES["trade"]: 12}}
    ]
    with writing(sqlite_engine) as session:
        city.settle(session)
        build_plan(session, papers_settings, parse_json(json.dumps(given).encode()), year=city.YEAR, actor="planner")
    with reading(sqlite_engine) as session:
        book = opened(plan_paper(session, city.PLAN, "plan.xlsx", public=False).content)
    assert rows(book, "不安排检查的月份")[0][0] == "6–8月"
    assert {"汛期", "省厅检查", "高温专项"} <= {
        cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)
    }


def test_the_papers_of_a_plan_are_the_same_on_both_databases(
    engine: Engine, papers_settings: Any, book: Workbook
) -> None:
    """Before the lottery the months are open, the counts by month are not: they are those of the drawn plan."""
    with writing(engine) as session:
        city.settle(session)
        city.build(session, papers_settings)
    with reading(engine) as session:
        made = opened(plan_paper(session, city.PLAN, "plan.xlsx", public=False).content)
    for name in ("工作日测算", "月度安排", "抽查批次", "公示表", "抽查计划表"):
        assert rows(made, name) == rows(book, name)
    visits = rows(made, "重点企业全覆盖")
    assert len(visits) == 120 and {row[8] for row in visits} == {None}
    assert statutory(city.YEAR).workdays() == city.DAYS
