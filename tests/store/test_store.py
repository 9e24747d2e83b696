"""The store on both databases: append-only guards, the audit chain, lost updates, schema drift, versions."""

from __future__ import annotations

import importlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, event, func, insert, inspect, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError

from config.settings import load_settings
from scheduler.accounts.models import User
from scheduler.directory.models import ImportRun
from scheduler.draws.models import Draw
from scheduler.errors import Conflict, InvalidInput, Unavailable
from scheduler.store.audit import AuditEntry, append_entry, first_broken_entry
from scheduler.store.base import Base, append_only_tables
from scheduler.store.engine import open_engine
from scheduler.store.opening import migrate, open_store
from scheduler.store.session import reading, writing

for path in sorted(Path(__file__).parent.parent.parent.glob("scheduler/*/models.py")):
    importlib.import_module(f"scheduler.{path.parent.name}.models")


def an_import(number: int) -> dict[str, object]:
    return {
        "id": number,
        "register": "enterprise",
        "file_name": "a.csv",
        "sha256": "0" * 64,
        "counts": {"read": 1},
        "actor": "test",
        "at": datetime(2026, 1, 1, tzinfo=UTC),
    }


def test_the_migrated_schema_is_the_one_the_models_describe(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_append_only_table_has_its_guards(engine: Engine) -> None:
    catalogue = (
        "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite"
        else "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"
    )
    with engine.connect() as connection:
        guarded = set(connection.scalars(text(catalogue)))
    assert guarded == set(append_only_tables())
    assert {"draw", "draw_file", "draw_event", "contribution", "audit_entry", "plan_version"} <= guarded


def refuses(engine: Engine, statement: str) -> None:
    with writing(engine) as session:
        session.execute(insert(ImportRun), [an_import(1)])
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with reading(engine) as session:
        assert session.scalars(select(ImportRun.actor)).all() == ["test"]


@pytest.mark.parametrize("statement", ["UPDATE import_run SET actor = 'other'", "DELETE FROM import_run"])
def test_what_was_written_to_an_append_only_table_stays(engine: Engine, statement: str) -> None:
    refuses(engine, statement)


def test_sqlite_refuses_to_replace_a_row_of_an_append_only_table(sqlite_engine: Engine) -> None:
    refuses(sqlite_engine, "INSERT OR REPLACE INTO import_run SELECT * FROM import_run")


@pytest.mark.parametrize(
    "statement",
    ["TRUNCATE import_run", "SET LOCAL session_replication_role = replica; DELETE FROM import_run"],
)
def test_postgresql_refuses_the_owner_too(postgresql_engine: Engine, statement: str) -> None:
    refuses(postgresql_engine, statement)


def test_replacing_a_row_by_another_unique_key_is_refused_too(sqlite_engine: Engine) -> None:
    common = {"kind": "enterprises", "plan_id": "p", "sequence": 1, "title": "t", "mode": "open", "sealed_by": "x"}
    row = {**common, "demonstration": False, "manifest_sha256": "m", "sealed_at": datetime(2026, 1, 1, tzinfo=UTC)}
    with writing(sqlite_engine) as session:
        session.execute(insert(Draw), [{"id": "a", **row}])
    with pytest.raises(DatabaseError, match="append-only"), writing(sqlite_engine) as session:
        session.execute(insert(Draw).prefix_with("OR REPLACE"), [{"id": "b", **row}])


def test_the_audit_chain_holds_and_a_changed_entry_is_found(engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(5):
            append_entry(session, "li", "test", f"subject-{number}", count=number, text="双随机")
    with reading(engine) as session:
        assert first_broken_entry(session) is None
        assert session.scalar(select(func.max(AuditEntry.sequence))) == 5
    _without_guard(engine, "UPDATE audit_entry SET actor = 'wang' WHERE sequence = 3")
    with reading(engine) as session:
        assert first_broken_entry(session) == 3


def test_a_chain_cut_short_at_its_end_is_found(engine: Engine) -> None:
    with writing(engine) as session:
        append_entry(session, "li", "test", "a")
        append_entry(session, "li", "test", "b")
    _without_guard(engine, "DELETE FROM audit_entry WHERE sequence = 2")
    with reading(engine) as session:
        assert first_broken_entry(session) == 2


def _without_guard(engine: Engine, statement: str) -> None:
    """Do what an intruder who owns the database could do."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER audit_entry_no_{verb}")
        else:
            connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        connection.exec_driver_sql(statement)


def test_concurrent_writers_never_continue_the_same_entry(engine: Engine) -> None:
    def write(number: int) -> None:
        with writing(engine) as session:
            append_entry(session, f"writer-{number}", "test", "subject")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(64)))
    with reading(engine) as session:
        assert first_broken_entry(session) is None
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 64


def test_a_transaction_that_fails_leaves_neither_fact_nor_entry(engine: Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as session:
        session.execute(insert(ImportRun), [an_import(1)])
        append_entry(session, "li", "test", "subject")
        raise RuntimeError
    with reading(engine) as session:
        assert session.scalars(select(ImportRun)).all() == []
        assert first_broken_entry(session) is None


def test_times_come_back_in_utc_and_naive_ones_are_refused(engine: Engine) -> None:
    shanghai = timezone(timedelta(hours=8))
    user = {"name": "li", "display_name": "李", "password_hash": "x", "roles": [], "active": True}
    with writing(engine) as session:
        session.add(User(**user, created_at=datetime(2026, 3, 1, 9, tzinfo=shanghai)))
    with reading(engine) as session:
        stored = session.get_one(User, "li").created_at
        assert (stored, stored.tzinfo) == (datetime(2026, 3, 1, 1, tzinfo=UTC), UTC)
    with pytest.raises((StatementError, InvalidInput)), writing(engine) as session:
        session.add(User(**{**user, "name": "wu"}, created_at=datetime(2026, 3, 1, 9)))  # noqa: DTZ001


def test_foreign_keys_are_enforced(engine: Engine) -> None:
    with pytest.raises(DatabaseError), engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO draw_step VALUES ('none', 'conducted', '2026-01-01', 'li')")


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    before = inspect(engine).get_table_names()
    migrate(engine)
    assert inspect(engine).get_table_names() == before


def test_a_database_of_a_newer_version_is_refused_and_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Conflict) as refusal:
        migrate(engine)
    assert refusal.value.code == "database-newer"
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "double-random.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(Unavailable) as refusal:
        open_store(load_settings(tmp_path, {}))
    assert refusal.value.code == "database-damaged"


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(Unavailable) as refusal:
        open_store(load_settings(tmp_path / "var", {}))
    assert refusal.value.code == "data-folder"


@pytest.mark.parametrize(("url", "code"), [("nonsense", "database-url"), ("mysql://h/d", "database-kind")])
def test_other_databases_are_refused(url: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        open_engine(url)
    assert refusal.value.code == code


def test_sqlite_writers_begin_immediately(sqlite_engine: Engine) -> None:
    """A second writer waits at its BEGIN, before it has read anything that may be stale."""
    with writing(sqlite_engine) as session:
        session.execute(text("SELECT 1"))
        other = sqlite3.connect(str(sqlite_engine.url.database), timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_a_reader_sees_one_state_while_others_write(postgresql_engine: Engine) -> None:
    """On SQLite every transaction does, and a writer waits for it before it commits."""
    count = select(func.count()).select_from(ImportRun)
    with reading(postgresql_engine) as session:
        assert session.scalar(count) == 0
        with writing(postgresql_engine) as other:
            other.execute(insert(ImportRun), [an_import(1)])
        assert session.scalar(count) == 0
    with reading(postgresql_engine) as session:
        assert session.scalar(count) == 1


def test_an_open_database_is_opened_again_without_waiting_for_a_writer(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    first = open_store(settings)
    with writing(first) as session:
        append_entry(session, "li", "test", "subject")
        second = open_store(settings)
        with reading(second) as reader:
            assert reader.scalars(select(AuditEntry)).all() == []
    first.dispose()
    second.dispose()


def test_a_database_that_fails_is_refused_by_what_is_wrong(tmp_path: Path) -> None:
    engine = open_store(load_settings(tmp_path, {}))

    @event.listens_for(engine, "connect")
    def never_wait(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA max_page_count = 1")  # as small as it stands

    engine.dispose()
    with writing(engine) as first:
        first.execute(text("SELECT 1"))
        with pytest.raises(Unavailable, match="database-busy"), writing(engine) as second:
            second.execute(text("SELECT 1"))
    with pytest.raises(Unavailable, match="database-full"), writing(engine) as session:
        append_entry(session, "li", "test", "subject", text="x" * 10_000_000)
    with pytest.raises(Unavailable, match="database-read-only"), reading(engine) as session:
        session.execute(text("PRAGMA query_only = ON"))
        session.execute(insert(ImportRun), [an_import(1)])
    with reading(engine) as session:
        assert session.scalars(select(AuditEntry)).all() == []
    engine.dispose()


def test_a_fault_of_the_program_is_no_fault_of_the_database(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.execute(insert(ImportRun), [an_import(1), an_import(1)])
