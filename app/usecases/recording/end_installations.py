"""End installations: what was removed, given away or never there earns nothing any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.recording.installations import used_until, write_moves
from app.usecases.recording.read_installations import read_installations
from behaviours.actions.installation import (
    InstallationEndsInFuture,
    InstallationNotBegun,
    InstallationNotYours,
    InstallationUsedLater,
    RegisteredInstallation,
    Testimony,
)
from behaviours.civil_time import civil_day, instant
from behaviours.viewer import Viewer


class EndingInstallation(NamedTuple):
    """One installation, why it ends, and when it did; None: at this moment."""

    installation_id: UUID
    reason: str
    at: datetime | None = None


def end_installations(
    connection: Connection,
    asked: Sequence[EndingInstallation],
    *,
    viewer: Viewer,
    ended_by: str,
    zone: tzinfo,
    clock: Clock,
) -> list[RegisteredInstallation]:
    """End each; its holder does, who reported it, or an operator.

    Raises UnknownInstallation, InstallationNotYours, InstallationStateConflict, and
    InstallationEndsInFuture, InstallationNotBegun or InstallationUsedLater for its moment.
    """
    ids = [one.installation_id for one in asked]
    before = read_installations(connection, ids, viewer=viewer, hold=True)
    now = clock.now()
    used = used_until(connection, ids)
    ended = []
    for one, said in zip(before, asked, strict=True):
        if not viewer.sees_all and viewer.tenant_id not in (one.reporter_id, *one.holder):
            raise InstallationNotYours("pass_on")
        what = one.installation.move("end")
        at = instant(said.at or now)
        _check_moment(one, at, used, zone=zone, now=now)
        word = Testimony(ended_by, at, said.reason)
        ended.append(replace(one, installation=replace(what, ended_at=at), ended=word))
    write_moves(connection, ended)
    return ended


def _check_moment(
    one: RegisteredInstallation,
    at: datetime,
    used: Mapping[UUID, datetime],
    *,
    zone: tzinfo,
    now: datetime,
) -> None:
    if at > now:
        raise InstallationEndsInFuture(pointer="/at")
    held_from = one.installation.held_from
    if civil_day(at, zone) < one.installation.commissioned_on or (held_from and at < held_from):
        raise InstallationNotBegun(pointer="/at")
    until = used.get(one.installation_id)
    if until is not None and until > at:
        raise InstallationUsedLater(pointer="/at", until=until.isoformat())
