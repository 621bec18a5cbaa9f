"""Issuers of numbers, registered without a console."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from app.clock import StandingClock
from app.ids import new_id
from app.usecases.organisations.admit_for_issuer import admit_for_issuer
from app.usecases.organisations.register_issuers import register_issuers
from app.wiring import Wiring
from behaviours.issuers import NEVER, Issuer


def an_issuer(
    wiring: Wiring,
    code: str | None = None,
    *,
    kinds: Sequence[str] = ("ride",),
    per: str = NEVER,
    providers: Sequence[UUID] = (),
) -> str:
    """Register an issuer and admit the providers for it; its code."""
    code = code or f"i-{new_id().hex[-12:]}"
    new = Issuer(code, "发放方", "An issuer", tuple(kinds), per)
    operator, now = new_id(), datetime.now(UTC)
    wiring.database.transact(
        register_issuers, [new], kinds=kinds, registered_by=operator, clock=StandingClock(now)
    )
    if providers:
        wiring.database.transact(
            admit_for_issuer, code, providers, admitted_by=operator, clock=StandingClock(now)
        )
    wiring.rules.expect_news(wiring.database)
    return code
