"""Confirm installations: somebody who answers for it says that it is there, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.recording.installations import write_moves
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.recording.read_installations import read_installations
from behaviours.actions.installation import InstallationNotYours, RegisteredInstallation, Testimony
from behaviours.viewer import Viewer


class ConfirmingInstallation(NamedTuple):
    """One installation, and what was seen that shows it."""

    installation_id: UUID
    reason: str


def confirm_installations(
    connection: Connection,
    asked: Sequence[ConfirmingInstallation],
    *,
    viewer: Viewer,
    confirmed_by: str,
    clock: Clock,
) -> list[RegisteredInstallation]:
    """Confirm each; an operator does, or a provider that neither reported it nor holds it.

    Raises UnknownInstallation, InstallationNotYours, InstallationStateConflict, and of a provider
    that does not take part OrganisationSuspended and OrganisationClosed.
    """
    check_taking_part(connection, [viewer.tenant_id])
    ids = [one.installation_id for one in asked]
    before = read_installations(connection, ids, viewer=viewer, hold=True)
    now = clock.now()
    confirmed = []
    for one, said in zip(before, asked, strict=True):
        if not viewer.sees_all and viewer.tenant_id in (one.reporter_id, *one.holder):
            raise InstallationNotYours("confirm")
        what = one.installation.move("confirm")
        word = Testimony(confirmed_by, now, said.reason)
        confirmed.append(replace(one, installation=what, confirmed=word))
    write_moves(connection, confirmed)
    return confirmed
