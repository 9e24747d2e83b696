"""The reader's language: Chinese by default, English one click away, remembered in a cookie."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, Response, g, request

from config import messages

DEFAULT = "zh"
COOKIE = "lang"
TAGS = {"zh": "zh-Hans", "en": "en"}
_YEAR = 365 * 86400


class UnknownText(Exception):
    """A page asks for a text that the catalogues do not hold."""


def language() -> str:
    """Return the language of this request: `?lang=`, else the cookie, else (REST only) Accept-Language, else zh."""
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


def _choose() -> str:
    for asked in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if asked in messages.LANGUAGES:
            return asked
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(messages.LANGUAGES, DEFAULT) or DEFAULT
    return DEFAULT


def t(key: str, /, **params: object) -> str:
    """Return the page text `page.<key>` in the reader's language; a key without text is a fault of ours."""
    if not messages.is_listed(f"page.{key}"):
        raise UnknownText(key)
    return messages.render(f"page.{key}", language(), **params)


def label(area: str, value: object, /) -> str:
    """Return the word for a code (`page.<area>.<code>`), the code itself when it has none."""
    key = f"page.{area}.{value}"
    return messages.render(key, language()) if messages.is_listed(key) else str(value)


def error_text(code: str, /, **params: object) -> str:
    """Return the text of an error code in the reader's language."""
    return messages.render(f"error.{code}", language(), **params)


def pick(zh: str, en: str) -> str:
    """Return the text in the reader's language out of a pair, the other when it is empty."""
    return (en or zh) if language() == "en" else (zh or en)


def other_language_url() -> str:
    """Return this page's address in the other language, its query kept."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    query.append(("lang", "zh" if language() == "en" else "en"))
    return f"{request.path}?{urlencode(query)}"


def remember_language(response: Response) -> Response:
    """Keep an asked-for language in a cookie and say which language the answer is in."""
    if request.args.get("lang") in messages.LANGUAGES:
        response.set_cookie(COOKIE, language(), max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    if response.mimetype in ("text/html", "application/problem+json"):
        response.headers["Content-Language"] = TAGS[language()]
        response.vary.add("Cookie")
    return response


def use_languages(app: Flask) -> None:
    """Give the pages of an application their texts."""
    app.after_request(remember_language)
    app.jinja_env.globals.update(
        t=t, label=label, pick=pick, language=language, language_tag=lambda: TAGS[language()],
        other_language_url=other_language_url,
    )  # fmt: skip
