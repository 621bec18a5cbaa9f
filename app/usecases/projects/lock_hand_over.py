"""Lock a hand-over: the second of two signatures makes its package, and its units move nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.hand_overs import LockedBlock, add_package, write_hand_over
from app.store.projects.losses import losses_of, uncovered_mg
from app.store.registry.blocks import lock_blocks, write_blocks
from app.store.registry.issued_units import standing_of_period
from app.store.signing import sign_by
from app.usecases.projects.hold_hand_over import hold_hand_over
from app.usecases.projects.read_hand_over import HandedOver, read_hand_over
from behaviours.projects.loss import check_issuing
from behaviours.projects.verification import POSITIVE
from behaviours.viewer import Viewer
from rewards.registry.block import LOCK as LOCK_BLOCK
from rewards.registry.handing_over import LOCK, HandOver, OpinionNotPositive
from rewards.signing import Matter


class PackageMade(NamedTuple):
    """A package as it is delivered: its zip, its manifest's SHA-256, and the serials of its blocks,
    in their order."""

    content: bytes
    manifest_digest: bytes
    serials: list[str]


class SignedHandOver(NamedTuple):
    """A hand-over after a signature, and the roles whose signature is missing."""

    hand_over: HandOver
    awaiting: list[str]


def lock_hand_over(
    connection: Connection,
    period_id: UUID,
    number: int,
    *,
    pack: Callable[[HandedOver, HandOver], PackageMade],
    by: Viewer,
    clock: Clock,
) -> SignedHandOver:
    """The hand-over and who has yet to sign; locked when nobody has.

    Both sign the manifest of the same files: what changed between is signed anew. Raises
    HandOverStateConflict, HandOverNotWhole, OpinionNotPositive, LossOpen, LossUncovered,
    SamePersonTwice and what ``hold_hand_over`` raises.
    """
    held = hold_hand_over(connection, period_id, number, by=by)
    now = clock.now()
    held.move(LOCK, now=now)
    # Whoever lists, sells or retires one of them is over before we look, or waits for us.
    lock_blocks(connection, [each.block_id for each in standing_of_period(connection, period_id)])
    handed = read_hand_over(connection, period_id, by=by)
    if handed.opinions[-1].verdict != POSITIVE:
        raise OpinionNotPositive(verdict=handed.opinions[-1].verdict)
    losses = losses_of(connection, held.project_id)
    check_issuing(losses, uncovered_mg(connection, held.project_id))
    made = pack(handed, held)
    matter = Matter("monitoring_period", period_id, f"lock_hand_over:{made.manifest_digest.hex()}")
    awaiting = sign_by(connection, matter, by, now)
    if awaiting:
        return SignedHandOver(held, awaiting)
    locked = held.move(LOCK, now=now, manifest_digest=made.manifest_digest)
    write_blocks(connection, [each.move(LOCK_BLOCK, now=now) for each in handed.blocks])
    named = [
        LockedBlock(block.block_id, serial)
        for block, serial in zip(handed.blocks, made.serials, strict=True)
    ]
    add_package(connection, locked, made.content, named)
    write_hand_over(connection, locked)
    return SignedHandOver(locked, [])
