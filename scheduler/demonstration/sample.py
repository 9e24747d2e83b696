"""A synthetic city with valid codes, written as the files an office would import, and a budget that carries its plan.

The same numbers and seed text give the same bytes on every machine. Nothing is held in memory but counts, so a city
of a million enterprises is written as a stream. Scopes hold the traps of real ones: negations, disclaimers that
contradict themselves, petrol stations, businesses of branches, streets named after districts.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from config.calendars import known_years
from config.catalogues import load_catalogues
from scheduler.demonstration.sample_budget import sample_budget
from scheduler.demonstration.sample_source import Choices, Codes, Weighted
from scheduler.errors import Conflict, InvalidInput, Unavailable

SOURCE = Path(__file__).with_name("sample_city.toml")
SEED = "sample city"
MARK = "invented sample city"
FILES = (
    "divisions.csv", "enterprises.csv", "facts.csv", "inspectors.csv", "experts.csv", "items.csv", "budget.json",
    "inputs.json",
)  # fmt: skip
MOST = 10_000_000
_FLAGS = ("指定重点", "严重失信主体", "重大事故隐患", "试生产", "重大危险源")
_ENTERPRISE_COLUMNS = (
    "企业名称", "统一社会信用代码", "注册日期", "企业类型", "经营范围", "地区", "注册地址", "行业代码", "信用风险分类",
    *_FLAGS, "死亡事故日期", "安全生产等级",
)  # fmt: skip
_PERSON_COLUMNS = (
    "编号",
    "姓名",
    "部门",
    "处室",
    "执法证号",
    "执法证有效期至",
    "专业",
    "可检查次数",
    "回避企业",
    "回避县区",
)
_EXPERT_COLUMNS = ("专家编号", "姓名", "工作单位", "专业", "可检查次数", "回避企业")
_ITEM_COLUMNS = (
    "事项编号", "抽查事项", "检查内容", "依据", "实施主体", "检查对象", "行业领域", "检查方式", "抽查比例", "抽查频次",
)  # fmt: skip
_FACT_COLUMNS = ("统一社会信用代码", "情形", "日期", "截止日期", "依据")
_DIVISION_COLUMNS = ("处室编号", "处室名称", "英文名称", "监管行业", "执法人数", "在册人数")
_PLACES = ("吉林市", "吉林市", "吉林省", "")
_KINDS = ("有限责任公司", "有限责任公司", "有限责任公司", "个体工商户", "集体所有制", "股份有限公司", "个人独资企业")


@dataclass(frozen=True)
class Sample:
    """What was written: the folder, and how many enterprises the recipes meant for each sector and tier."""

    folder: Path
    meant: Counter[tuple[str, str]]


@cache
def sample_source() -> dict[str, Any]:
    """Return from what the city is made, read once."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def write_sample(
    folder: Path,
    *,
    enterprises: int,
    inspectors: int,
    experts: int = 24,
    seed: str = SEED,
    year: int | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> Sample:
    """Write the files of a city into a folder; `year` is the plan's, by default the last one with a calendar.

    Raises `InvalidInput` for impossible numbers, `Conflict` when the folder holds such files that are no sample.
    """
    for name, number, least in (
        ("enterprises", enterprises, 1),
        ("inspectors", inspectors, 2),
        ("experts", experts, 0),
    ):
        if not least <= number <= MOST:
            raise InvalidInput("sample-size", name=name, number=number, least=least, most=MOST)
    city = City(seed, enterprises, inspectors, year or known_years()[-1])
    meant: Counter[tuple[str, str]] = Counter()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_foreign(folder)
        rows = _counted(city.enterprise_rows(meant), progress)
        _write(folder / "enterprises.csv", _ENTERPRISE_COLUMNS, rows)
        budget = sample_budget(sample_source()["division"], meant, city.year, MARK)
        staff = {each["name"]: (each["staff"], each["registered"]) for each in budget.staff}
        (folder / "budget.json").write_text(json.dumps(budget.document, ensure_ascii=False, indent=1) + "\n", "utf-8")
        inputs = {**budget.document, "batches": sample_source()["batch"], "campaigns": _campaigns(meant)}
        (folder / "inputs.json").write_text(json.dumps(inputs, ensure_ascii=False, indent=1) + "\n", "utf-8")
        _write(folder / "facts.csv", _FACT_COLUMNS, city.fact_rows())
        _write(folder / "divisions.csv", _DIVISION_COLUMNS, city.division_rows(staff))
        _write(folder / "inspectors.csv", _PERSON_COLUMNS, city.inspector_rows())
        _write(folder / "experts.csv", _EXPERT_COLUMNS, city.expert_rows(experts))
        _write(folder / "items.csv", _ITEM_COLUMNS, city.item_rows())
    except OSError as fault:
        raise Unavailable("sample-folder", folder=str(folder), fault=fault.strerror) from fault
    return Sample(folder, meant)


