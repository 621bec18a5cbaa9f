"""Read a code that a person can still show, to draw it."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.redemption.codes import get_code
from behaviours.viewer import Viewer
from rewards.redemption import code as codes
from rewards.redemption.refusals import UnknownRedemption


def read_own_code(
    connection: Connection, viewer: Viewer, code: str, *, code_key: bytes, now: datetime
) -> codes.TillCode:
    """The viewer's own, while it is good. Raises UnknownRedemption."""
    known = get_code(connection, codes.digest(code, code_key))
    if known is None or viewer.tenant_id is None or not known.is_shown_to(viewer.tenant_id, now):
        raise UnknownRedemption("own_code")
    return known
