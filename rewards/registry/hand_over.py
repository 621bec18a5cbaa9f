"""Hand-over package: what a registry or an exchange is given of one issue (projects.md, §6).

The package is whole or is not made: every number of the issue is still there, in blocks that nobody
sold, listed, retired or lost. Its manifest names each file by its digest, and is signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.json_value import Json, JsonObject
from behaviours.refusal import Conflict
from rewards.registry.block import ACTIVE, BUFFER, Block
from rewards.registry.ranges import Range

REGISTRY, EXCHANGE = RECEIVER_KINDS = ("registry", "exchange")
MANIFEST: Final = "manifest.json"


class HandOverNotWhole(Conflict):
    """Units of the issue cannot be handed over.

    ``none``: it came to no whole tonne; ``sold``: some are not the owner's any more; ``moved``:
    some are listed, promised, retired, suspended or cancelled; ``numbers``: the blocks' numbers are
    not those of the issue.
    """

    cases = ("none", "sold", "moved", "numbers")


class Receiver(NamedTuple):
    """Who is given the package: its name, the account there and whose it is by credit code."""

    kind: str
    name: str
    account: str
    beneficiary_code: str


class IssuedTonnes(NamedTuple):
    """Whole tonnes of one vintage as they were issued: the owner's and the reserve's."""

    bundle_id: UUID
    owner_t: int
    reserve_t: int


class PeriodTonnes(NamedTuple):
    """Whole tonnes of one vintage of a monitoring period, and the bundle that stands for them."""

    number: int
    starts_on: date
    ends_before: date
    vintage: int
    unit_class: str
    bundle_id: UUID
    owner_t: int
    reserve_t: int
    issued_at: datetime


def check_whole(
    blocks: Sequence[Block], issued: Sequence[IssuedTonnes], owner_id: UUID
) -> list[Block]:
    """The owner's blocks and the reserve's, in the order of their numbers.

    ``blocks`` are all that stand of the issue. Raises HandOverNotWhole.
    """
    if not any(each.owner_t for each in issued):
        raise HandOverNotWhole("none")
    for block in blocks:
        if block.state not in (ACTIVE, BUFFER):
            raise HandOverNotWhole("moved", state=block.state)
        if block.state == ACTIVE and block.owner_id != owner_id:
            raise HandOverNotWhole("sold")
    for each in issued:
        mine = [block for block in blocks if block.bundle_id == each.bundle_id]
        if (_tonnes(mine, ACTIVE), _tonnes(mine, BUFFER)) != (each.owner_t, each.reserve_t):
            raise HandOverNotWhole("numbers")
        if not _follow(sorted(block.numbers for block in mine)):
            raise HandOverNotWhole("numbers")
    return sorted(blocks, key=lambda block: block.numbers)


def _tonnes(blocks: Sequence[Block], state: str) -> int:
    return sum(block.quantity_t for block in blocks if block.state == state)


def _follow(ranges: Sequence[Range]) -> bool:
    """Whether the numbers follow one another without a gap."""
    return all(one.end == next_.first for one, next_ in pairwise(ranges))


def manifest(
    files: Mapping[str, bytes],
    *,
    issuance: str,
    programme: str,
    receiver: Receiver,
    created_at: datetime,
    blocks: Sequence[Block],
    serials: Sequence[str],
    previous: bytes | None = None,
    hand_over: str | None = None,
) -> JsonObject:
    """What is in a package, each file by its SHA-256; ``issuance`` is the period's public id.

    ``created_at`` is the moment of the issue: the package is the same whenever it is made.
    ``previous`` is the SHA-256 of the project's last manifest that was taken over.
    ``hand_over`` names it once it is to be delivered; without it nothing of it may be taken over.
    """
    listed: list[Json] = [
        {
            "path": path,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for path, content in sorted(files.items())
    ]
    return {
        "hand_over": hand_over,
        "previous_sha256": previous.hex() if previous else None,
        "programme": programme,
        "issuance": issuance,
        "created_at": created_at.isoformat(),
        "receiver": receiver._asdict(),
        "total_t": sum(block.quantity_t for block in blocks if block.state == ACTIVE),
        "reserve_t": sum(block.quantity_t for block in blocks if block.state == BUFFER),
        "ranges": list(serials),
        "files": listed,
    }
