"""Settle a loss: the second of two signatures takes it out of the reserve, as far as that goes."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.bundles import lock_bundle
from app.store.projects.hand_overs import holds_units
from app.store.projects.losses import (
    add_loss_parts,
    lock_issues,
    losses_of,
    overdue_land,
    write_loss,
)
from app.store.registry.carbon_book import lock_family
from app.store.signing import sign_by
from app.usecases.pooling.cover_reversed import cover_reversed
from app.usecases.projects.hold_project_in import hold_project_in
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.loss import SETTLE, Loss, UnknownLoss, parts_of
from behaviours.viewer import Viewer
from rewards.pooling.bundle import Bundle
from rewards.registry.handing_over import HandOverUnderWay
from rewards.signing import Matter


class SignedLoss(NamedTuple):
    """A loss after a signature, and the roles whose signature is missing."""

    loss: Loss
    awaiting: list[str]


def settle_loss(
    connection: Connection,
    project_id: UUID,
    number: int,
    *,
    deadlines: ProjectDeadlines,
    by: Viewer,
    clock: Clock,
) -> SignedLoss:
    """The loss and who has yet to sign; covered, as far as the reserve reaches, when nobody has.

    What was handed over is covered where it lives now. Of land whose report is overdue nobody knows
    what stands, so what it gave to the reserve pays for its own losses only (projects.md, E11).
    Raises UnknownProject, UnknownLoss, HandOverUnderWay, LossStateConflict and SamePersonTwice.
    """
    hold_project_in(connection, project_id, by=by)
    found = [each for each in losses_of(connection, project_id) if each.number == number]
    if not found:
        raise UnknownLoss("loss")
    (loss,) = found
    if holds_units(connection, project_id):
        raise HandOverUnderWay("loss")
    now = clock.now()
    settled = loss.move(SETTLE, now=now)
    verb = f"settle_loss:{loss.signed_digest.hex()}"
    awaiting = sign_by(connection, Matter("project", project_id, verb), by, now)
    if awaiting:
        return SignedLoss(loss, awaiting)
    parts = parts_of(loss.lost_mg, lock_issues(connection, project_id))
    add_loss_parts(connection, project_id, number, parts)
    lost_mg = dict(parts)
    overdue = overdue_land(connection, before=deadlines.reported_since(now))
    frozen = [each for each in overdue if each != project_id]
    for bundle in _bundles(connection, list(lost_mg)):
        lost = lost_mg[bundle.bundle_id]
        cover_reversed(connection, bundle, lost, now=now, frozen=frozen)
    write_loss(connection, settled)
    return SignedLoss(settled, [])


def _bundles(connection: Connection, bundle_ids: list[UUID]) -> list[Bundle]:
    """The issues in the order of their vintages, and their families locked in it, as issues do."""
    found = [lock_bundle(connection, each) for each in sorted(bundle_ids)]
    bundles = sorted(
        (each for each in found if each is not None), key=lambda one: (one.vintage, one.bundle_id)
    )
    for each in bundles:
        lock_family(connection, each.book.family, each.book.vintage)
    return bundles
