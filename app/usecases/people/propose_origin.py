"""Propose an origin; who proposes it has signed it."""

from __future__ import annotations

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.people.origins import add_origin
from app.store.signing import sign
from behaviours.exports.origins import ORIGIN, OriginTaken, RecordOrigin, check_origin_keys
from behaviours.identity_services import ADMIT, PROPOSED
from behaviours.json_value import JsonObject
from behaviours.viewer import Viewer
from rewards.signing import Matter, missing_roles, signature_of


def propose_origin(
    connection: Connection,
    *,
    name: str,
    keys: JsonObject,
    own_key_id: str,
    by: Viewer,
    clock: Clock,
) -> tuple[RecordOrigin, list[str]]:
    """The origin as it waits, and whose signatures it awaits.

    Refuses with OriginKeysWrong or OriginTaken.
    """
    check_origin_keys(keys, own_key_id)
    now = clock.now()
    proposed = RecordOrigin(new_id(), name, keys, PROPOSED, now)
    if not add_origin(connection, proposed):
        raise OriginTaken(pointer="/name")
    matter = Matter(ORIGIN, proposed.origin_id, ADMIT)
    return proposed, missing_roles(sign(connection, matter, signature_of(by, now)))
