"""People with a password of their own, and their browsers."""

from __future__ import annotations

import secrets
from typing import NamedTuple
from uuid import UUID

from app.usecases.organisations.create_user import NewUser, create_user
from app.wiring import Wiring


class WalletLogin(NamedTuple):
    """By what a person comes in."""

    username: str
    password: str


def a_wallet_login(wiring: Wiring, person: UUID) -> WalletLogin:
    """A login of the person's own."""
    login = WalletLogin(f"wallet-{secrets.token_hex(6)}", secrets.token_urlsafe(16))
    new = NewUser(*login, "participant", person)
    wiring.database.transact(create_user, [new], now=wiring.clock.now())
    return login
