"""The signatures of an operator and of an authority on one content, who are two people."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.signing import sign
from app.usecases.methodologies.standing import Actor, subject_of
from rewards.signing import Matter, Signature, missing_roles


def missing_signatures(
    connection: Connection, code: str, version: str, verb: str, *, by: Actor, now: datetime
) -> list[str]:
    """Sign ``verb`` and tell which roles have not signed yet.

    ``verb`` names what exactly is signed (a revision, a day), so that a signature never counts
    for anything else. Signing again for the same role changes nothing. Raises SamePersonTwice.
    """
    matter = Matter("methodology", subject_of(code, version), verb)
    return missing_roles(sign(connection, matter, Signature(by.role, by.user_id, now)))
