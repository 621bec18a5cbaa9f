"""Sign what was done to a client of an organisation: once for each of its secrets, and logged."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.signing import sign
from behaviours.clients import NamedClient
from behaviours.logbook import LoggedSubject
from behaviours.viewer import Viewer
from rewards.signing import Matter, signature_of

_CLIENT = "client"


def sign_client(
    connection: Connection,
    named: NamedClient,
    step: str,
    *,
    secret_id: UUID | None = None,
    by: Viewer,
    clock: Clock,
) -> None:
    """Keep who took the step; ``secret_id`` where it is taken again for another secret."""
    of_secret = f":{secret_id.hex}" if secret_id else ""
    matter = Matter(_CLIENT, named.organisation_id, f"{step}:{named.client_id}{of_secret}")
    subject = LoggedSubject(_CLIENT, named.client_id)
    sign(connection, matter, signature_of(by, clock.now()), subject=subject)
