"""Who looks or acts, by the organisation that they are of."""

from __future__ import annotations

from uuid import UUID

from behaviours.viewer import Viewer

OPERATOR = Viewer("operator", None)
AUTHORITY = Viewer("authority", None)


def enterprise(organisation_id: UUID) -> Viewer:
    """Somebody of an enterprise, or of an exchange."""
    return Viewer("enterprise", organisation_id)


def seller(organisation_id: UUID | None) -> Viewer:
    """Who sells for it: an operator for the programme, which is None."""
    return OPERATOR if organisation_id is None else enterprise(organisation_id)
