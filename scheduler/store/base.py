"""The typed declarative base, the column types every table shares, and which tables are append-only."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from scheduler.errors import InvalidInput

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def utc_now() -> datetime:
    """Return the time now, in UTC, to the microsecond."""
    return datetime.now(UTC)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: stored in UTC, always timezone-aware in Python; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant and store the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise InvalidInput("naive-time", value=value.isoformat())
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC back: SQLite returns naive values."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal kept as its digits, so that no database turns it into a float."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write the digits."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Read the digits."""
        return None if value is None else Decimal(value)


class Json(TypeDecorator[Any]):
    """A JSON value kept as text with sorted keys, the same bytes on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write JSON with sorted keys and no blanks; floats have no place in the store."""
        return None if value is None else canonical_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read JSON."""
        return None if value is None else json.loads(value)


def canonical_text(value: Any) -> str:
    """Return JSON text with sorted keys and no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


class Base(DeclarativeBase):
    """Every table of the service. `append_only = True` makes migrations guard the table by triggers."""

    metadata = MetaData(naming_convention=NAMING)
    append_only: ClassVar[bool] = False


def append_only_tables() -> list[str]:
    """Return the names of the tables that only ever grow, ascending."""
    classes = (mapper.class_ for mapper in Base.registry.mappers)
    return sorted(each.__tablename__ for each in classes if each.append_only)
