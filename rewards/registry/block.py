"""Block: a range of numbered tonnes that has one owner and one state.

``STEPS`` is the whole life of a block: each step says from which states it leads to which::

    buffer
    active ─list─▶ reserved ─order─▶ reserved ─deliver─▶ active (the buyer's)
                   reserved ─offer_again─▶ reserved      reserved ─unlist─▶ active
    active ─transfer─▶ active (another's)                active ─retire─▶ retired
    active or reserved ─suspend─▶ suspended ─resume─▶ active    ─resume_promised─▶ reserved
    suspended ─unpromise─▶ suspended (promised to nothing, or to its listing again)
    active or buffer ─cancel─▶ cancelled
    active, reserved, locked, suspended or buffer ─split─▶ split, its parts stand in its place
    active ─merge─▶ merged, and one block stands in the place of several
    active or buffer ─lock─▶ locked ─hand_over─▶ cancelled
                             locked ─unlock─▶ active    ─unlock_reserve─▶ buffer
                             locked ─settle─▶ active (the buyer's)
    locked ─suspend_locked─▶ suspended ─resume_locked─▶ locked

A split, merged, retired or cancelled block is final, and no block ever changes its numbers.
``buffer`` is for the reserve: whole tonnes behind sold units, which nobody can buy. ``suspended``
are units whose mass was taken back and is not made good. ``cancelled`` are reserve tonnes that made
it good, units that somebody gave for it, and what was handed over to another registry; ``locked``
is what waits for that one's answer, or stands for sale at an exchange: that one has a listing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from rewards.registry.ranges import Range, Taking
from rewards.registry.refusals import (
    AlreadyRetired,
    BlockNotAvailable,
    UnitsNotCovered,
    UnknownUnits,
)

ACTIVE, RESERVED, RETIRED, CANCELLED, SPLIT, BUFFER, SUSPENDED, MERGED, LOCKED = STATES = (
    "active",
    "reserved",
    "retired",
    "cancelled",
    "split",
    "buffer",
    "suspended",
    "merged",
    "locked",
)

# Its numbers stand in other blocks, which have ids of their own.
REPLACED: Final = (SPLIT, MERGED)
FINAL: Final = (RETIRED, CANCELLED, *REPLACED)
# What stands in somebody's account: also what was retired out of it.
HELD: Final = (ACTIVE, RESERVED, RETIRED, SUSPENDED, LOCKED)
# Sold or for sale once: what counts as issued.
ISSUED: Final = (ACTIVE, RESERVED, RETIRED, CANCELLED, SUSPENDED, LOCKED)
# What the promise of cover is about until it is used.
UNUSED: Final = (ACTIVE, RESERVED, SUSPENDED, LOCKED)

LIST: Final = "list"
ORDER: Final = "order"
OFFER_AGAIN: Final = "offer_again"
UNLIST: Final = "unlist"
DELIVER: Final = "deliver"
TRANSFER: Final = "transfer"
RETIRE: Final = "retire"
DIVIDE: Final = "split"
MERGE: Final = "merge"
SUSPEND: Final = "suspend"
RESUME: Final = "resume"
RESUME_PROMISED: Final = "resume_promised"
UNPROMISE: Final = "unpromise"
CANCEL: Final = "cancel"
LOCK: Final = "lock"
UNLOCK: Final = "unlock"
UNLOCK_RESERVE: Final = "unlock_reserve"
HAND_OVER: Final = "hand_over"
SETTLE: Final = "settle"
SUSPEND_LOCKED: Final = "suspend_locked"
RESUME_LOCKED: Final = "resume_locked"


class BlockStep(NamedTuple):
    """The states that a step starts from, the state it ends in, and whether the owner changes."""

    needs: tuple[str, ...]
    leads_to: str
    changes_owner: bool = False


STEPS: Final[Mapping[str, BlockStep]] = {
    LIST: BlockStep((ACTIVE,), RESERVED),
    ORDER: BlockStep((RESERVED,), RESERVED),
    OFFER_AGAIN: BlockStep((RESERVED,), RESERVED),
    UNLIST: BlockStep((RESERVED,), ACTIVE),
    DELIVER: BlockStep((RESERVED,), ACTIVE, changes_owner=True),
    TRANSFER: BlockStep((ACTIVE,), ACTIVE, changes_owner=True),
    RETIRE: BlockStep((ACTIVE,), RETIRED),
    DIVIDE: BlockStep((ACTIVE, RESERVED, LOCKED, SUSPENDED, BUFFER), SPLIT),
    MERGE: BlockStep((ACTIVE,), MERGED),
    SUSPEND: BlockStep((ACTIVE, RESERVED), SUSPENDED),
    RESUME: BlockStep((SUSPENDED,), ACTIVE),
    RESUME_PROMISED: BlockStep((SUSPENDED,), RESERVED),
    UNPROMISE: BlockStep((SUSPENDED,), SUSPENDED),
    CANCEL: BlockStep((ACTIVE, BUFFER), CANCELLED),
    LOCK: BlockStep((ACTIVE, BUFFER), LOCKED),
    UNLOCK: BlockStep((LOCKED,), ACTIVE),
    UNLOCK_RESERVE: BlockStep((LOCKED,), BUFFER),
    HAND_OVER: BlockStep((LOCKED,), CANCELLED),
    SETTLE: BlockStep((LOCKED,), ACTIVE, changes_owner=True),
    SUSPEND_LOCKED: BlockStep((LOCKED,), SUSPENDED),
    RESUME_LOCKED: BlockStep((SUSPENDED,), LOCKED),
}


@dataclass(frozen=True, slots=True)
class Block:
    """One block as it stands; an owner of None is the programme itself."""

    block_id: UUID
    bundle_id: UUID
    numbers: Range
    owner_id: UUID | None
    state: str
    unit_class: str
    vintage: int
    parent_id: UUID | None
    # What a reserved block is promised to: a listing, and an order on it.
    listing_id: UUID | None
    trade_id: UUID | None
    created_at: datetime
    closed_at: datetime | None

    @property
    def quantity_t(self) -> int:
        return self.numbers.quantity_t

    def move(
        self,
        step: str,
        *,
        now: datetime,
        owner_id: UUID | None = None,
        listing_id: UUID | None = None,
        trade_id: UUID | None = None,
    ) -> Block:
        """The block after ``step``, promised to that listing and trade and to nothing else.

        ``owner_id`` is the new owner of a step that changes it. Raises AlreadyRetired,
        BlockNotAvailable.
        """
        needs, leads_to, changes_owner = STEPS[step]
        if self.state not in needs:
            raise self.refused()
        return replace(
            self,
            owner_id=owner_id if changes_owner else self.owner_id,
            state=leads_to,
            listing_id=listing_id,
            trade_id=trade_id,
            closed_at=now if leads_to in FINAL else self.closed_at,
        )

    def suspend(self, now: datetime) -> Block:
        """The block when nothing covers it any more; what it was promised to stays written."""
        promise = {"listing_id": self.listing_id, "trade_id": self.trade_id}
        # What another registry was given is not ours to suspend.
        at_exchange = self.state == LOCKED and self.listing_id is not None
        return self.move(SUSPEND_LOCKED if at_exchange else SUSPEND, now=now, **promise)

    def resume(self, now: datetime, *, at_exchange: bool = False) -> Block:
        """The block when it is covered again: where it was, or free when nothing waits for it.

        ``at_exchange``: its listing stands at an exchange.
        """
        step = RESUME_PROMISED if self.listing_id else RESUME
        if self.listing_id and at_exchange:
            step = RESUME_LOCKED
        return self.move(step, now=now, listing_id=self.listing_id, trade_id=self.trade_id)

    def unlock(self, now: datetime) -> Block:
        """The block when nobody took it over: free again, or in the reserve, which nobody owns."""
        return self.move(UNLOCK_RESERVE if self.owner_id is None else UNLOCK, now=now)

    def give_up(self, step: str, now: datetime, *, listing_id: UUID | None = None) -> Block:
        """The block after its promise was given up by ``step``; a suspended one stays that."""
        return self.move(
            UNPROMISE if self.state == SUSPENDED else step, now=now, listing_id=listing_id
        )

    def split(self, taking: Taking, ids: tuple[UUID, UUID], *, now: datetime) -> Parts:
        """The closed block and the two parts that stand in its place: what is taken, the rest."""
        assert taking.rest is not None, "a block that is taken whole is not split"
        assert (taking.taken.first, taking.rest.end) == self.numbers, "parts make up the whole"
        closed = self.move(DIVIDE, now=now, listing_id=self.listing_id, trade_id=self.trade_id)
        taken, rest = (
            replace(self, block_id=made, numbers=numbers, parent_id=self.block_id, created_at=now)
            for made, numbers in zip(ids, (taking.taken, taking.rest), strict=True)
        )
        return Parts(closed, taken, rest)

    def refused(self) -> AlreadyRetired | BlockNotAvailable | UnitsNotCovered:
        """Why it cannot be disposed of, in the state that it is in."""
        if self.state == SUSPENDED:
            return UnitsNotCovered(
                bundle_id=f"bdl_{self.bundle_id.hex}", uncovered_t=str(self.quantity_t)
            )
        if self.state == RETIRED:
            return AlreadyRetired(pointer="/block_id")
        case = self.state if self.state in REPLACED else "taken"
        return BlockNotAvailable(case, pointer="/block_id", state=self.state)


class Parts(NamedTuple):
    """A block that was split, what was taken of it, and the rest."""

    closed: Block
    taken: Block
    rest: Block


def check_covered(free: Sequence[Block], stopped: Sequence[Block], quantity_t: int) -> None:
    """Raises UnitsNotCovered when ``free`` blocks lack what the suspended ones would give.

    It names the bundle of the first of them, and all of its tonnes that are suspended there.
    """
    free_t = sum(each.quantity_t for each in free)
    stopped_t = sum(each.quantity_t for each in stopped)
    if free_t < quantity_t <= free_t + stopped_t:
        bundle_id = stopped[0].bundle_id
        uncovered_t = sum(each.quantity_t for each in stopped if each.bundle_id == bundle_id)
        raise UnitsNotCovered(bundle_id=f"bdl_{bundle_id.hex}", uncovered_t=str(uncovered_t))


def covered_of(offered: Iterable[Block], quantity_t: int) -> list[Block]:
    """What of the offered is not suspended, by number; UnitsNotCovered when that is what lacks."""
    ordered = sorted(offered, key=lambda block: block.numbers)
    covered = [each for each in ordered if each.state != SUSPENDED]
    check_covered(covered, [each for each in ordered if each.state == SUSPENDED], quantity_t)
    return covered


def free_block(found: Block | None, owner_id: UUID | None, *, parts: Sequence[UUID] = ()) -> Block:
    """The block that was asked for, which its owner (None: the programme) can dispose of.

    ``parts`` are the owner's blocks that stand for a split one now: the refusal names them.

    Raises UnknownUnits for somebody else's or none, AlreadyRetired, BlockNotAvailable.
    """
    if found is None or found.owner_id != owner_id:
        raise UnknownUnits("own_block", pointer="/block_id")
    if parts:
        raise BlockNotAvailable(
            "split_into",
            pointer="/block_id",
            state=found.state,
            parts=[f"blk_{each.hex}" for each in parts],
        )
    if found.state != ACTIVE:
        raise found.refused()
    return found
