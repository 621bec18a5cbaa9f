"""A printed serial, looked up: what became of each of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rewards.registry.ranges import Range
from rewards.registry.register import RegisteredBlock
from rewards.registry.serials import SerialRange

# Of a serial that became more blocks than this, the list of blocks has the rest.
MOST_BLOCKS: Final = 1000


class SerialPart(NamedTuple):
    """Numbers of a serial, and the block in which they are now."""

    numbers: Range
    block: RegisteredBlock


class LookedUp(NamedTuple):
    """A serial and its parts in the order of their numbers; ``more`` when there are others."""

    serial: SerialRange
    parts: Sequence[SerialPart]
    more: bool = False

    @property
    def quantity_t(self) -> int:
        return self.serial.end - self.serial.first

    @property
    def found_t(self) -> int:
        """How many of its numbers the parts hold; the others were never given out so."""
        return sum(each.numbers.quantity_t for each in self.parts)


def looked_up(serial: SerialRange, blocks: Sequence[RegisteredBlock]) -> LookedUp:
    """What ``blocks`` hold of the serial; each of them has some of its numbers."""
    parts = []
    for block in blocks[:MOST_BLOCKS]:
        first, end = block.units.numbers
        numbers = Range(max(first, serial.first), min(end, serial.end))
        assert numbers.quantity_t > 0, "a block that was found has some of the numbers"
        parts.append(SerialPart(numbers, block))
    parts.sort(key=lambda each: each.numbers)
    return LookedUp(serial, parts, len(blocks) > MOST_BLOCKS)
