"""Reading a file into a register, as a stream: good rows go in, refused ones are reported, nothing is half done.

1. A row that breaks a rule is refused with its line, column, value and reason; the others go in. With `strict` one
   refused row keeps out all.
2. The same key twice in a file: with the same content the first enters and the second is named as a duplicate; with
   other content the second is refused, for no rule says which of the two is right.
3. A row that says what stands already changes nothing: a file read twice leaves no trace but the note of the run.
4. Every change stands in the ledger with reason and source; each run stands in `import_run` and in the audit log.

The caller opens the transaction, so a fault of any kind leaves the directory as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.columns import ColumnCatalogue, column_catalogue
from scheduler.directory.changes import Cause, Change, day_of, record_changes, written_values
from scheduler.directory.entries import Entry, EntryReader
from scheduler.directory.files import Row, Table, open_table
from scheduler.directory.files.header import Header, count_headings, recognise_header
from scheduler.directory.files.table import Fault
from scheduler.directory.models import ImportRun
from scheduler.directory.refused_file import RefusedFile
from scheduler.directory.registers import register_of
from scheduler.directory.registers.register import Register, Values
from scheduler.directory.report import Difference, Duplicate, ImportReport, Refusal
from scheduler.directory.seen import Seen, SeenKeys
from scheduler.errors import InvalidInput
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

CHUNK = 500
# Any number that no other lock of the service uses.
_IMPORT_LOCK = 5_013_772
Progress = Callable[[int], None]


def import_file(
    session: Session,
    register: str,
    path: Path,
    *,
    actor: str,
    reason: str = "",
    strict: bool = False,
    dry_run: bool = False,
    leave_missing: bool = False,
    refused: Path | None = None,
    progress: Progress = lambda rows: None,
) -> ImportReport:
    """Read a CSV or xlsx file into a register (`enterprises`, `inspectors`, `absences` and so on).

    `refused` names the xlsx file for refused rows, None writes none. `leave_missing`: entries that are not in the file
    leave. `progress` is told the rows read so far. Raises `ServiceError` when the file as a whole cannot be used.
    """
    catalogue, at = column_catalogue(), utc_now()
    if not dry_run:
        wait_for_other_imports(session)
    target = register_of(register, session, day_of(at))
    target.locks = not dry_run
    if refused is not None and refused.resolve() == path.resolve():
        raise InvalidInput("refused-file-is-input", file=str(path))
    with open_table(path, partial(count_headings, catalogue, register)) as table:
        header = recognise_header(catalogue, register, table.header, path.name)
        source = f"{path.name[:120]} sha256:{table.sha256}"
        cause = Cause(actor, at, reason.strip() or f"import {path.name}", source)
        report = ImportReport(register, path.name, table.sha256, strict, dry_run)
        report.personal, report.unknown = header.personal, header.unknown
        with RefusedFile(refused, header) as refused_file, SeenKeys() as seen:
            run = _Run(session, target, catalogue, header, cause, report, refused_file, seen)
            if dry_run:
                run.read_all(table, leave_missing, progress)
            else:
                _apply(session, run, table, leave_missing, progress)
            report.refused_file = refused_file.written
    report.applied = not dry_run and not (strict and report.counts["refused"])
    if report.applied:
        _note_run(session, report, cause)
    return report


def wait_for_other_imports(session: Session) -> None:
    """Let one import at a time write; on SQLite a writing transaction is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_IMPORT_LOCK)))


class _TakenBack(Exception):
    """A strict run refused a row: what it wrote is taken back, its report stays."""


def _apply(session: Session, run: _Run, table: Table, leave_missing: bool, progress: Progress) -> None:
    """Read all rows; when strict and a row is refused, take back what was written."""
    try:
        with session.begin_nested():
            run.read_all(table, leave_missing, progress)
            if run.report.strict and run.report.counts["refused"]:
                raise _TakenBack
    except _TakenBack:
        session.expire_all()


def _note_run(session: Session, report: ImportReport, cause: Cause) -> None:
    session.add(
        ImportRun(
            register=report.register,
            file_name=report.file[:200],
            sha256=report.sha256,
            counts=report.figures(),
            actor=cause.actor[:64],
            at=cause.at,
        )
    )
    detail = {"file": report.file, "sha256": report.sha256, "counts": report.figures(), "reason": cause.reason}
    append_entry(session, cause.actor, f"import-{report.register}", report.file[:96], **detail)


