"""Renew a login: a refresh token is good once, and its reuse ends the family.

When an answer is lost on the way, the client comes again with the token it has; for a minute the
immediate predecessor is therefore accepted once more (FAPI 2.0 forbids rotation without such a
way out). A reuse after that, or of an older token, means that two parties hold the family.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.credentials import user_is_open
from app.store.organisations.refreshing import end_family, hold_refresh_token, mark_used
from app.store.organisations.revocations import revoke
from app.usecases.organisations.refusals import InvalidGrant
from app.usecases.organisations.start_family import Refreshing, digest_of, issue

GRACE = timedelta(seconds=60)


def rotate_refresh(
    connection: Connection, token: str, *, access_lifetime: timedelta, now: datetime
) -> Refreshing | InvalidGrant:
    """The successor of ``token``.

    A refusal is returned, not raised, because the end of a family must be committed with it:
    access tokens of the family end too, and may live for ``access_lifetime``.
    """
    digest = digest_of(token)
    found = hold_refresh_token(connection, digest)
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        return InvalidGrant("The refresh token is not valid any more. Log in again.")
    user_id = UUID(hex=found.subject)
    if not user_is_open(connection, user_id):
        return InvalidGrant("This user may not come in any more.")
    if found.used_at is not None and (found.succeeded or now > found.used_at + GRACE):
        end_family(connection, found.family_id, now=now)
        revoke(connection, [(f"fam:{found.family_id.hex}", now + access_lifetime)])
        return InvalidGrant(
            "The refresh token was used before, so this login has ended everywhere. Log in again."
        )
    mark_used(connection, digest, now=now)
    return issue(
        connection,
        family_id=found.family_id,
        user_id=user_id,
        role=found.role,
        tenant_id=found.tenant_id,
        now=now,
    )
