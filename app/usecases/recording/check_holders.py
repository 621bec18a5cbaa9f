"""Check holders: an installation is held by somebody who is there, and whom the sender may name."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.recording.installations import organisations_among, people_covered
from behaviours.actions.installation import Holder
from behaviours.actions.refusals import UnknownParticipant
from behaviours.organisations import PROVIDER
from behaviours.refusal import UnknownId
from behaviours.viewer import Viewer


class UnknownHolder(UnknownId):
    """There is no such organisation."""

    cases = ("organisation",)


def check_holders(connection: Connection, holders: Sequence[Holder], *, viewer: Viewer) -> None:
    """Hold the people's accounts and raise UnknownParticipant or UnknownHolder."""
    people = sorted({one.participant_id for one in holders if one.participant_id})
    if people:
        lock_accounts(connection, people)
        provider_id = viewer.tenant_id if viewer.role == PROVIDER else None
        if people_covered(connection, people, provider_id=provider_id) != set(people):
            raise UnknownParticipant(pointer="/participant_id")
    ids = {one.organisation_id for one in holders if one.organisation_id}
    if ids and organisations_among(connection, sorted(ids)) != ids:
        raise UnknownHolder("organisation", pointer="/organisation_id")
