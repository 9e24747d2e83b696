"""Issues of the national lotteries, drawn in public: issue `:` numbers, in one canonical form (protocol section 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scheduler.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Game:
    """How many numbers a game draws, and from how many: the front group, and the back group if it has one."""

    front: int
    front_of: int
    back: int = 0
    back_of: int = 0


GAMES = {
    "lottery/cn-kl8": Game(20, 80),
    "lottery/cn-ssq": Game(6, 33, 1, 16),
    "lottery/cn-dlt": Game(5, 35, 2, 12),
}
_BETWEEN = re.compile(r"[\s,，、]+")


def read_issue(kind: str, issue: str, text: str) -> str:
    """Return the canonical value of an issue from its numbers in any order, the issue in front or not.

    Raises `InvalidInput`: `lottery-issue` (another issue) or `lottery-numbers` (not the numbers of this game).

    >>> read_issue("lottery/cn-ssq", "2026031", "09 02 33 17 21 05 + 16")
    '2026031:02,05,09,17,21,33+16'
    """
    head, colon, tail = text.strip().replace("：", ":").rpartition(":")
    if colon and head.strip() != issue:
        raise InvalidInput("lottery-issue", wanted=issue, found=head.strip()[:24])
    game = GAMES[kind]
    front_text, _, back_text = tail.replace("＋", "+").partition("+")
    front = _numbers(front_text, game.front, game.front_of)
    back = _numbers(back_text, game.back, game.back_of)
    return f"{issue}:{','.join(front)}" + (f"+{','.join(back)}" if back else "")


def _numbers(text: str, count: int, highest: int) -> list[str]:
    numbers = sorted(_BETWEEN.sub(" ", text).split())
    wanted = {f"{number:02}" for number in range(1, highest + 1)}
    if len(numbers) != count or len(set(numbers)) != count or not set(numbers) <= wanted:
        raise InvalidInput("lottery-numbers", count=count, highest=f"{highest:02}", found=" ".join(numbers)[:120])
    return numbers