class _Run:
    """One pass over one file."""

    def __init__(
        self,
        session: Session,
        register: Register,
        catalogue: ColumnCatalogue,
        header: Header,
        cause: Cause,
        report: ImportReport,
        refused_file: RefusedFile,
        seen: SeenKeys,
    ) -> None:
        self.session = session
        self.register = register
        self.reader = EntryReader(catalogue, header, register)
        self.header = header
        self.cause = cause
        self.report = report
        self.refused_file = refused_file
        self.seen = seen

    def read_all(self, table: Table, leave_missing: bool, progress: Progress) -> None:
        """Read every row in chunks, then let the missing leave."""
        rows = (row for row in table.rows if not row.is_blank())
        while chunk := list(islice(rows, CHUNK)):
            self.report.counts["read"] += len(chunk)
            self.read_chunk(chunk)
            progress(self.report.counts["read"])
        if leave_missing:
            self.leave_missing()

    def leave_missing(self) -> None:
        """Let the entries leave that the file does not name; not when a row was refused, for it may have named one."""
        if not self.register.leaves:
            raise InvalidInput("leave-missing-none", register=self.register.plural)
        if self.report.counts["refused"] or not self.report.counts["read"]:
            self.report.leaving_skipped = True
            return
        for present in self.register.present_keys(CHUNK):
            named = self.seen.find(list(present))
            gone = {key: name for key, name in present.items() if key not in named}
            changes = [Change(key, "left", {"left_on": None}, {"left_on": self.cause.day}) for key in gone]
            for change in changes:
                self.report.add_difference(Difference(change.subject, gone[change.subject], *_shown(change)))
            if not self.report.dry_run:
                self.register.leave(list(gone), self.cause.day)
                record_changes(self.session, self.register.name, changes, self.cause)

    def read_chunk(self, rows: Iterable[Row]) -> None:
        """Read some rows and bring what they say into the directory."""
        entries = list(self.first_of_their_key(self.sound_entries(rows)))
        stand = self.register.load([entry.key for entry in entries])
        new, changed, changes = [], [], []
        for entry in entries:
            before = stand.get(entry.key)
            after = self.register.complete(before, entry.given)
            change = self.change_of(entry.key, before, after)
            if before is None:
                new.append(after)
            elif before != after:
                changed.append(after)
            if change is None:
                self.report.counts["unchanged"] += 1
                continue
            changes.append(change)
            name = str(after.get("name", ""))
            self.report.add_difference(Difference(entry.key, name, *_shown(change)))
        if not self.report.dry_run:
            self.register.write(new, changed)
            record_changes(self.session, self.register.name, changes, self.cause)

    def change_of(self, key: str, before: Values | None, after: Values) -> Change | None:
        """Return what the ledger keeps of a row, None when it changes nothing."""
        if before is None:
            return Change(key, "entered", {}, self.register.first_entry(after))
        was, now = self.register.differences(before, after)
        if not now:
            return None
        kind = "returned" if was.get("left_on") else self.register.kind_of(was)
        return Change(key, kind, was, now)

    def sound_entries(self, rows: Iterable[Row]) -> Iterator[Entry]:
        """Yield the entries of rows without a fault; refuse the others."""
        for row in rows:
            read = self.reader.read(row)
            if isinstance(read, Entry):
                yield read
            else:
                self.refuse(row, read)

    def first_of_their_key(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Yield each entry whose key was not seen before in this file; name or refuse the others."""
        entries = list(entries)
        seen = self.seen.find([entry.key for entry in entries])
        new = []
        for entry in entries:
            first = seen.get(entry.key)
            if first is None:
                seen[entry.key] = Seen(entry.row.line, entry.digest)
                new.append((entry.key, seen[entry.key]))
                yield entry
            elif first.digest == entry.digest:
                name = str(entry.given.get("name", ""))
                self.report.add_duplicate(Duplicate(entry.row.line, first.line, entry.key, name))
            else:
                column = self.header.heading(self.register.key)
                fault = Fault(column, entry.key, "row-conflict", (("entry", entry.key), ("first", first.line)))
                self.refuse(entry.row, [fault])
        self.seen.add(new)

    def refuse(self, row: Row, faults: list[Fault]) -> None:
        """Report a refused row."""
        refusal = Refusal(row.line, tuple(faults))
        self.report.add_refusal(refusal)
        self.refused_file.add(refusal, row)


def _shown(change: Change) -> tuple[str, Values, Values]:
    return change.kind, written_values(change.before), written_values(change.after)
