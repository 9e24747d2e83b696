"""Reading a scope of business: which stretches of it are denied, disclaimed, handed to branches, or unclear.

A scope is a list of entries; brackets qualify the entry before them, and are often left open. The rules:

1. "不含X" denies what follows to the end of its bracket. Without a closed bracket it denies the next entry;
   whether it goes on is unclear, up to the end of the clause.
2. "X除外" denies what stands before it in its bracket. Without a bracket it denies the entry it ends.
3. A denial of hazardous goods as a whole, in brackets behind an entry, disclaims that entry ("甲醇(不含危险化学品)"
   contradicts itself and is for a person to look at); with "以上" all entries before, with "以下" those after it.
   "不含其他危险化学品" disclaims nothing.
4. "以下由分支机构经营" hands over what follows, "以上" what precedes; in brackets the entry before, and for
   earlier entries of the same clause it is unclear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from config.catalogues import ReadingWords
from scheduler.directory.classification.text import first_letters, fold, words_pattern

ENTRY_ENDS = "、,;。()[]{}:"
SEPARATORS = "、,;。"
LEAD = 14  # characters before a cue in which "the above" or "the following" may stand
_NUMBERS = {sign: number for signs in ("一二三四五六七八九十", "123456789") for number, sign in enumerate(signs, 1)}
_NUMBERS["两"] = 2
_COUNT = re.compile(f"([{''.join(_NUMBERS)}])[项种类]")
_BY = re.compile("[由有仅只限凭]")  # what stands before says what is handed over, what follows says to whom
_NAMED = re.compile("项目|[、,和及]")
_BRACKET = re.compile(r"[()\[\]{}]")
_CLAUSE_END = re.compile("[;。]")
_ENTRY_END = re.compile(f"[{re.escape(ENTRY_ENDS)}]")
_CLOSING = re.compile(r"[)\]}]")


class Status(StrEnum):
    """How a stretch of text is read; the first that applies in this order holds."""

    DENIED = "denied"
    BRANCH = "branch"
    DISCLAIMED = "disclaimed"
    UNCLEAR = "unclear"
    AFFIRMED = "affirmed"


_ORDER = {status: place for place, status in enumerate(Status)}


class Bracket(NamedTuple):
    """A bracket: the place of its opening and of its closing sign; an open one ends with its clause."""

    start: int
    end: int
    closed: bool


class Stretch(NamedTuple):
    """A stretch of text [start, end) with its status."""

    start: int
    end: int
    status: Status


def _weight(stretch: Stretch) -> int:
    return _ORDER[stretch.status]


class Reading(NamedTuple):
    """A folded text, its brackets, and its stretches that are not simply affirmed, the weightiest first."""

    text: str
    brackets: tuple[Bracket, ...]
    stretches: tuple[Stretch, ...]

    def status(self, start: int, end: int) -> Status:
        """Return the status of the words at [start, end): the weightiest of the stretches that touch them."""
        for stretch in self.stretches:
            if stretch.start < end and start < stretch.end:
                return stretch.status
        return Status.AFFIRMED

    def bracket_at(self, place: int) -> Bracket | None:
        """Return the innermost bracket around a place."""
        return innermost(self.brackets, place)


def innermost(brackets: tuple[Bracket, ...], place: int) -> Bracket | None:
    """Return the innermost of the brackets around a place; they are sorted by their opening."""
    for bracket in reversed(brackets):
        if bracket.start < place < bracket.end:
            return bracket
    return None


def find_brackets(text: str) -> tuple[Bracket, ...]:
    """Pair the brackets of a text, whatever their shape; one left open ends with its clause."""
    found: list[Bracket] = []
    waiting: list[int] = []
    for match in _BRACKET.finditer(text):
        if match.group() in "([{":
            waiting.append(match.start())
        elif waiting:
            found.append(Bracket(waiting.pop(), match.start(), True))
    found.extend(Bracket(start, clause_end(text, start), False) for start in waiting)
    return tuple(sorted(found))


def clause_end(text: str, place: int) -> int:
    """Return where the clause of a place ends."""
    end = _CLAUSE_END.search(text, place)
    return end.start() if end else len(text)


def clause_start(text: str, place: int) -> int:
    """Return where the clause of a place begins."""
    return max(text.rfind(";", 0, place), text.rfind("。", 0, place)) + 1


def entry_end(text: str, place: int, limit: int) -> int:
    """Return where the entry of a place ends, at most the limit."""
    end = _ENTRY_END.search(text, place, limit)
    return end.start() if end else limit


def entry_start(text: str, place: int, limit: int = 0) -> int:
    """Return where the entry of a place begins, at least the limit."""
    while place > limit and text[place - 1] not in ENTRY_ENDS:
        place -= 1
    return place


class Reader:
    """The words of negation, compiled once."""

    def __init__(self, words: ReadingWords, verbs: Iterable[str]) -> None:
        whole = words_pattern(words.disclaimed)
        not_after = "".join(f"(?<!{re.escape(fold(word))})" for word in words.branch_not_after)
        branch = f"{not_after}{words_pattern(words.branch)}[^,;。:()、]{{0,16}}?(?:经营|实施|生产|执照|批件)"
        cues = (
            *words.denies_after,
            *words.denies_before,
            *words.denies_next,
            *words.branch,
        )
        self._cues = re.compile(
            f"{first_letters(cues)}(?:(?P<after>{words_pattern(words.denies_after)})"
            f"|(?P<before>{words_pattern(words.denies_before)})"
            f"|(?P<next>{words_pattern(words.denies_next)}{whole})"
            f"|(?P<branch>{branch}))"
        )
        self._release = re.compile(words_pattern(words.releases))
        self._others = re.compile(words_pattern(words.others))
        self._back = re.compile(words_pattern(words.back))
        self._forth = re.compile(words_pattern(words.forth))
        self._disclaimed = re.compile(whole)
        self._verb_at_end = re.compile(f"{words_pattern(verbs)}$")

    def read(self, folded: str) -> Reading:
        """Read a folded text."""
        brackets = find_brackets(folded)
        cues = list(self._cues.finditer(folded))
        if not cues:
            return Reading(folded, brackets, ())
        stretches: list[Stretch] = []
        for cue in cues:
            start, end = cue.span()
            if cue.lastgroup == "after":
                self._deny_after(folded, brackets, start, end, stretches)
            elif cue.lastgroup == "before":
                self._deny_before(folded, brackets, start, stretches)
            elif cue.lastgroup == "branch":
                self._hand_over(folded, brackets, start, end, stretches)
            else:
                stretches.append(Stretch(start + 1, end, Status.DENIED))
        return Reading(folded, brackets, tuple(sorted(stretches, key=_weight)))

    def _deny_after(self, text: str, brackets: tuple[Bracket, ...], cue: int, start: int, out: list[Stretch]) -> None:
        bracket = innermost(brackets, start)
        limit = bracket.end if bracket else clause_end(text, start)
        release = self._release.search(text, start, limit)
        limit = release.start() if release else limit
        firm = limit
        if not (bracket and bracket.closed):
            stray = _CLOSING.search(text, start, limit)
            if stray and not any(b.start >= start and b.end == stray.start() for b in brackets):
                firm = limit = stray.start()
            else:
                firm = entry_end(text, start, limit)
        out.append(Stretch(start, firm, Status.DENIED))
        if firm < limit:
            out.append(Stretch(firm, limit, Status.UNCLEAR))
        if self._disclaimed.search(text, start, firm) and not self._others.search(text, start, firm):
            self._disclaim(text, bracket, cue, firm, out)

    def _disclaim(self, text: str, bracket: Bracket | None, cue: int, end: int, out: list[Stretch]) -> None:
        lead = text[max(0, cue - LEAD) : cue]
        if self._forth.search(lead):
            out.append(Stretch(end, clause_end(text, end), Status.DISCLAIMED))
        elif back := self._back.search(lead):
            close = bracket.start if bracket else cue - len(lead) + back.start()
            out.append(Stretch(_reach_back(text, close, lead[back.end() :]), cue, Status.DISCLAIMED))
        elif bracket:
            out.append(Stretch(self._list_start(text, bracket.start), bracket.start, Status.DISCLAIMED))

    def _list_start(self, text: str, place: int) -> int:
        """Return where the entry before a bracket begins, or the list that its verb governs.

        "甲醇、乙醇制造、销售(...)": the verbs at the end belong to the entries before them, up to the next verb.
        """
        clause = clause_start(text, place)
        start = entry_start(text, len(text[:place].rstrip("、")), clause)
        end = place
        while start > clause and (verb := self._verb_at_end.search(text, start, end)):
            if verb.start() > start:
                break
            end = start - 1
            start = entry_start(text, end, clause)
        if not self._verb_at_end.search(text, start, place):
            return start
        while start > clause and text[start - 1] == "、":
            earlier = entry_start(text, start - 1, clause)
            if self._verb_at_end.search(text, earlier, start - 1):
                break
            start = earlier
        return start

    def _deny_before(self, text: str, brackets: tuple[Bracket, ...], cue: int, out: list[Stretch]) -> None:
        bracket = innermost(brackets, cue)
        if bracket:
            start = max(bracket.start + 1, clause_start(text[:cue], cue))
            out.append(Stretch(start, cue, Status.DENIED))
            if self._disclaimed.search(text, start, cue):
                self._disclaim(text, bracket, start, cue, out)
        else:
            out.append(Stretch(entry_start(text, cue), cue, Status.DENIED))
            out.append(Stretch(clause_start(text, cue), entry_start(text, cue), Status.UNCLEAR))

    def _hand_over(self, text: str, brackets: tuple[Bracket, ...], cue: int, end: int, out: list[Stretch]) -> None:
        lead = text[max(0, cue - LEAD) : cue]
        bracket = innermost(brackets, cue)
        if self._forth.search(lead) or text[end : end + 1] == ":":
            out.append(Stretch(end, len(text), Status.BRANCH))
        elif back := self._back.search(lead):
            close = bracket.start if bracket else cue - len(lead) + back.start()
            out.append(Stretch(_reach_back(text, close, lead[back.end() :]), cue, Status.BRANCH))
        elif bracket:
            out.append(Stretch(bracket.start, bracket.end, Status.BRANCH))
            said = text[bracket.start + 1 : cue]
            out.extend(self._handed_over(text, bracket.start, said))
        else:
            out.append(Stretch(clause_start(text, cue), cue, Status.BRANCH))

    def _handed_over(self, text: str, place: int, said: str) -> list[Stretch]:
        """Return what a bracket hands over: the words it names ("制造由分公司经营"), else the list before it.

        Without named words it is unclear whether the earlier entries of the clause are meant too.
        """
        clause = clause_start(text, place)
        named = [word for word in _NAMED.split(_BY.split(said)[0]) if word and "项" not in word]
        if named:
            words = re.compile("|".join(map(re.escape, named)))
            found = words.finditer(text, clause, place)
            return [Stretch(*match.span(), Status.BRANCH) for match in found]
        start = self._list_start(text, place)
        return [Stretch(start, place, Status.BRANCH), Stretch(clause, start, Status.UNCLEAR)]


def _reach_back(text: str, place: int, said: str) -> int:
    """Return how far "the above" reaches back: the number of entries said ("以上四项"), or to the beginning."""
    counted = _COUNT.match(said)
    if not counted:
        return 0
    start = place
    for _ in range(_NUMBERS[counted[1]]):
        start = entry_start(text, len(text[:start].rstrip(SEPARATORS)))
    return start
