"""Whose bills somebody reads: a merchant its own, who answers for the programme any merchant's."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import find_standing
from behaviours.organisations import UnknownOrganisation
from behaviours.viewer import Viewer
from rewards.redemption.merchant_statement import reads_bills_of

_MERCHANT = "merchant"


def whose_merchant(connection: Connection, viewer: Viewer, merchant_id: UUID | None) -> UUID:
    """The merchant that is asked about; None is the asker itself. Raises UnknownOrganisation."""
    if merchant_id is None or merchant_id == viewer.tenant_id:
        assert viewer.tenant_id is not None, "a merchant has an organisation"
        return viewer.tenant_id
    standing = find_standing(connection, merchant_id)
    known = standing is not None and standing.kind == _MERCHANT
    if not known or not reads_bills_of(viewer, merchant_id):
        raise UnknownOrganisation("organisation")
    return merchant_id
