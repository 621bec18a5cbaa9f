"""Serial numbers as printed: ``TPH-<family>-<vintage>-<first>-<last>-<check digits>``.

The prefix is the programme's; the family is the methodology of the bundle, or says that it gathers
several.

Inside, a range of tonnes is half-open; printed, it names its first and its last tonne. The text is
derived from the columns and never the other way round: parsing serves people who look a serial up.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from behaviours.check_digits import check_digits
from rewards.registry.refusals import BadSerial

# The family of a bundle that gathers several methodologies.
MIXED = "mixed"
_SHAPE = re.compile(
    r"-([A-Z0-9][A-Z0-9._]{0,127})-([1-9][0-9]{3})"
    r"-([1-9][0-9]{0,17})-([1-9][0-9]{0,17})-([0-9]{2})",
    re.ASCII,
)


class SerialRange(NamedTuple):
    """Tonnes ``first`` up to, not including, ``end``."""

    family: str
    vintage: int
    first: int
    end: int


def family_of(methodology: str | None) -> str:
    """Under which name a bundle's numbers, remainder and reserve are kept; None: of several."""
    return methodology or MIXED


def print_serial(numbers: SerialRange, *, prefix: str) -> str:
    """The printed form, both ends included, with ISO 7064 MOD 97-10 check digits."""
    assert numbers.first < numbers.end, "a serial range is never empty"
    body = f"{prefix}-{numbers.family.upper()}-{numbers.vintage}-{numbers.first}-{numbers.end - 1}"
    return f"{body}-{check_digits(body)}"


def parse_serial(text: str, *, prefix: str, pointer: str = "") -> SerialRange:
    """The range behind a printed serial; raises BadSerial for anything but an exact copy."""
    shape = _SHAPE.fullmatch(text.removeprefix(prefix))
    if shape is None or not text.startswith(prefix):
        raise BadSerial("shape", pointer=pointer, prefix=prefix)
    family, vintage, first, last, check = shape.groups()
    if check != check_digits(text[: -len(check) - 1]):
        raise BadSerial("check_digits", pointer=pointer)
    if int(last) < int(first):
        raise BadSerial("backwards", pointer=pointer)
    return SerialRange(family.lower(), int(vintage), int(first), int(last) + 1)
