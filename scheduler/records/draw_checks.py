"""The checks of a draw of enterprises, in the order of section 11, on the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from scheduler.draws.protocol.draw import Outcome, Result, conduct, select, team_preferences
from scheduler.draws.protocol.encoding import parse_json
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.events import Event, State, replay
from scheduler.draws.protocol.inputs import (
    NO_TEAM,
    Inputs,
    Pool,
    Tables,
    check_populations,
    entries_without_team,
    read_tables,
)
from scheduler.draws.protocol.manifest import FILE, Manifest
from scheduler.draws.protocol.selection import Order
from scheduler.draws.protocol.sources import COMMIT
from scheduler.draws.protocol.tables import POOL
from scheduler.records.ceremony_checks import (
    check_bundle_files,
    check_digest,
    check_seed,
    check_tables,
    member_difference,
    run_envelope_checks,
    run_randomness_checks,
)
from scheduler.records.checks import WARN, Absent, Difference, Ledger, Note, first_difference
from scheduler.records.evidence import INPUT_TABLES, Evidence

ELSEWHERE = ("draw", "manifest", "seed_sha256", "level", "unfilled")  # members of result.json that other checks name


class DrawChecks:
    """Runs every check of a draw over the evidence; the ledger keeps the outcomes."""

    def __init__(self, evidence: Evidence, ledger: Ledger) -> None:
        self.evidence = evidence
        self.ledger = ledger

    def run(self) -> None:
        """Make all checks."""
        run, evidence = self.ledger.run, self.evidence
        run(1, "files", lambda: check_bundle_files(evidence))
        run(1, "tables", lambda: check_tables(evidence, self.manifest().files))
        run(1, "strata", self.check_strata)
        run(1, "references", self.check_references)
        run(1, "teams", self.check_teams)
        run(2, "manifest", lambda: check_digest(evidence))
        run_envelope_checks(self.ledger, evidence)
        run_randomness_checks(self.ledger, evidence, self.subject())
        run(5, "seed", lambda: check_seed(self.ledger, evidence, self.manifest().draw))
        run(6, "order", self.check_order)
        run(7, "level", self.check_level)
        run(7, "assignment", self.check_assignment)
        run(7, "unfilled", self.check_unfilled)
        run(8, "result", self.check_result)
        run(9, "events", self.check_events)
        run(9, "state", self.check_state)
        run(10, "sequence", self.check_sequence)
        run(11, "reveal", self.check_reveal)

    def manifest(self) -> Manifest:
        """Return the manifest."""
        manifest: Manifest = self.evidence.root
        return manifest

    def subject(self) -> str:
        """Return the id of the draw, empty while the manifest is refused."""
        try:
            return self.manifest().draw
        except Absent:
            return ""

    # 1

    def check_strata(self) -> Note:
        """Strata, populations and takes are those of the pool and of the rules."""
        self.evidence.refusal_of_root("strata")
        manifest, pool = self.manifest(), self.evidence.take(POOL.file)
        check_populations(manifest.strata, pool[1], FILE)
        taken = sum(stratum.take for stratum in manifest.strata)
        return Note("check.strata", {"strata": len(manifest.strata), "entries": len(pool[0]), "taken": taken})

    def check_references(self) -> Note:
        """Ids, roles and needs of the four tables fit together; its value is the tables."""
        self.evidence.refusal_of_root("references")
        for name in INPUT_TABLES:
            self.evidence.take(name)
        tables = read_tables({name: self.evidence.files[name] for name in INPUT_TABLES})
        self.manifest()
        counts = {
            "people": len(tables.inspectors),
            "recusals": sum(map(len, tables.recused.values())),
            "left_out": len(tables.excluded),
        }
        return Note("check.references", counts, value=tables)

    def tables(self) -> Tables:
        """Return the cross-checked tables."""
        tables: Tables = self.ledger.value("references")
        return tables

    def check_teams(self) -> Note:
        """Each entry of the pool, taken alone, can have a full team."""
        tables = self.tables()
        for entry in entries_without_team(tables, self.manifest().slots):
            line = tables.pool.find(entry) + 1
            raise ProtocolError(NO_TEAM, file=POOL.file, line=line, id=entry)
        return Note("check.teams", {"entries": len(tables.pool.ids)})

    # 6 to 8

    def inputs(self) -> Inputs:
        """Return what was frozen, once its tables fit together."""
        self.ledger.value("strata")
        return Inputs(self.manifest(), self.tables())

    def values(self) -> dict[str, str]:
        """Return the values that the seed was computed from; they are there even when seed.txt differs."""
        values: dict[str, str] = self.ledger.value("transcript", "seed")[1]
        return values

    def order(self) -> Order:
        """Return who is drawn, computed again; it depends on the pool alone, whatever is wrong with the people."""
        if not self.ledger.has("lots"):
            self.ledger.value("strata")
            pool = Tables(Pool(*self.evidence.take(POOL.file)), (), {}, {})
            self.ledger.keep("lots", select(Inputs(self.manifest(), pool), self.values())[1])
        order: Order = self.ledger.value("lots")
        return order

    def outcome(self) -> Outcome:
        """Return the whole draw, computed again."""
        if not self.ledger.has("outcome"):
            self.ledger.keep("outcome", conduct(self.inputs(), self.values()))
        outcome: Outcome = self.ledger.value("outcome")
        return outcome

    def recomputed(self) -> Result:
        """Return what result.json has to say."""
        result: Result = parse_json(self.outcome().files["result.json"], "result.json", Result)
        return result

    def claimed(self) -> Result:
        """Return what result.json says."""
        claimed: Result = self.evidence.take("result.json")
        return claimed

    def check_order(self) -> Note:
        """Every lot number, byte for byte."""
        found, order = self.evidence.raw("order.tsv"), self.order()
        raise_first("order.tsv", order.table(), found)
        lots = sum(map(len, order.lots.values()))
        return Note("check.order", {"entries": lots, "drawn": len(order.drawn())})

    def check_level(self) -> Note:
        """The level L*."""
        claimed, level = self.claimed().level, self.recomputed().level
        if claimed != level:
            raise member_difference("level", level, claimed)
        return Note("check.level", {"level": level})

    def check_assignment(self) -> Note:
        """Every filled slot, byte for byte."""
        found, outcome = self.evidence.raw("assign.tsv"), self.outcome()
        raise_first("assign.tsv", outcome.files["assign.tsv"], found)
        return Note("check.assignment", {"slots": len(outcome.board.holders)})

    def check_unfilled(self) -> Note:
        """Each slot left unfilled could not have been filled: its certificate holds."""
        claimed, outcome = self.claimed().unfilled, self.outcome()
        failures = outcome.failures
        choose = team_preferences(outcome.inputs, outcome.seed, outcome.inputs.tables.inspectors)
        for failure in failures:
            entries = {entry for entry, _ in failure.slots}
            pref = {slot: people for entry in entries for slot, people in choose(entry).items()}
            if not failure.holds(pref):
                raise Difference("check.certificate", file="assign.tsv", found="\t".join(map(str, failure.slot)))
        if claimed != len(failures):
            raise member_difference("unfilled", len(failures), claimed)
        return Note("check.unfilled", {"count": len(failures)})

    def check_result(self) -> Note:
        """The members of result.json that no other check names."""
        claimed, result = asdict(self.claimed()), asdict(self.recomputed())
        for member in ("draw", "manifest"):
            if claimed[member] != result[member]:
                raise member_difference(member, result[member], claimed[member])
        for member, value in result.items():
            if member not in ELSEWHERE and claimed[member] != value:
                raise member_difference(member, value, claimed[member])
        return Note("check.result")

    # 9 to 11

    def check_events(self) -> Note:
        """Every event is allowed where it stands; its value is the state after the last."""
        events: Sequence[Event] = self.evidence.take("events.tsv")
        state = replay(self.outcome(), events)
        params = {"count": len(events), "vacant": len(state.vacant), "short": sum(state.short.values())}
        return Note("check.events", params, value=state)

    def check_state(self) -> Note:
        """The state after the last event, byte for byte."""
        found = self.evidence.raw("state.tsv")
        state: State = self.ledger.value("events")
        raise_first("state.tsv", state.table(), found)
        return Note("check.state", {"entries": len(state.board.teams), "done": len(state.subjects("done"))})

    def events_of(self, kind: str) -> list[Event]:
        """Return the events of one kind; none when the bundle holds no events."""
        if "events.tsv" not in self.evidence.files:
            return []
        return [event for event in self.evidence.take("events.tsv") if event.kind == kind]

    def check_sequence(self) -> Note:
        """This manifest has a result or a void; the plan's other manifests are in their own bundles."""
        sequence, voids = self.manifest().sequence, len(self.events_of("void"))
        if "result.json" not in self.evidence.files and not voids:
            raise Absent("check.sequence-open", sequence=sequence)
        return Note("check.sequence", {"sequence": sequence, "voids": voids})

    def check_reveal(self) -> Note:
        """A sealed draw is revealed; whether in time only outside time can say."""
        manifest, reveals = self.manifest(), self.events_of("reveal")
        if manifest.mode == "open":
            return Note("check.reveal-open")
        if reveals:
            self.check_secret(reveals[0])
            raise Absent("check.revealed", day=manifest.reveal_by)
        if self.events_of("void"):
            raise Difference("check.void-unrevealed", file="events.tsv")
        return Note("check.unrevealed", {"day": manifest.reveal_by}, WARN)

    def check_secret(self, reveal: Event) -> None:
        """A reveal whose replay is refused is none."""
        if "result.json" in self.evidence.files:
            self.ledger.value("events")
        source = next(source for source in self.manifest().randomness if source.type == COMMIT)
        published = self.ledger.value(f"value:{source.id}", f"randomness:{source.id}")
        if published != reveal.detail:
            raise Difference("check.secret-differs", file="events.tsv", line=reveal.sequence, expected=published)


def raise_first(file: str, expected: bytes, found: bytes) -> None:
    """Raise the first difference of a file, if there is one."""
    difference = first_difference(file, expected, found)
    if difference is not None:
        raise difference
