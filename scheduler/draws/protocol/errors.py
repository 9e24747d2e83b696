"""A refusal of the protocol: a code with parameters; its text stands in config/messages/protocol.toml."""


class ProtocolError(Exception):
    """Something refused; its parameter `where` is `file:line:field` in a table, `file:member` in a JSON document."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        place = (str(params[part]) for part in ("file", "line", "column", "member") if params.get(part))
        self.code, self.params = code, {**params, "where": ":".join(place) or "-"}


def need(holds: object, code: str, **params: object) -> None:
    """Refuse as `code` unless something holds."""
    if not holds:
        raise ProtocolError(code, **params)
