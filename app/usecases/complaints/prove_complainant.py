"""Prove that somebody filed a complaint without an account: by its number and its secret."""

from __future__ import annotations

import hmac
from typing import Final

from app.secrecy.complaint_secrets import secret_digest
from app.store.complaints.complainants import secret_of
from app.store.database import Connection
from behaviours.complainants import ComplaintSecretWrong
from behaviours.complaint_numbers import read_number
from behaviours.complaint_refusals import UnknownComplaint
from behaviours.complaints import COMPLAINANT
from behaviours.viewer import Viewer

# Compared with where there is no such complaint, so that the answer takes as long.
_NOBODYS: Final = bytes(32)


def prove_complainant(connection: Connection, number: str, secret: str) -> Viewer:
    """Who complained. Raises ComplaintSecretWrong, alike whatever is wrong."""
    try:
        found = secret_of(connection, read_number(number))
    except UnknownComplaint:
        found = None
    whose, kept = found or (None, _NOBODYS)
    if not hmac.compare_digest(kept, secret_digest(secret)) or whose is None:
        raise ComplaintSecretWrong
    return Viewer(COMPLAINANT, whose)
