"""Ask to move: an export that another installation takes in, bound to the person's identity."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.secrecy.identities import identity_digests
from app.secrecy.move_proofs import move_proof
from app.store.database import Connection
from app.store.people.moves import add_move
from app.usecases.people.find_people import find_people
from behaviours.exports.moving import AskedMove, IdentityNotYours, new_move


def ask_move(
    connection: Connection,
    participant_id: UUID,
    *,
    audience: str,
    identity: str,
    own_key_id: str,
    identity_key: bytes,
    clock: Clock,
) -> AskedMove:
    """The move to the installation whose key ``audience`` names, kept with the account.

    Refuses with IdentityNotYours unless this identity leads to the account, and MoveStays.
    """
    spelled = identity_digests(identity, identity_key)
    if find_people(connection, [spelled]).get(spelled) != participant_id:
        raise IdentityNotYours("account", pointer="/identity")
    move = new_move(new_id(), audience, own_key_id=own_key_id, now=clock.now())
    add_move(connection, participant_id, move)
    return AskedMove(move, move_proof(identity, move.move_id, audience))
