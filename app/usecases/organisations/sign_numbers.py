"""Sign what an issuer's numbers are like from a day on, or what is better known of them since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, tzinfo

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.versions import raise_epoch
from app.store.organisations.issuers import find_issuers, state_shapes
from app.usecases.organisations.sign_proposal import sign_proposal
from behaviours.civil_time import civil_day
from behaviours.issuers import ISSUER, DatedNumbers, Issuer, NumberShape, UnknownIssuer
from behaviours.json_value import Json
from behaviours.logbook import LoggedSubject
from behaviours.proposals import STATE_NUMBERS, Proposing
from behaviours.refusal import found_or
from behaviours.viewer import Viewer


def sign_numbers(
    connection: Connection,
    code: str,
    numbers: Sequence[NumberShape],
    *,
    since: date | None,
    by: Viewer,
    zone: tzinfo,
    clock: Clock,
) -> tuple[Issuer, list[str]]:
    """The issuer, and the roles that have yet to sign the same; with none its numbers are of these
    shapes from that day on (None: today) until what was said of a later one, and of others nothing
    is said. Of days before holds what was said of them.

    What was recorded stays recorded and claimed; what stands so already is answered as it is.
    Raises UnknownIssuer, NumberShapeWrong and SamePersonTwice.
    """
    # First, so that whoever else says something of issuers at this moment waits.
    raise_epoch(connection)
    found = found_or(find_issuers(connection, [code]).get(code), UnknownIssuer("issuer"))
    replace(found, numbers=tuple(numbers)).check_numbers()
    now = clock.now()
    dated = DatedNumbers(since or civil_day(now, zone), tuple(numbers))
    if found.says(dated):
        return found, []
    shapes: list[Json] = [dict(each._asdict()) for each in numbers]
    terms = {"numbers": shapes, "since": dated.since.isoformat()}
    said = Proposing(LoggedSubject(ISSUER, code), STATE_NUMBERS, terms)
    awaiting = sign_proposal(connection, said, by=by, now=now)
    if awaiting:
        return found, awaiting
    state_shapes(connection, code, dated, now=now)
    return find_issuers(connection, [code])[code], []
