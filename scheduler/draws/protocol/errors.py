"""A refusal of the protocol: a code, its parameters and a place; never a text.

The texts, one per code in Chinese and in English, stand in `config/messages/protocol.toml`.

>>> str(ProtocolError("list-unsorted", file="pool.tsv", line=7, column=3, value="b,a"))
"pool.tsv:7:3: list-unsorted(value='b,a')"
"""

from __future__ import annotations

PLACE = ("file", "line", "column", "member")


class ProtocolError(Exception):
    """Something that `double-random/1` refuses.

    `params` always holds `where`: `file:line:column` in a table (the column is the number of the
    field), `file:member` in a JSON document; each of the parts stands beside it where it is known.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        known = [str(params[part]) for part in PLACE if params.get(part)]
        self.params: dict[str, object] = {**params, "where": ":".join(known) or "-"}

    def __str__(self) -> str:
        """Name place, code and parameters, for logs only: readers get the rendered text."""
        shown = {k: v for k, v in self.params.items() if k not in PLACE and k != "where"}
        listed = ", ".join(f"{name}={value!r}" for name, value in shown.items())
        return f"{self.params['where']}: {self.code}({listed})"
