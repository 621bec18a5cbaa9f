"""Stop a way back that somebody began: what was signed is void, and the link is good no more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.one_time_links import recovery_good_from, replace_links
from app.store.organisations.users import UserStep, hold_user, keep_step, recovery_signatures
from app.usecases.organisations.find_actor import find_actor
from behaviours.one_time_links import RECOVERY
from behaviours.refusal import found_or
from behaviours.users import STOP_RECOVERY, RecoveryNotOpen, UnknownUser, User
from behaviours.viewer import Viewer


def stop_recovery(
    connection: Connection,
    user_id: UUID,
    *,
    reason: str,
    by: Viewer,
    signed_for: timedelta,
    clock: Clock,
) -> User:
    """By the user, who has lost nothing then, or by anybody who administers them, alone.

    Raises UnknownUser, UsersOnly, NotAdministrator and RecoveryNotOpen.
    """
    held = found_or(hold_user(connection, user_id), UnknownUser("user"))
    held.user.check_seen_by(by)
    actor = find_actor(connection, by)
    if actor.user_id != user_id:
        held.user.check_administered_by(actor)
    now, real_now = clock.now(), clock.real_now()
    signed = recovery_signatures(connection, user_id, since=now - signed_for)
    if not signed and recovery_good_from(connection, user_id, now=real_now) is None:
        raise RecoveryNotOpen
    replace_links(connection, user_id, purpose=RECOVERY, now=real_now)
    step = UserStep(STOP_RECOVERY, actor.user_id, actor.role, reason)
    keep_step(connection, user_id, step, now=now)
    return held.user
