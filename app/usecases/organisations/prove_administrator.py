"""Prove that it is an administrator of the organisation who is to see a secret: by a fresh code."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.secrecy.one_time_codes import GivenCode
from app.store.database import Connection
from app.store.organisations.users import hold_user
from app.usecases.organisations.prove_code import prove_code
from behaviours.clients import UnknownClient, check_holds_secrets, sees_clients
from behaviours.refusal import Refusal
from behaviours.users import UsersOnly
from behaviours.viewer import Viewer


def prove_administrator(
    connection: Connection,
    organisation_id: UUID,
    shown: GivenCode,
    *,
    by: Viewer,
    clock: Clock,
) -> Refusal | None:
    """None once it is proven; a refusal that was counted is returned, to be committed.

    Raises UnknownClient where the asker may not know of the organisation's clients, UsersOnly and
    NotAdministrator.
    """
    if not sees_clients(by, organisation_id):
        raise UnknownClient("client")
    held = hold_user(connection, by.user_id) if by.user_id else None
    if held is None or not held.user.is_staff or held.user.has_ended:
        raise UsersOnly
    check_holds_secrets(held.user, organisation_id)
    return prove_code(connection, held.user, shown, clock=clock)
