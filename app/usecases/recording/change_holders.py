"""Change holders: one holder's installation ends and the next one's begins at the same instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.recording.installations import add_installations
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.recording.check_holders import check_holders
from app.usecases.recording.end_installations import EndingInstallation, end_installations
from behaviours.actions.installation import (
    REPORTED,
    Holder,
    InstallationNotYours,
    RegisteredInstallation,
    Testimony,
)
from behaviours.organisations import PROVIDER
from behaviours.viewer import Viewer


class ChangingHolder(NamedTuple):
    """One installation that ends, whose it is from then on, and what shows that."""

    ending: EndingInstallation
    holder: Holder
    evidence: str


def change_holders(
    connection: Connection,
    asked: Sequence[ChangingHolder],
    *,
    viewer: Viewer,
    changed_by: str,
    zone: tzinfo,
    clock: Clock,
) -> list[RegisteredInstallation]:
    """The installations of the new holders, each to be confirmed like any other.

    By the provider that reported it, or an operator; raises what ``end_installations`` and
    ``register_installations`` raise.
    """
    check_taking_part(connection, [viewer.tenant_id])
    # People before what they hold: in the order in which recording takes its locks.
    check_holders(connection, [one.holder for one in asked], viewer=viewer)
    ended = end_installations(
        connection,
        [one.ending for one in asked],
        viewer=viewer,
        ended_by=changed_by,
        zone=zone,
        clock=clock,
    )
    now = clock.now()
    begun = [
        _begun(before, said, installation_id, viewer=viewer, changed_by=changed_by, now=now)
        for before, said, installation_id in zip(ended, asked, new_ids(len(asked)), strict=True)
    ]
    written = add_installations(connection, begun)
    assert len(written) == len(begun), "an ended installation leaves its number free"
    return begun


def _begun(
    before: RegisteredInstallation,
    said: ChangingHolder,
    installation_id: UUID,
    *,
    viewer: Viewer,
    changed_by: str,
    now: datetime,
) -> RegisteredInstallation:
    """The installation of the next holder, from the instant at which the one before ended."""
    by_reporter = viewer.role == PROVIDER and viewer.tenant_id == before.reporter_id
    if not viewer.sees_all and not by_reporter:
        raise InstallationNotYours("pass_on")
    at = before.installation.ended_at
    reporter = viewer.tenant_id or viewer.user_id
    assert reporter is not None
    return RegisteredInstallation(
        installation_id,
        said.holder,
        replace(before.installation, state=REPORTED, held_from=at, ended_at=None),
        before.digest,
        said.evidence,
        reporter,
        Testimony(changed_by, now, ""),
        follows=before.installation_id,
    )
