"""The checks of the lottery of an annual plan (sections 11 and 13), on the kernel."""

from __future__ import annotations

from collections import Counter

from scheduler.draws.protocol.lottery import Plan, draw_plan
from scheduler.draws.protocol.tables import ENTERPRISES
from scheduler.records.ceremony_checks import (
    check_bundle_files,
    check_digest,
    check_seed,
    check_tables,
    run_envelope_checks,
    run_randomness_checks,
)
from scheduler.records.checks import Absent, Difference, Ledger, Note, first_difference
from scheduler.records.evidence import Evidence


class PlanChecks:
    """Runs every check of a plan's lottery over the evidence; the ledger keeps the outcomes."""

    def __init__(self, evidence: Evidence, ledger: Ledger) -> None:
        self.evidence = evidence
        self.ledger = ledger

    def run(self) -> None:
        """Make all checks."""
        run, evidence = self.ledger.run, self.evidence
        run(1, "files", lambda: check_bundle_files(evidence))
        run(1, "tables", lambda: check_tables(evidence, {ENTERPRISES.file: self.plan().file}))
        run(1, "classes", self.check_classes)
        run(2, "manifest", lambda: check_digest(evidence))
        run_envelope_checks(self.ledger, evidence)
        run_randomness_checks(self.ledger, evidence, self.subject())
        run(5, "seed", lambda: check_seed(self.ledger, evidence, self.plan().plan))
        run(6, "months", self.check_months)

    def plan(self) -> Plan:
        """Return the plan."""
        plan: Plan = self.evidence.root
        return plan

    def subject(self) -> str:
        """Return the id of the plan, empty while plan.json is refused."""
        try:
            return self.plan().plan
        except Absent:
            return ""

    def check_classes(self) -> Note:
        """Populations are those of the table, and the counts of the patterns add up to them."""
        self.evidence.refusal_of_root("classes")
        plan, (ids, classes) = self.plan(), self.evidence.take(ENTERPRISES.file)
        found, sealed = Counter(classes), {item.id: item.population for item in plan.classes}
        for name in sorted(found.keys() | sealed.keys()):
            if found[name] != sealed.get(name):
                expected, claimed = str(found[name]), str(sealed.get(name))
                raise Difference(
                    "check.class-differs",
                    file="plan.json",
                    line=1,
                    expected=expected,
                    found=claimed,
                    params={"name": name},
                )
        return Note("check.classes", {"classes": len(plan.classes), "enterprises": len(ids)})

    def check_months(self) -> Note:
        """Who is visited in which months, byte for byte."""
        found = self.evidence.raw("months.tsv")
        for name in ("tables", "classes"):
            self.ledger.value(name)
        values: dict[str, str] = self.ledger.value("transcript", "seed")[1]
        root, table = self.evidence.files["plan.json"], self.evidence.files[ENTERPRISES.file]
        _, files = draw_plan(root, table, values)
        difference = first_difference("months.tsv", files["months.tsv"], found)
        if difference is not None:
            raise difference
        return Note("check.months", {"enterprises": files["months.tsv"].count(b"\n")})
