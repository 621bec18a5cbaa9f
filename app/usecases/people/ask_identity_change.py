"""Ask for another identity to lead to an account; who asks has signed it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.secrecy.identities import bound_identity, identity_digests, plain_identity
from app.store.database import Connection
from app.store.people.data_keys import data_keys_of
from app.store.people.enrolment import hold_account
from app.store.people.identity_changes import KIND, VERB, add_change, changes_of
from app.store.signing import sign
from app.usecases.people.check_new_identity import check_new_identity
from app.usecases.people.find_identity_change import find_identity_change
from app.usecases.people.find_people import find_people
from behaviours.identity_change import IdentityChange, NewIdentity
from behaviours.people import IdentityEmpty, check_open
from behaviours.viewer import Viewer
from rewards.signing import Matter, signature_of


def ask_identity_change(
    connection: Connection,
    participant_id: UUID,
    wanted: NewIdentity,
    *,
    viewer: Viewer,
    identity_key: bytes,
    notice: timedelta,
    signed_for: timedelta,
    clock: Clock,
) -> IdentityChange:
    """The change as it waits: the person is told from now on, and can stop it.

    Refuses with IdentityEmpty, UnknownOfPerson, IdentityChangeWaits, IdentityUnchanged,
    IdentityTaken or IdentityOwes. Nothing is reserved: all of it is looked at again at the end.
    """
    if not plain_identity(wanted.identity):
        raise IdentityEmpty(pointer="/identity")
    check_open(is_open=hold_account(connection, participant_id))
    now = clock.now()
    for last in changes_of(connection, participant_id, before=None, limit=1):
        last.check_over(now, signed_for)
    digests = identity_digests(wanted.identity, identity_key)
    owner = find_people(connection, [digests]).get(digests)
    check_new_identity(connection, participant_id, digests, owner=owner)
    assert viewer.user_id is not None, "somebody asks"
    change_id = new_id()
    data_key = data_keys_of(connection, [participant_id])[participant_id]
    bound = bound_identity(digests[0], change_id.bytes, data_key)
    asked = wanted.asked(participant_id, change_id, bound, viewer.user_id, now, notice)
    add_change(connection, asked)
    sign(connection, Matter(KIND, change_id, VERB), signature_of(viewer, now))
    return find_identity_change(connection, participant_id, change_id)
