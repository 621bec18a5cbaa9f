"""Enrol the people of a file who are not known yet, by what they agreed to with its provider."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.secrecy.identities import plain_identity
from app.store.database import Connection
from app.usecases.people.enrol import Enrolment, enrol
from behaviours.guardians import USUAL_CHILDHOOD, Childhood, born_on_of
from behaviours.people import BY_FILE, Consenting
from behaviours.scenes import Scenes


@dataclass(frozen=True, slots=True)
class AgreedText:
    """What people agreed to with the provider: a text's version, and since when (None: now).

    Who is too young agreed to nothing: no child comes to be enrolled by a file.
    """

    text_version: str
    granted_at: datetime | None
    childhood: Childhood = USUAL_CHILDHOOD


def enrol_of_file(
    connection: Connection,
    told: Sequence[tuple[str, str, Iterable[str]]],
    *,
    provider_id: UUID,
    agreement: AgreedText | None,
    identity_key: bytes,
    scenes: Scenes,
    clock: Clock,
) -> int:
    """How many were; ``told`` has the identity, region and behaviours of each row.

    Without an agreement nobody is.
    """
    if agreement is None or not told:
        return 0
    people: dict[str, tuple[str, set[str]]] = {}
    now = clock.now()
    for person, region, behaviours in told:
        born_on = born_on_of(plain_identity(person))
        if born_on is not None and now < agreement.childhood.ends(born_on):
            continue
        people.setdefault(person, (region, set()))[1].update(behaviours)
    done = enrol(
        connection,
        [
            Enrolment(person, region, _consents(behaviours, agreement))
            for person, (region, behaviours) in people.items()
        ],
        organisation_id=provider_id,
        identity_key=identity_key,
        scenes=scenes,
        clock=clock,
        childhood=agreement.childhood,
        channel=BY_FILE,
    )
    return sum(one.is_new for one in done)


def _consents(behaviours: set[str], agreement: AgreedText) -> tuple[Consenting, ...]:
    return tuple(
        Consenting(scene, agreement.text_version, agreement.granted_at)
        for scene in sorted(behaviours)
    )
