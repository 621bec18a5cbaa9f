"""Take a receiver's answer in: what it accepted is dead here, what it rejected is free again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.bundles import lock_bundle
from app.store.projects.hand_overs import (
    LockedBlock,
    add_foreign_serials,
    blocks_of_hand_over,
    foreign_serials_of,
    lock_blocks_of,
    number_taken,
    write_hand_over,
)
from app.store.registry.blocks import write_blocks
from app.store.registry.carbon_book import lock_family, post
from app.store.signing import sign_by
from app.usecases.projects.hold_hand_over import hold_hand_over
from app.usecases.projects.lock_hand_over import SignedHandOver
from behaviours.viewer import Viewer
from rewards.registry.block import HAND_OVER
from rewards.registry.handing_over import (
    ACCEPT,
    ReceiverAnswer,
    ReceiverNumberTaken,
    reserve_by_bundle,
)
from rewards.registry.issuing import TONNE_MG
from rewards.signing import Matter


def answer_hand_over(
    connection: Connection,
    period_id: UUID,
    number: int,
    answer: ReceiverAnswer,
    *,
    by: Viewer,
    clock: Clock,
) -> SignedHandOver:
    """The hand-over and who has yet to sign the answer; it takes effect when nobody has.

    The same answer once more changes nothing. Raises ManifestDigestWrong, ReceiverAnswerUnfit,
    ReceiverNumberTaken, HandOverStateConflict, SamePersonTwice and what ``hold_hand_over`` raises.
    """
    held = hold_hand_over(connection, period_id, number, by=by)
    blocks = blocks_of_hand_over(connection, held)
    answer.check(held.manifest_digest, [each.serial for each in blocks])
    if held.says_so(answer) and foreign_serials_of(connection, held) == sorted(answer.serials):
        return SignedHandOver(held, [])
    now = clock.now()
    answered = held.answered(answer, now=now)
    if number_taken(connection, held.receiver_name, answer.number):
        raise ReceiverNumberTaken(pointer="/number", number=answer.number)
    verb = f"answer_hand_over:{answer.signed_digest.hex()}"
    awaiting = sign_by(connection, Matter("monitoring_period", period_id, verb), by, now)
    if awaiting:
        return SignedHandOver(held, awaiting)
    if answer.step == ACCEPT:
        _cancel(connection, blocks, now=now)
        add_foreign_serials(connection, held, answer.serials)
    else:
        free = lock_blocks_of(connection, blocks)
        write_blocks(connection, [each.unlock(now) for each in free])
    write_hand_over(connection, answered)
    return SignedHandOver(answered, [])


def _cancel(connection: Connection, blocks: list[LockedBlock], *, now: datetime) -> None:
    """What was accepted lives there: here it is cancelled, and its reserve covers nothing."""
    held = lock_blocks_of(connection, blocks)
    for bundle_id, reserve_t in sorted(reserve_by_bundle(held).items()):
        bundle = lock_bundle(connection, bundle_id)
        assert bundle is not None, "a block is of a bundle"
        book = bundle.book
        lock_family(connection, book.family, book.vintage)
        post(connection, book.hand_over(reserve_t * TONNE_MG), now=now)
    write_blocks(connection, [each.move(HAND_OVER, now=now) for each in held])
