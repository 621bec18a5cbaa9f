"""Sign what an issuer's numbers are like, or what is better known of them than before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.versions import raise_epoch
from app.store.organisations.issuers import find_issuers, state_shapes
from app.usecases.organisations.sign_proposal import sign_proposal
from behaviours.issuers import ISSUER, Issuer, NumberShape, UnknownIssuer
from behaviours.json_value import Json
from behaviours.logbook import LoggedSubject
from behaviours.proposals import STATE_NUMBERS, Proposing
from behaviours.refusal import found_or
from behaviours.viewer import Viewer


def sign_numbers(
    connection: Connection, code: str, numbers: Sequence[NumberShape], *, by: Viewer, clock: Clock
) -> tuple[Issuer, list[str]]:
    """The issuer, and the roles that have yet to sign the same; with none its numbers are of these
    shapes from now on, and of others nothing is said.

    What was recorded stays recorded and claimed; what stands so already is answered as it is.
    Raises UnknownIssuer, NumberShapeWrong and SamePersonTwice.
    """
    # First, so that whoever else says something of issuers at this moment waits.
    raise_epoch(connection)
    found = found_or(find_issuers(connection, [code]).get(code), UnknownIssuer("issuer"))
    stated = replace(found, numbers=tuple(numbers))
    stated.check_numbers()
    if stated == found:
        return found, []
    shapes: list[Json] = [dict(each._asdict()) for each in numbers]
    said = Proposing(LoggedSubject(ISSUER, code), STATE_NUMBERS, {"numbers": shapes})
    awaiting = sign_proposal(connection, said, by=by, now=clock.now())
    if awaiting:
        return found, awaiting
    state_shapes(connection, stated)
    return stated, []
