"""The signatures of an operator and of an authority, who are two people."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.verifying import sign, signatures
from rewards.signing import SamePersonTwice

ROLES = ("authority", "operator")


def missing_signatures(
    connection: Connection, bundle_id: UUID, verb: str, *, role: str, user_id: UUID, now: datetime
) -> list[str]:
    """Sign ``verb`` for ``role`` and tell which roles have not signed yet.

    Signing again for the same role changes nothing. Raises SamePersonTwice.
    """
    sign(
        connection,
        kind="bundle",
        subject_id=bundle_id,
        verb=verb,
        role=role,
        user_id=user_id,
        now=now,
    )
    signed = signatures(connection, kind="bundle", subject_id=bundle_id, verb=verb)
    if len({each.user_id for each in signed}) < len(signed):
        raise SamePersonTwice("The second signature must be another person's, of the other role.")
    return [each for each in ROLES if each not in {signature.role for signature in signed}]