def _campaigns(meant: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the campaigns of which the city has key enterprises: a small one may have none."""
    key = {sector for sector, tier in meant if tier == "key"}
    return [each for each in sample_source()["campaign"] if key & set(each["visits"]["sectors"])]


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds files of these names which are no sample."""
    there = [name for name in FILES if (folder / name).exists()]
    budget = folder / "budget.json"
    if there and not (budget.exists() and MARK in budget.read_text("utf-8", "replace")):
        raise Conflict("sample-exists", folder=str(folder), files=", ".join(there))


def _write(path: Path, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    # spreadsheets take a CSV without a mark for one in the local encoding
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(rows)


def _counted(rows: Iterator[list[object]], progress: Callable[[int], None]) -> Iterator[list[object]]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % 1000 == 0:
            progress(number)


class City:
    """The rows of a city's files."""

    def __init__(self, seed: str, enterprises: int, inspectors: int, year: int) -> None:
        self.seed, self.enterprises, self.inspectors, self.year = seed, enterprises, inspectors, year
        self.source = sample_source()
        self._recipes = {recipe["id"]: recipe for recipe in self.source["recipe"]}
        self._kinds = Weighted({name: recipe["weight"] for name, recipe in self._recipes.items()})
        self._risks = Weighted(self.source["risk"])
        self._grades = self.source["grade"]
        self._city = load_catalogues().districts.cities[0]
        self._codes = Codes(seed, [district.code for district in self._city.districts])

    def enterprise_rows(self, meant: Counter[tuple[str, str]]) -> Iterator[list[object]]:
        """Yield the row of each enterprise and count in `meant` what the rules are meant to find."""
        # the first enterprises are one of each recipe, so that a small city has every sector
        recipes = list(self._recipes.values())
        for number in range(self.enterprises):
            choices = Choices(self.seed, "enterprise", number)
            recipe = recipes[number] if number < len(recipes) else self._recipes[self._kinds.of(choices)]
            # an authority states facts of those it supervises
            supervised = recipe["sector"] != "none"
            flags = [supervised and choices.one_in(400) for _ in _FLAGS]
            accident = self._accident_day(choices) if supervised and choices.one_in(300) else None
            tier = "key" if any(flags) or accident else recipe["tier"]
            meant[recipe["sector"], tier] += 1
            yield [
                choices.of(_PLACES) + self._own_name(choices) + choices.of(recipe["names"]),
                self._codes.of(number),
                date(1980, 1, 1) + timedelta(days=choices.below(15_000)),
                choices.of(_KINDS),
                choices.of(recipe["scopes"]),
                "吉林",
                self._address(choices),
                recipe.get("industry", "") if choices.one_in(3) else "",
                self._risks.of(choices),
                *("是" if flag else "否" for flag in flags),
                accident or "",
                self._grade(choices, recipe["sector"]),
            ]

    def _grade(self, choices: Choices, sector: str) -> str:
        """Return a grade of the sector in one of two enterprises; the others' nobody stated."""
        grades = self._grades.get(sector)
        return choices.of(grades) if grades and choices.one_in(2) else ""

    def _own_name(self, choices: Choices) -> str:
        return f"{choices.of(self.source['first'])}{choices.of(self.source['second'])}"

    def _accident_day(self, choices: Choices) -> date:
        return date(self.year - 2, 12, 31) - timedelta(days=choices.below(730))

    def _address(self, choices: Choices) -> str:
        """Return an address: mostly with its district, else with a place in it, a zone, a trap, or nothing."""
        district = choices.of(self._city.districts)
        form, house = choices.below(100), f"{1 + choices.below(999)}号"
        road = choices.of(self.source["roads"])
        if form < 70:
            return f"吉林市{district.names[0]}{road}{house}"
        if form < 80 and district.places:
            return f"{choices.of(district.places)}{road}{house}"
        if form < 86:
            return f"{choices.of(self.source['zones'])}{road}{house}"
        if form < 90:
            return f"{choices.of(self.source['trap_roads'])}{house}"
        if form < 94:
            return f"{district.names[0]}{choices.of(self.source['trap_roads'])}{house}"
        return f"{road}{house}"

    def fact_rows(self) -> Iterator[list[object]]:
        """Yield what some enterprises went through before the plan's year that keeps them out of its draws."""
        for number in range(0, self.enterprises, 60):
            choices = Choices(self.seed, "fact", number)
            code, day = self._codes.of((number + choices.below(60)) % self.enterprises), date(self.year - 1, 9, 1)
            on, paper = day + timedelta(days=choices.below(90)), 1 + number // 60
            kind = choices.of(("停业", "行政处罚", "上级检查"))
            until = "" if kind == "停业" else date(self.year, 12, 31) if kind == "行政处罚" else date(self.year, 6, 30)
            yield [code, kind, on, until, f"示范记录〔{self.year - 1}〕{paper}号"]

    def inspector_rows(self) -> Iterator[list[object]]:
        """Yield each inspector: the skills of the own division, often others, recusals of a few."""
        divisions = self.source["division"]
        sectors = sorted({sector for division in divisions for sector in division["sectors"]})
        capacity = 30 + 12 * self.enterprises // (100 * self.inspectors)
        for number in range(1, self.inspectors + 1):
            choices = Choices(self.seed, "inspector", number)
            division = divisions[number % len(divisions)]
            # a handful of people must be able to do everything, else an enterprise could have no team
            every = self.inspectors < 3 * len(divisions)
            skills = {sector for sector in sectors if every or sector in division["sectors"] or choices.one_in(3)}
            recused = [self._codes.of(choices.below(self.enterprises)) for _ in range(choices.below(3))]
            area = choices.of(self._city.districts).names[0] if choices.one_in(8) and not every else ""
            yield [
                f"JC{number:05}",
                self._person(choices),
                "示范市应急管理局",
                division["name"],
                f"ZF{2200000000 + number * 37}",
                date(self.year + 1 + choices.below(4), 1 + choices.below(12), 28),
                "、".join(sorted(skills)),
                capacity,
                "、".join(sorted(set(recused))),
                area,
            ]

    def expert_rows(self, experts: int) -> Iterator[list[object]]:
        """Yield each expert with two or three specialties."""
        specialties = [
            "化工",
            "煤矿",
            "非煤矿山",
            "冶金",
            "烟花爆竹",
            "粉尘防爆",
            "工贸",
            "电气",
            "消防",
            "特种设备",
            "安全管理",
        ]
        for number in range(1, experts + 1):
            choices = Choices(self.seed, "expert", number)
            skills = {specialties[number % len(specialties)], choices.of(specialties), choices.of(specialties)}
            recused = self._codes.of(choices.below(self.enterprises)) if choices.one_in(4) else ""
            organisation = choices.of(self.source["organisations"])
            capacity = 30 + choices.below(30)
            yield [f"ZJ{number:05}", self._person(choices), organisation, "、".join(sorted(skills)), capacity, recused]

    def item_rows(self) -> Iterator[list[object]]:
        """Yield the inspection items."""
        for item in self.source["item"]:
            yield [
                item["id"], item["name"], item["sub_item"], item["basis"], "市应急管理局", item["objects"],
                "、".join(item["sectors"]), "现场检查", item["ratio"], item["frequency"],
            ]  # fmt: skip

    def division_rows(self, staff: dict[str, tuple[int, int]]) -> Iterator[list[object]]:
        """Yield the divisions with the staff of the budget."""
        for division in self.source["division"]:
            sectors = "、".join(division["sectors"])
            yield [division["id"], division["name"], division["name_en"], sectors, *staff[division["name"]]]

    def _person(self, choices: Choices) -> str:
        return f"{choices.of(self.source['surnames'])}{choices.of(self.source['given'])}"
