"""SQL of kept claims: what the actions of people hold whose evidence is shredded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

import orjson
from sqlalchemy import text

from app.store.database import Connection
from behaviours.actions.claims import Claims

_KEEP = text("""
    INSERT INTO kept_claim (participant_id, action_id, claims)
    SELECT * FROM unnest(:participant_ids ::uuid[], :action_ids ::uuid[], :claims ::jsonb[])
""")
_READ = text("""
    SELECT participant_id, action_id, claims FROM kept_claim WHERE action_id = ANY(:ids)
""")


class KeptClaims(TypedDict):
    """What one action holds, by digest and moment; the sender's own event is not among it.

    ``keys`` are digests of claims (``\\x…``), ``rides`` begins of a person's time, ``meters``
    digests and begins of a meter's, ``sides`` groups and first days of their periods.
    """

    keys: list[str]
    rides: list[str]
    meters: list[tuple[str, str]]
    sides: list[tuple[str, str]]


def held(claims: Claims, secret: bytes) -> KeptClaims:
    """What an action with these claims holds."""
    ride, meter = claims.person_interval, claims.meter
    return {
        "keys": [f"\\x{key.digest(secret).hex()}" for key in claims.keys],
        "rides": [ride[0].isoformat()] if ride else [],
        "meters": [(f"\\x{meter.subject.digest(secret).hex()}", meter.starts_at.isoformat())]
        if meter
        else [],
        "sides": [(side.group, side.period_start.isoformat()) for side in claims.exclusions],
    }


def keep_claims(connection: Connection, kept: Sequence[tuple[UUID, UUID, KeptClaims]]) -> None:
    """Keep what actions hold: (person, action, what it holds)."""
    if kept:
        connection.execute(
            _KEEP,
            {
                "participant_ids": [person for person, _, _ in kept],
                "action_ids": [action_id for _, action_id, _ in kept],
                "claims": [orjson.dumps(claims).decode() for _, _, claims in kept],
            },
        )


def kept_claims_of(
    connection: Connection, action_ids: Sequence[UUID]
) -> list[tuple[UUID, UUID, KeptClaims]]:
    """(person, action, what it holds) of those that were kept."""
    rows = connection.execute(_READ, {"ids": list(action_ids)})
    return [(row.participant_id, row.action_id, row.claims) for row in rows]
