"""The signatures of an operator and of an authority on one content, who are two people."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.pooling.verifying import sign, signatures
from app.usecases.methodologies.standing import Actor, subject_of
from rewards.signing import SamePersonTwice

ROLES = ("authority", "operator")
_KIND = "methodology"


def missing_signatures(
    connection: Connection, code: str, version: str, verb: str, *, by: Actor, now: datetime
) -> list[str]:
    """Sign ``verb`` and tell which roles have not signed yet.

    ``verb`` names what exactly is signed (a revision, a day), so that a signature never counts
    for anything else. Signing again for the same role changes nothing. Raises SamePersonTwice.
    """
    subject_id = subject_of(code, version)
    sign(
        connection,
        kind=_KIND,
        subject_id=subject_id,
        verb=verb,
        role=by.role,
        user_id=by.user_id,
        now=now,
    )
    signed = signatures(connection, kind=_KIND, subject_id=subject_id, verb=verb)
    if len({each.user_id for each in signed}) < len(signed):
        raise SamePersonTwice("The second signature must be another person's, of the other role.")
    return [each for each in ROLES if each not in {signature.role for signature in signed}]
