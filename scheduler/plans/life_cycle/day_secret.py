"""The office's secret behind the days of a plan's visits: committed before the lottery's values exist.

The months are drawn in the open, so the lottery's seed is known to everybody once the plan is published; days drawn
with it alone could be foretold by whoever knows who is due in a month. So one more source joins the transcript of
protocol section 4, as in the sealed mode of section 3: a secret that the office committed at the seal, when no value
was known, so that it could not choose what the secret does. Commitment = H("double-random/1/commit" LF draw LF `days`
LF secret LF); the seed of the days = H(seed.txt, then "source" TAB n TAB `days` TAB secret LF). The commitment stands
in the sealed plan.json (`scheduler.plans.life_cycle.binding`), so the public has it before any value exists.

It is given away when the plan is closed: then every month's days can be recomputed by anybody.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.draws.models import OfficeSecret
from scheduler.draws.protocol.selection import seed_of
from scheduler.randomness.commitment import commitment, new_secret

SOURCE = "days"


def commit_days(session: Session, lottery: str) -> str:
    """Keep a new secret for the days that follow from a lottery and return its commitment."""
    secret = new_secret()
    committed = commitment(lottery, SOURCE, secret)
    session.add(OfficeSecret(commitment=committed, draw_id=_name(lottery), source_id=SOURCE, secret=secret))
    session.flush()
    return committed


def find_secret(session: Session, lottery: str) -> OfficeSecret | None:
    """Return the secret of a lottery's days; None where the lottery was sealed before there was one."""
    return session.scalars(select(OfficeSecret).where(OfficeSecret.draw_id == _name(lottery))).first()


def days_seed(transcript: bytes, secret: str) -> str:
    """Return the seed of the days from a lottery's `seed.txt` and the secret."""
    number = transcript.count(b"\nsource\t")
    return seed_of(transcript + f"source\t{number}\t{SOURCE}\t{secret}\n".encode())


def _name(lottery: str) -> str:
    """Return the name the secret is kept under: it is no source of the lottery itself."""
    return f"{lottery}-{SOURCE}"
