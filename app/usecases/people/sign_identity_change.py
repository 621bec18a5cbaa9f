"""Sign a change of identity: the second person, of the other role, carries it out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.secrecy.identities import bound_identity, identity_digests
from app.store.database import Connection
from app.store.organisations.revocations import revoke
from app.store.people.data_keys import data_keys_of
from app.store.people.enrolment import hold_account
from app.store.people.identities import bind_identity, free_former, keep_former
from app.store.people.identity_changes import KIND, VERB, end_change
from app.store.people.links import end_links
from app.store.signing import sign_by
from app.usecases.people.check_new_identity import check_new_identity
from app.usecases.people.find_identity_change import find_identity_change
from app.usecases.people.find_people import find_people
from behaviours.identity_change import DONE, REASSIGNED, IdentityChange
from behaviours.links import REASSIGNED as LINKS_REASSIGNED
from behaviours.people import check_open
from behaviours.viewer import Viewer
from rewards.signing import Matter


class ChangeSigned(NamedTuple):
    """The change after a signature, and the names under which tokens are now revoked."""

    change: IdentityChange
    revoked: list[str]


def sign_identity_change(
    connection: Connection,
    participant_id: UUID,
    change_id: UUID,
    *,
    identity: str,
    evidence_sha256: bytes,
    viewer: Viewer,
    identity_key: bytes,
    signed_for: timedelta,
    access_lifetime: timedelta,
    clock: Clock,
) -> ChangeSigned:
    """Let the new identity lead to the account, once both roles have read the same of it.

    A role that has signed changes nothing by signing again. Where the former number is somebody
    else's now, it is free, and what opened the account by a provider's word is unlinked.

    Refuses with UnknownOfPerson, IdentityChangeEnded, IdentityNoticeRuns, IdentityEvidenceDiffers,
    SamePersonTwice, IdentityUnchanged, IdentityTaken or IdentityOwes.
    """
    found = find_identity_change(connection, participant_id, change_id)
    if found.ended is None and viewer.role in found.signed:
        return ChangeSigned(found, [])
    digests = identity_digests(identity, identity_key)
    digest, *of_old = digests
    # The identity before the account, as enrolment takes them.
    bound = bind_identity(connection, digest, participant_id)
    check_open(is_open=hold_account(connection, participant_id))
    now = clock.now()
    found = find_identity_change(connection, participant_id, change_id)
    found.check_signable(now, signed_for)
    _check_read(connection, found, digest, evidence_sha256)
    # What was bound just now may stand there in another spelling.
    others = (tuple(of_old),) if bound else (digests,)
    owner = next(iter(find_people(connection, others).values()), None)
    check_new_identity(connection, participant_id, digests, owner=owner)
    until = clock.real_now() + access_lifetime
    revoked = _carry_out(connection, found, digest, by=viewer, until=until, now=now)
    return ChangeSigned(find_identity_change(connection, participant_id, change_id), revoked)


def _check_read(
    connection: Connection, found: IdentityChange, digest: bytes, evidence_sha256: bytes
) -> None:
    person, change_id = found.asked.participant_id, found.asked.change_id
    data_key = data_keys_of(connection, [person])[person]
    found.check_same(
        bound_digest=bound_identity(digest, change_id.bytes, data_key),
        evidence_sha256=evidence_sha256,
    )


def _carry_out(
    connection: Connection,
    found: IdentityChange,
    digest: bytes,
    *,
    by: Viewer,
    until: datetime,
    now: datetime,
) -> list[str]:
    """Sign as the last one, and let the new identity lead to the account; the names under which
    tokens are revoked, ``until`` they would have ended by themselves."""
    awaiting = sign_by(connection, Matter(KIND, found.asked.change_id, VERB), by, now)
    assert not awaiting, "the other role signed when it asked"
    revoked = _change(connection, found, digest, now)
    revoke(connection, [(name, until) for name in revoked])
    assert by.user_id is not None, "somebody signs"
    end_change(connection, found, DONE, by=by.user_id, at=now)
    return revoked


def _change(
    connection: Connection, found: IdentityChange, digest: bytes, now: datetime
) -> list[str]:
    participant_id = found.asked.participant_id
    if found.asked.reason != REASSIGNED:
        keep_former(connection, participant_id, but=digest, now=now)
        return []
    free_former(connection, participant_id, but=digest)
    ended = end_links(connection, participant_id, ids=None, because=LINKS_REASSIGNED, now=now)
    return [f"lnk:{each.hex}" for each in ended]
