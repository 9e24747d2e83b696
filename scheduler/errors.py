"""The one root error of the service: a code and parameters, never a text.

The text is rendered at the edge, in the reader's language, from the message catalogues (`config.messages`).
The kinds below say what went wrong in the caller's terms; only `api.problems` knows which HTTP status that is.
"""

from __future__ import annotations


class ServiceError(Exception):
    """Something the service refuses or cannot do; `code` is kebab-case and listed in the catalogues."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        """Name the code and the parameters, for logs only: readers get the rendered text."""
        shown = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({shown})"


class InvalidInput(ServiceError):
    """The input breaks a rule; the parameters say where and what."""


class NotFound(ServiceError):
    """What the caller names is not there."""


class Conflict(ServiceError):
    """The state of the record does not allow this step, now or ever."""


class NotAllowed(ServiceError):
    """The caller is known but may not do this."""


class Unavailable(ServiceError):
    """A part of the world the service needs (disk, port, database) does not answer."""
