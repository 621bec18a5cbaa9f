"""Installations, registered and confirmed without a console."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from app.ids import new_id
from app.usecases.recording.confirm_installations import (
    ConfirmingInstallation,
    confirm_installations,
)
from app.usecases.recording.register_installations import register_installations
from app.wiring import Wiring
from behaviours.actions.installation import Holder
from behaviours.actions.registering import NewInstallation
from behaviours.viewer import Viewer


def an_installation(
    wiring: Wiring,
    person: UUID,
    provider: UUID,
    *,
    number: str,
    issuer: str | None = None,
    kind: str = "pv_plant",
    capacity: str | None = "100",
    commissioned_on: str = "2024-01-01",
    confirmed: bool = True,
) -> UUID:
    """An installation that the person holds, as the provider reports it; its id."""
    new = NewInstallation(
        kind,
        number,
        Holder(person, None),
        date.fromisoformat(commissioned_on),
        "CN-44",
        "Contract",
        issuer=issuer,
        capacity=Decimal(capacity) if capacity else None,
        capacity_unit="kW" if capacity else None,
    )
    (made,) = wiring.database.transact(
        register_installations,
        [new],
        viewer=Viewer("provider", provider),
        reported_by="provider:test",
        rulebook=wiring.rulebook,
        clock=wiring.clock,
    )
    if confirmed:
        wiring.database.transact(
            confirm_installations,
            [ConfirmingInstallation(made.installation_id, "Seen")],
            viewer=Viewer("operator", None, new_id()),
            confirmed_by="operator:test",
            clock=wiring.clock,
        )
    return made.installation_id
