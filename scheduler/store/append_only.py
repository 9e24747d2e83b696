"""Triggers that make a table grow only, on both databases.

SQLite: UPDATE and DELETE are refused, and so is an INSERT whose key stands already, for INSERT OR REPLACE would
otherwise remove the old row without asking any trigger. PostgreSQL: UPDATE, DELETE and TRUNCATE are refused,
also under `session_replication_role = replica` (ENABLE ALWAYS).
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

GUARD = "double_random_append_only"


def guard_table(connection: Connection, table: str) -> None:
    """Install the triggers on one table, which must exist."""
    for statement in guard_statements(connection, table):
        connection.execute(text(statement))


def guard_statements(connection: Connection, table: str) -> list[str]:
    """Return the statements that guard a table on this database."""
    if connection.dialect.name == "postgresql":
        return _postgresql(table)
    return _sqlite(table, _unique_keys(connection, table))


def _unique_keys(connection: Connection, table: str) -> list[list[str]]:
    inspector = inspect(connection)
    keys = [inspector.get_pk_constraint(table)["constrained_columns"]]
    keys += [list(unique["column_names"]) for unique in inspector.get_unique_constraints(table)]
    return keys


def _sqlite(table: str, keys: list[list[str]]) -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only')"
    statements = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN {refuse}; END"
        for verb in ("UPDATE", "DELETE")
    ]
    same = " OR ".join("(" + " AND ".join(f"{column} = NEW.{column}" for column in key) + ")" for key in keys)
    statements.append(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 (names of our own tables)
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN {refuse}; END"
    )
    return statements


def _postgresql(table: str) -> list[str]:
    return [
        f"""CREATE OR REPLACE FUNCTION {GUARD}() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$""",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {GUARD}()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {GUARD}()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
    ]
