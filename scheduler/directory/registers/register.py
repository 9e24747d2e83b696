"""What a register is to the import: how a row is read, what an entry becomes, how entries are loaded and written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from scheduler.directory.registers.cells import CellReader
from scheduler.store.base import Base

Values = dict[str, Any]


class Register(ABC):
    """One register of the directory.

    `plural` names it in commands and columns.toml, `name` in the ledger; `named` is the column by which a reader knows
    an entry beside its key; `leaves`: its entries can leave.
    """

    plural: ClassVar[str]
    name: ClassVar[str]
    model: ClassVar[type[Base]]
    key: ClassVar[str]
    named: ClassVar[str] = "name"
    leaves: ClassVar[bool] = True
    # entries that are read are kept from other writers until the transaction ends; not for a dry run
    locks: bool = True

    def __init__(self, session: Session) -> None:
        self.session = session
        self.table: Table = self.model.__table__  # type: ignore[assignment]  # a mapped class has a real table

    @abstractmethod
    def read(self, cells: CellReader) -> Values:
        """Read the fields a row delivers, the key among them; faults are noted in `cells`."""

    @abstractmethod
    def complete(self, before: Values | None, given: Values) -> Values:
        """Return all columns of an entry as they are after a row was read; `before` is what stands now."""

    def load(self, keys: Sequence[str]) -> dict[str, Values]:
        """Return the entries of these keys that stand in the directory, those that left included."""
        asked = select(self.table).where(self.table.c[self.key].in_(keys))
        rows = self.session.execute(asked.with_for_update() if self.locks else asked).mappings()
        return {row[self.key]: dict(row) for row in rows}

    def write(self, new: list[Values], changed: list[Values]) -> None:
        """Write entries that are new and entries that changed."""
        connection = self.session.connection()
        if new:
            connection.execute(insert(self.table), new)
        if changed:
            columns: dict[str, Any] = {
                each.name: bindparam(each.name) for each in self.table.c if each.name != self.key
            }
            statement = update(self.table).where(self.table.c[self.key] == bindparam("key_")).values(columns)
            connection.execute(statement, [{**values, "key_": values[self.key]} for values in changed])

    def present_keys(self, size: int) -> Iterator[dict[str, str]]:
        """Yield key and name of every entry that has not left, in order of the keys, `size` at a time."""
        key, last = self.table.c[self.key], ""
        while True:
            asked = select(key, self.table.c[self.named]).where(key > last, self.table.c.left_on.is_(None))
            found = {row[0]: row[1] for row in self.session.execute(asked.order_by(key).limit(size))}
            if not found:
                return
            yield found
            last = next(reversed(found))  # in the order of the database, whatever its collation

    def leave(self, keys: Sequence[str], day: date) -> None:
        """Mark entries as having left."""
        if keys:
            column = self.table.c[self.key]
            self.session.connection().execute(update(self.table).where(column.in_(keys)).values(left_on=day))

    def differences(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Values, Values]:
        """Return the changed columns of an entry, as they were and as they are."""
        names = [name for name in after if before[name] != after[name]]
        return {name: before[name] for name in names}, {name: after[name] for name in names}

    def first_entry(self, values: Values) -> Values:
        """Return what the ledger keeps of a new entry; the values before each later change stand in the ledger."""
        return {name: value for name, value in values.items() if value not in ("", None, [], {})}

    def kind_of(self, before: Values) -> str:
        """Return the ledger's word for a change that changed these columns."""
        return "changed"
