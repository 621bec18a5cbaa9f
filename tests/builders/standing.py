"""Organisations that are suspended, let in again and closed, through the use cases."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from app.store.database import Connection
from app.tokens import LONGEST_LIFETIME
from app.usecases.organisations.close_organisation import close_organisation
from app.usecases.organisations.lift_suspension import lift_suspension
from app.usecases.organisations.suspend_organisation import suspend_organisation
from app.wiring import Wiring
from behaviours.viewer import Viewer
from tests.builders.people import a_user

BECAUSE = {"ground": "false_reports", "reason": "Rides of people who were abroad."}


def staff(wiring: Wiring, role: str) -> Viewer:
    """Somebody of the programme."""
    return Viewer(role, None, a_user(wiring, role))


def suspending(wiring: Wiring, organisation_id: UUID) -> Callable[[Connection], Any]:
    """Suspend, in the transaction that this is given."""
    return partial(
        suspend_organisation,
        organisation_id=organisation_id,
        **BECAUSE,
        by=staff(wiring, "operator"),
        access_lifetime=LONGEST_LIFETIME,
        clock=wiring.clock,
    )


def suspended(wiring: Wiring, organisation_id: UUID) -> Any:
    return wiring.database.transact(suspending(wiring, organisation_id))


def lifted(wiring: Wiring, organisation_id: UUID) -> Any:
    """Both roles sign; what the second came to."""
    done = None
    for role in ("operator", "authority"):
        done = wiring.database.transact(
            lift_suspension,
            organisation_id,
            reason="It was corrected.",
            by=staff(wiring, role),
            clock=wiring.clock,
        )
    return done


def closing(wiring: Wiring, organisation_id: UUID, role: str) -> Callable[[Connection], Any]:
    """Sign the closing, in the transaction that this is given."""
    return partial(
        close_organisation,
        organisation_id=organisation_id,
        reason="The contract ended.",
        by=staff(wiring, role),
        access_lifetime=LONGEST_LIFETIME,
        clock=wiring.clock,
    )


def closed(wiring: Wiring, organisation_id: UUID) -> Any:
    """Both roles sign; what the second came to."""
    wiring.database.transact(closing(wiring, organisation_id, "operator"))
    return wiring.database.transact(closing(wiring, organisation_id, "authority"))
