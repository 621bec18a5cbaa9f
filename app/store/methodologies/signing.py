"""Signatures under a version: of an operator and of an authority, who are two people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from app.store.signing import sign
from behaviours.logbook import LoggedSubject
from behaviours.rules.lifecycle import subject_of
from behaviours.viewer import Viewer
from rewards.signing import Matter, Signature, missing_roles


def sign_version(
    connection: Connection, code: str, version: str, verb: str, *, by: Viewer, now: datetime
) -> list[str]:
    """Sign ``verb`` and tell which roles have not signed yet.

    ``verb`` names what exactly is signed (a revision, a day), so that a signature never counts
    for anything else. Signing again for the same role changes nothing. Raises SamePersonTwice.
    """
    assert by.user_id is not None, "somebody signs"
    matter = Matter("methodology", subject_of(code, version), verb)
    signature = Signature(by.role, by.user_id, now)
    subject = LoggedSubject("methodology", f"{code}@{version}")
    return missing_roles(sign(connection, matter, signature, subject=subject))
