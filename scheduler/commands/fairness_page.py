"""Past draws beside chance, as a reader at the terminal sees them; what the data cannot say is said too."""

from __future__ import annotations

from config.catalogues import load_catalogues
from config.messages import render
from scheduler.analysis.fairness import FEWEST_FOR_PARTS, NOTICEABLE, Fairness
from scheduler.commands.text_table import text_table


def _say(name: str, language: str, /, **params: object) -> str:
    return render(f"page.fairness.{name}", language, **params)


def _table(head: list[str], rows: list[list[str]], language: str) -> str:
    return text_table([_say(f"column-{name}", language) for name in head], rows)


def fairness_page(plan: str, found: Fairness, language: str) -> str:
    """Return the page of a plan's past draws."""
    sections = [
        _heading(plan, found, language),
        _tickets(found, language),
        _districts(found, language),
        _risks(found, language),
        _loads(found, language),
        _say("limits", language),
    ]
    return "\n\n".join(section for section in sections if section)


def _heading(plan: str, found: Fairness, language: str) -> str:
    lines = [_say("title", language, plan=plan, draws=len(found.draws))]
    void = [draw.id for draw in found.draws if draw.void]
    if any(draw.demonstration for draw in found.draws):
        lines.append(_say("demonstration", language))
    if void:
        lines.append(_say("void", language, draws=", ".join(void)))
    if found.hidden:
        lines.append(_say("hidden", language, count=found.hidden))
    return "\n".join(lines)


def _tickets(found: Fairness, language: str) -> str:
    if not found.tickets:
        return ""
    rows = [
        [
            each.draw,
            str(each.tickets),
            f"{each.distance:.4f}",
            _chance(each.distance_p, language),
            "-" if each.parts_statistic is None else f"{each.parts_statistic:.1f}",
            _chance(each.parts_p, language),
            _verdict([p for p in (each.distance_p, each.parts_p) if p is not None], each.is_small, language),
        ]
        for each in found.tickets
    ]
    head = ["draw", "tickets", "distance", "distance-p", "parts", "parts-p", "verdict"]
    return _say("tickets", language, fewest=FEWEST_FOR_PARTS) + "\n" + _table(head, rows, language)


def _districts(found: Fairness, language: str) -> str:
    if not found.districts:
        return ""
    city = load_catalogues().districts.cities
    names = {district.code: district.names[0] for each in city for district in each.districts}
    rows = [
        [
            f"{each.district} {names.get(each.district, '')}".strip() or _say("no-district", language),
            str(each.pool),
            str(each.drawn),
            f"{each.expected:.1f}",
            _chance(each.p, language),
            _chance(each.raised_p, language),
            _verdict([] if each.raised_p is None else [each.raised_p], each.is_small, language),
        ]
        for each in found.districts
    ]
    head = ["district", "pool", "drawn", "expected", "p", "raised-p", "verdict"]
    title = _say("districts-exact" if found.exact_districts else "districts-normal", language)
    return title + "\n" + _table(head, rows, language)


def _risks(found: Fairness, language: str) -> str:
    if not found.risks:
        return ""
    rows = [[each.risk, str(each.pool), str(each.by_rule), str(each.drawn)] for each in found.risks]
    return _say("risks", language) + "\n" + _table(["risk", "pool", "by-rule", "drawn"], rows, language)


def _loads(found: Fairness, language: str) -> str:
    if not found.loads:
        return ""
    rows = [
        [
            each.draw,
            *map(str, (each.inspectors, each.seats, each.idle, each.least)),
            f"{each.median:.1f}",
            str(each.most),
            "-" if each.level is None else str(each.level),
        ]
        for each in found.loads
    ]
    head = ["draw", "inspectors", "seats", "idle", "least", "median", "most", "level"]
    return _say("loads", language) + "\n" + _table(head, rows, language)


def _chance(value: float | None, language: str) -> str:
    return _say("too-few", language) if value is None else f"{value:.3f}"


def _verdict(chances: list[float], is_small: bool, language: str) -> str:
    if chances and min(chances) < NOTICEABLE / len(chances):
        return _say("unusual", language)
    return _say("cannot-tell" if is_small or not chances else "as-chance", language)
