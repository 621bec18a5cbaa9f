"""People with a password of their own, and their browsers."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from app.ids import new_id
from app.store.people.consents import NewConsent, add_consents
from app.usecases.organisations.create_user import NewUser, create_user
from app.wiring import Wiring
from behaviours.people import BY_API, Consent


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


def agreeing(wiring: Wiring, person: UUID, provider: UUID) -> None:
    """The person agreed two months ago that the provider reports what they travel."""
    agreed_at = wiring.clock.now() - timedelta(days=60)
    consent = Consent(new_id(), provider, "travel", "2026-01", agreed_at, agreed_at, None, BY_API)
    wiring.database.transact(add_consents, [NewConsent(person, consent)])
