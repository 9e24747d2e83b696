"""Accounts and divisions as readers know them: by the name that pages show in their language."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, g

from api.language import language
from api.service import read_session
from scheduler.accounts.users import list_users
from scheduler.directory.queries import list_divisions


def person(actor: str) -> str:
    """Return the shown name of the account that did something; a command's or the clock's name stands as it is."""
    if "people" not in g:
        with read_session() as session:
            g.people = {user.name: user.display_name for user in list_users(session)}
    return str(g.people.get(actor, actor))


def shown_divisions(divisions: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return (id, name) of a plan's divisions as shown: its own names, in English the directory's where it has them."""
    english = _english_names() if language() == "en" else {}
    return tuple((division_id, english.get(division_id) or name) for division_id, name in divisions)


def _english_names() -> dict[str, str]:
    """Return the English names of the directory's divisions by id; plans and records hold the Chinese ones alone."""
    if "english_division_names" not in g:
        with read_session() as session:
            g.english_division_names = {each.id: each.name_en for each in list_divisions(session)}
    return dict(g.english_division_names)


def use_people(app: Flask) -> None:
    """Give pages the names of accounts."""
    app.jinja_env.filters["person"] = person
