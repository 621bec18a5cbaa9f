"""An issue is handed over whole or not at all."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import pytest

from rewards.registry.block import ACTIVE, BUFFER, CANCELLED, RESERVED, RETIRED, SUSPENDED, Block
from rewards.registry.hand_over import (
    REGISTRY,
    HandOverNotWhole,
    IssuedTonnes,
    Receiver,
    check_whole,
    manifest,
)
from rewards.registry.ranges import Range
from tests.builders.refusals import refuses

NOW = datetime(2027, 3, 1, 2, tzinfo=UTC)
OWNER, OTHER, FIRST, SECOND = (UUID(int=number) for number in (1, 2, 3, 4))
ISSUED = [IssuedTonnes(FIRST, 60, 5), IssuedTonnes(SECOND, 10, 0)]
TO = Receiver(REGISTRY, "NCSC", "A-1", "91350100M000100Y43")


def a_block(
    first: int, end: int, state: str = ACTIVE, bundle: UUID = FIRST, owner: UUID | None = OWNER
) -> Block:
    holder = None if state == BUFFER else owner
    return Block(
        UUID(int=first + 1000), bundle, Range(first, end), holder, state, "voluntary", 2026,
        None, None, None, NOW, None,
    )  # fmt: skip


WHOLE = [a_block(1, 61), a_block(61, 66, BUFFER), a_block(66, 76, bundle=SECOND)]


def test_blocks_that_are_all_there_are_handed_over_in_the_order_of_their_numbers() -> None:
    assert check_whole(WHOLE[::-1], ISSUED, OWNER) == WHOLE
    parts = [a_block(1, 20), a_block(20, 61), *WHOLE[1:]]
    assert check_whole(parts, ISSUED, OWNER) == parts


@pytest.mark.parametrize("state", [RESERVED, RETIRED, SUSPENDED, CANCELLED])
def test_what_is_listed_retired_or_lost_keeps_all_of_it_here(state: str) -> None:
    with refuses(HandOverNotWhole, state):
        check_whole([a_block(1, 20, state), a_block(20, 61), *WHOLE[1:]], ISSUED, OWNER)


def test_what_was_sold_keeps_all_of_it_here() -> None:
    sold = [a_block(1, 20, owner=OTHER), a_block(20, 61), *WHOLE[1:]]
    with refuses(HandOverNotWhole, "somebody else's"):
        check_whole(sold, ISSUED, OWNER)


@pytest.mark.parametrize(
    "blocks",
    [
        WHOLE[:2],
        [a_block(1, 60), *WHOLE[1:]],
        [a_block(1, 61), *WHOLE[2:]],
        [a_block(1, 61), a_block(62, 67, BUFFER), *WHOLE[2:]],
    ],
    ids=["no_vintage", "a_tonne_less", "no_reserve", "a_gap"],
)
def test_numbers_that_are_not_those_of_the_issue_are_refused(blocks: list[Block]) -> None:
    with refuses(HandOverNotWhole, "not those that were issued"):
        check_whole(blocks, ISSUED, OWNER)


def test_where_no_whole_tonne_came_out_there_is_nothing() -> None:
    with refuses(HandOverNotWhole, "no whole tonne"):
        check_whole([], [IssuedTonnes(FIRST, 0, 0)], OWNER)


def test_the_manifest_names_every_file_by_its_digest_and_counts_the_tonnes() -> None:
    stated = manifest(
        {"b.json": b"{}", "a.csv": b"x"},
        issuance="mpd_1",
        programme="P",
        receiver=TO,
        created_at=NOW,
        blocks=WHOLE,
        serials=["S1", "S2", "S3"],
    )
    assert (stated["total_t"], stated["reserve_t"], stated["ranges"]) == (70, 5, ["S1", "S2", "S3"])
    assert stated["files"] == [
        {"path": "a.csv", "bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()},
        {"path": "b.json", "bytes": 2, "sha256": hashlib.sha256(b"{}").hexdigest()},
    ]
