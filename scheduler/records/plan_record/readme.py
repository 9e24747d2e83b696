"""README.txt of a plan's record, in Chinese and English: what it holds, what binds what, how to check it."""

from __future__ import annotations

from config.messages import render
from scheduler.plans.queries import PlanSummary


def write_readme(plan: PlanSummary, sha256: str, manifest: str | None) -> bytes:
    """Return the text; `sha256` is the document's, `manifest` the lottery's M, None before it is sealed."""
    parts = []
    for language in ("zh", "en"):
        named = {"plan": plan.plan_id, "version": plan.version, "title": plan.title, "sha256": sha256}
        parts.append(render("plan-record.readme.head", language, **named))
        lottery = "sealed" if manifest else "open"
        parts.append(render(f"plan-record.readme.{lottery}", language, digest=manifest))
        parts.append(render("plan-record.readme.verify", language))
        parts.append(render("verify.limits-plan-record", language))
        if manifest:
            parts.append(render("plan-record.readme.lottery", language))
        if plan.demonstration:
            parts.append(render("record.readme.demonstration", language))
    return ("\n\n".join(parts) + "\n").encode()
