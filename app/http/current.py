"""The parts of the running application, for routes."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from flask import current_app

from app.auth import EXTENSION, caller
from app.clock import Clock
from app.secrecy.signatures import public_key_of
from app.wiring import Wiring
from behaviours.signed_document import key_id
from behaviours.viewer import Viewer


class ByCaller(TypedDict):
    """What a verb is told besides its own matter: who acts, and the clock to read."""

    by: Viewer
    clock: Clock


def wiring() -> Wiring:
    """The wiring of the application that answers this request."""
    parts: Wiring = current_app.extensions[EXTENSION]
    return parts


def asking_participant() -> UUID:
    """The participant who asks; for routes that admit participants only."""
    person = caller().tenant_id
    assert person is not None, "a participant's token names the participant"
    return person


def asking_organisation() -> UUID:
    """The organisation that asks; for routes that admit organisations only."""
    organisation_id = caller().tenant_id
    assert organisation_id is not None, "an organisation's token names the organisation"
    return organisation_id


class ByUser(TypedDict):
    """The same of a verb that asks no more than who acts."""

    by: UUID
    clock: Clock


def by_user() -> ByUser:
    """The user who asks acts, by the clock of the programme."""
    return {"by": caller().user_id, "clock": wiring().clock}


def by_caller() -> ByCaller:
    """Whoever asks acts, by the clock of the programme."""
    return {"by": caller().viewer, "clock": wiring().clock}


def own_key_id() -> str:
    """The name of the key that this installation signs with, as others know it."""
    return key_id(public_key_of(wiring().settings.signing_key))


def now() -> datetime:
    """The programme's time, in UTC; in test mode it can be moved."""
    return wiring().clock.now()
