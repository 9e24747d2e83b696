"""The annual plan as an office writes it: a Word document by the chapters of the method of 2017 (domain 2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from config.calendars import UnknownYear, calendar
from scheduler.papers import plan_demand_tables as demand_tables
from scheduler.papers import plan_proof_tables as proof_tables
from scheduler.papers import plan_tables as tables
from scheduler.papers.disclosure import draw_plan_table
from scheduler.papers.identifiers import identifiers_table
from scheduler.papers.plan_contents import PlanContents
from scheduler.papers.table import Table, figure, total_of
from scheduler.papers.word import WordPaper
from scheduler.papers.words import OFFICE_TIME
from scheduler.plans.full_coverage.shortage_report import ShortDivision, short_divisions
from scheduler.plans.life_cycle.steps import papers_of
from scheduler.plans.workday_budget.budget_report import unit_shares

_BASES, _PRINCIPLES, _DUTIES, _STEPS = 7, 4, 8, 4  # how many paragraphs the catalogue has of each


def write_plan_paper(plan: PlanContents) -> bytes:
    """Return the plan as a Word document."""
    return _PlanPaper(plan).to_bytes()


class _PlanPaper:
    def __init__(self, plan: PlanContents) -> None:
        self.plan, self.say, self.document = plan, plan.words.say, plan.document
        self.captions = 0
        self.mark = self.say("mark-long") if plan.view.summary.demonstration else ""
        self.paper = WordPaper(
            language=plan.words.language, title=plan.title, author=plan.office, mark=self.mark, created=plan.created
        )

    def to_bytes(self) -> bytes:
        self._title_page()
        self.paper.contents(self.say("contents"))
        for chapter in (self._basis, self._budget, self._key, self._general, self._months, self._draw, self._duties):
            chapter()
        self._annexes()
        return self.paper.to_bytes()

    def _text(self, name: str, /, **params: object) -> None:
        self.paper.paragraph(self.say(name, **params))

    def _table(self, table: Table) -> None:
        self.captions += 1
        self.paper.table(table, self.say("caption", number=self.captions, title=table.title))

    def _title_page(self) -> None:
        summary, paper = self.plan.view.summary, self.paper
        state = self.plan.words.name("life.state", summary.state)
        paper.space(80)
        paper.paragraph(self.plan.office, "Subtitle")
        paper.paragraph(self.plan.title, "Title")
        if self.mark:
            paper.mark(self.mark)
        paper.space(60)
        paper.paragraph(self.say("title-year", year=summary.year), "Cover")
        paper.paragraph(self.say("title-version", plan=summary.plan_id, version=summary.version), "Cover")
        paper.paragraph(self.say("title-status", state=state), "Cover")
        if summary.version > 1 and self.plan.view.reason:
            paper.paragraph(self.say("title-reason", reason=self.plan.view.reason), "Cover")
        paper.paragraph(self.say("title-made", day=self._day(self.plan.created)), "Cover")
        for each in papers_of(self.plan.view.steps):
            step = self.plan.words.name("life.step", each.step)
            day = self.plan.words.day(each.dated) if each.dated else ""
            words = self.say("title-paper", step=step[:1].upper() + step[1:], number=each.number, day=day)
            paper.paragraph(words, "Cover")
        if self.plan.view.published_at:
            paper.paragraph(self.say("title-published", day=self._day(self.plan.view.published_at)), "Cover")

    def _day(self, at: datetime) -> str:
        return self.plan.words.day(at.astimezone(OFFICE_TIME).date())

    def _numbered(self, name: str, count: int) -> None:
        for number in range(1, count + 1):
            self._text(f"{name}-{number}")

    def _basis(self) -> None:
        self.paper.heading(self.say("chapter-basis"), new_page=True)
        self.paper.heading(self.say("section-basis"), 2)
        self._text("basis-lead")
        self._numbered("basis", _BASES)
        self._text("basis-calendar", notice=self._notices())
        self.paper.heading(self.say("section-principles"), 2)
        self._numbered("principle", _PRINCIPLES)

    def _notices(self) -> str:
        given = self.document["calendar"]
        return self.plan.words.listed([given["notice"], *given["amendments"]])

    def _budget(self) -> None:
        budget, days = self.document["budget"], self.document["calendar"]
        bureau = budget["bureau"]
        self.paper.heading(self.say("chapter-budget"))
        self._text("budget-total", year=self.document["year"], days=days["counted"], staff=bureau["staff"],
                   total=bureau["total"])  # fmt: skip
        if days["override_reason"]:
            self._text("budget-override", calendar=days["workdays"], counted=days["counted"],
                       reason=days["override_reason"])  # fmt: skip
        if shares := unit_shares(bureau):
            other, non, supervision = shares
            self._text(
                "budget-parts", other=bureau["other_enforcement"], other_percent=other, non=bureau["non_enforcement"],
                non_percent=non, supervision=bureau["supervision"], supervision_percent=supervision,
            )  # fmt: skip
        self._text("budget-supervision", supervision=bureau["supervision"], **bureau["parts"])
        self._staff_share(budget["staff_share"])
        self._table(tables.budget_table(self.plan))
        self._text("budget-annex")

    def _staff_share(self, staff: Mapping[str, Any] | None) -> None:
        if staff is None:
            return
        self._text("staff-share", percent=staff["percent"])
        if staff["floor"] is not None:
            self._text("staff-holds" if staff["holds"] else "staff-short", floor=staff["floor"])

    def _key(self) -> None:
        units, classes = self.document["units"], self.document["coverage"]["classes"]
        visits = sum(each["population"] * each["visits"] for each in classes)
        loads = self.document["coverage"]["loads"]
        days = total_of(figure(each["total"]) for each in loads)
        self.paper.heading(self.say("chapter-key"))
        self._text("key-lead", key=units["key"], visits=visits, days=days)
        if units["key_percent"] is not None:
            self._text("key-share", percent=units["key_percent"], key=units["key"], general=units["general_drawn"],
                       floor=units["key_floor_percent"])  # fmt: skip
        self._table(tables.sectors_table(self.plan))
        for table in (
            demand_tables.rules_table,
            demand_tables.campaigns_table,
            demand_tables.closed_table,
            demand_tables.left_out_table,
        ):
            if (made := table(self.plan)).rows:
                self._table(made)
        self._text("key-months")

    def _general(self) -> None:
        batches, general = self.document["batches"], self.document["tiers"].get("general", 0)
        months = sorted({each["month"] for each in batches})
        self.paper.heading(self.say("chapter-general"))
        self._text(
            "general-lead",
            general=general,
            batches=len(batches),
            months=self.plan.words.months(months),
            size=self.document["units"]["general_drawn"],
        )
        counted = self.document.get("general", {}).get("classes") or (batches[0]["strata"] if batches else ())
        pool = sum(each["population"] for each in counted)
        if pool < general:
            self._text("general-pool", pool=pool, left=general - pool)
        self._text("general-ratio")
        self._table(draw_plan_table(self.plan))
        self._table(tables.batches_table(self.plan))
        resting = [(each["number"], each["resting"]) for each in batches if each.get("resting")]
        if resting:
            named = [self.say("batch-resting", number=number, count=count) for number, count in resting]
            self._text("general-resting", batches=self.plan.words.listed(named))
        if (covered := proof_tables.coverage_table(self.plan)).rows:
            self._text("general-coverage", years=self.document["general"]["cycle_years"])
            self._table(covered)
        self._text("general-days")
        self._table(tables.general_days_table(self.plan))

    def _months(self) -> None:
        self.paper.heading(self.say("chapter-months"))
        self._text("months-lead")
        self._table(tables.month_visits_table(self.plan))
        self._table(tables.month_days_table(self.plan))
        shortages = self.document["coverage"]["shortages"]
        self._text("months-short" if shortages else "months-fit", count=len(shortages))
        for each in shortages:
            self._text(
                "month-short", division=self.plan.divisions[each["division"]],
                month=self.plan.words.month(each["month"]), short=each["short"],
            )  # fmt: skip
        for division in short_divisions(self.document["coverage"]):
            self._mending(division)
        if (goals := proof_tables.goals_table(self.plan)).rows:
            self._text("months-goals", lead=self.plan.words.text("page.goals.lead"))
            self._table(goals)
            self._text("months-proof")

    def _mending(self, division: ShortDivision) -> None:
        """Say what would mend a division's shortage, cheapest first."""
        say, name = self.plan.words.text, self.plan.divisions[division.division]
        self.paper.paragraph(say("page.shortage.division", division=name, short=division.short))
        if not division.ways:
            self.paper.paragraph(say("page.shortage.none"))
        for number, way in enumerate(division.ways, start=1):
            text = say(f"page.shortage.{way.name}", amount=way.amount, percent=way.percent)
            self.paper.paragraph(f"{number}. {text}")

    def _draw(self) -> None:
        self.paper.heading(self.say("chapter-draw"))
        self.paper.heading(self.say("section-method"), 2)
        self._numbered("step", _STEPS)
        self.paper.heading(self.say("section-lottery"), 2)
        lottery = self.plan.lottery
        if lottery is None:
            self._text("lottery-none")
            return
        self._text("lottery-lead")
        self._table(identifiers_table(lottery, self.plan.words))
        self._text("lottery-verify", draw=lottery.summary.id)

    def _duties(self) -> None:
        self.paper.heading(self.say("chapter-duties"))
        self._numbered("duty", _DUTIES)
        warnings = self.document["warnings"]
        if warnings:
            self.paper.heading(self.say("section-warnings"), 2)
        for number, warning in enumerate(warnings, start=1):
            self.paper.paragraph(f"{number}. {self._warning(warning)}")

    def _warning(self, warning: Mapping[str, Any]) -> str:
        division = self.plan.divisions.get(warning.get("division", ""), "")
        key, given = f"warning-{warning['code']}", {**warning, "division": division}
        return self.plan.words.text(f"page.plan.{key}", **given)

    def _annexes(self) -> None:
        self.paper.heading(self.say("annex-budget"), new_page=True)
        self.paper.table(tables.budget_rows_table(self.plan))
        if (history := proof_tables.history_table(self.plan)).rows:
            self.paper.table(history, history.title)
        self.paper.heading(self.say("annex-enterprises"), new_page=True)
        self.paper.table(tables.enterprises_table(self.plan))
        self.paper.heading(self.say("annex-calendar"), new_page=True)
        self._calendar()

    def _calendar(self) -> None:
        year = self.document["year"]
        self._text("calendar-text", year=year, notice=self._notices(), days=self.document["calendar"]["workdays"])
        workdays = tables.calendar_table(self.plan)
        self.paper.table(workdays, workdays.title)
        try:
            holidays = calendar(year).holidays
        except UnknownYear:  # a version of a year whose file has been taken away
            return
        for each in holidays:
            worked = self.plan.words.listed([self.plan.words.day(day) for day in each.work])
            self._text(
                "calendar-holiday-worked" if worked else "calendar-holiday",
                name=self.plan.words.pick(each.zh, each.en),
                first=self.plan.words.day(each.first), last=self.plan.words.day(each.last), worked=worked,
            )  # fmt: skip
