"""SQL of kept claims: what the actions of people hold whose evidence is shredded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict
from uuid import UUID

import orjson
from sqlalchemy import text

from app.store.database import Connection
from behaviours.actions.claims import Claims
from behaviours.actions.stored_action import StoredAction
from behaviours.rules.in_force import ProgrammeRulebook

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
    digests and begins of a meter's, ``sides`` groups and first days of their periods. What waits
    also holds ``limits``: codes, first days of their periods, and how much of them.
    """

    keys: list[str]
    rides: list[str]
    meters: list[tuple[str, str]]
    sides: list[tuple[str, str]]
    limits: NotRequired[list[tuple[str, str, int]]]


def digest_of(kept: str) -> bytes:
    """A digest as it is kept in ``keys`` and ``meters``."""
    return bytes.fromhex(kept.removeprefix("\\x"))


def _held(claims: Claims, secret: bytes) -> KeptClaims:
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


def keep_claims(
    connection: Connection, actions: Sequence[StoredAction], rulebook: ProgrammeRulebook
) -> None:
    """Keep what these actions hold, of those that hold anything; their evidence is still there."""
    holding = [one for one in actions if one.holds_claims]
    if not holding:
        return
    kept = [_held(one.claims_by(rulebook), rulebook.claiming.key) for one in holding]
    connection.execute(
        _KEEP,
        {
            "participant_ids": [one.participant_id for one in holding],
            "action_ids": [one.action_id for one in holding],
            "claims": [orjson.dumps(claims).decode() for claims in kept],
        },
    )


def kept_claims_of(
    connection: Connection, action_ids: Sequence[UUID]
) -> list[tuple[UUID, UUID, KeptClaims]]:
    """(person, action, what it holds) of those that were kept."""
    rows = connection.execute(_READ, {"ids": list(action_ids)})
    return [(row.participant_id, row.action_id, row.claims) for row in rows]
