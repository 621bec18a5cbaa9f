"""Prove that a user is who they say: by a password, and by a code of their authenticator."""

from __future__ import annotations

from app.clock import Clock
from app.secrecy.hashing import NOBODYS_PASSWORD, PASSWORDS, fits
from app.secrecy.one_time_codes import FactorTerms, GivenCode
from app.store.database import Connection
from app.store.organisations.users import find_credentials, hold_user
from app.usecases.organisations.prove_code import prove_code
from behaviours.organisations import InvalidGrant
from behaviours.refusal import Refusal
from behaviours.users import User


def authenticate_user(
    connection: Connection,
    username: str,
    password: str,
    *,
    code: str | None,
    terms: FactorTerms,
    clock: Clock,
) -> User | Refusal:
    """The user with this name, password and code.

    Raises InvalidGrant, which never says whether it was the name or the password. What is refused
    after the password was right is returned, because what was counted must be committed with it.
    """
    found = find_credentials(connection, username)
    kept = found.password_hash if found else None
    # An unknown name takes as long as a wrong password.
    right = fits(PASSWORDS, kept or NOBODYS_PASSWORD, password)
    if found is None or kept is None or not right:
        raise InvalidGrant("password_wrong")
    if not found.user.is_staff:
        return found.user
    held = hold_user(connection, found.user.user_id)
    if held is None or held.user.version != found.user.version:
        raise InvalidGrant("password_wrong")
    if held.user.is_locked:
        return InvalidGrant("user_locked")
    refused = prove_code(connection, held.user, GivenCode(code, terms), clock=clock)
    return refused or held.user
