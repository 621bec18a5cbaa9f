"""Serial numbers: ``TPH-<class>-<origin>-<vintage>-<first>-<last>-<check digits>`` as printed.

The prefix is the programme's. The class is one letter of the unit class: ``C`` compliance, ``V``
voluntary. The origin is, of a bundle of the programme, the methodology or that it gathers several
(``MIXED``). Check digits are those of ISO 7064 MOD 97-10 over everything before them.
Serials that were printed before the class was part of them have none, and stay readable.

Inside, a range of tonnes is half-open; printed, it names its first and its last tonne. The text is
derived from the columns and never the other way round: parsing serves people who look a serial up.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from behaviours.check_digits import check_digits
from rewards.registry.refusals import BadSerial
from rewards.registry.unit_classes import UNIT_CLASSES

# The family of a bundle that gathers several methodologies.
MIXED = "mixed"
_MARKS = {each.code: each.mark for each in UNIT_CLASSES.values()}
_CLASSES = {mark: code for code, mark in _MARKS.items()}
assert len(_CLASSES) == len(_MARKS), "each class has a letter of its own"
_SHAPE = re.compile(
    r"(?:-([A-Z]))?-([A-Z0-9][A-Z0-9._]{0,127})-([1-9][0-9]{3})"
    r"-([1-9][0-9]{0,17})-([1-9][0-9]{0,17})-([0-9]{2})",
    re.ASCII,
)


class SerialRange(NamedTuple):
    """Tonnes ``first`` up to, not including, ``end``; the class is None in old serials."""

    family: str
    vintage: int
    first: int
    end: int
    unit_class: str | None = None


def family_of(methodology: str | None) -> str:
    """Under which name a bundle's numbers, remainder and reserve are kept; None: of several."""
    return methodology or MIXED


def mix_of(methodologies: Sequence[str] | None) -> str:
    """The family of mass that is of these methodologies by name; None: of every one.

    Remainders and reserves of one mix never become those of another.
    """
    if methodologies is None:
        return MIXED
    return f"{MIXED}.{hashlib.sha256(' '.join(methodologies).encode()).hexdigest()[:8]}"


def print_serial(numbers: SerialRange, *, prefix: str) -> str:
    """The printed form, both ends included, with ISO 7064 MOD 97-10 check digits."""
    assert numbers.first < numbers.end, "a serial range is never empty"
    unit_class, family = numbers.unit_class, numbers.family.upper()
    origin = family if unit_class is None else f"{_MARKS[unit_class]}-{family}"
    body = f"{prefix}-{origin}-{numbers.vintage}-{numbers.first}-{numbers.end - 1}"
    return f"{body}-{check_digits(body)}"


def parse_serial(text: str, *, prefix: str, pointer: str = "") -> SerialRange:
    """The range behind a printed serial; raises BadSerial for anything but an exact copy."""
    shape = _SHAPE.fullmatch(text.removeprefix(prefix))
    if shape is None or not text.startswith(prefix):
        raise BadSerial("shape", pointer=pointer, prefix=prefix)
    mark, family, vintage, first, last, check = shape.groups()
    if check != check_digits(text[: -len(check) - 1]):
        raise BadSerial("check_digits", pointer=pointer)
    if int(last) < int(first):
        raise BadSerial("backwards", pointer=pointer)
    if mark is not None and mark not in _CLASSES:
        raise BadSerial("unit_class", pointer=pointer, classes=sorted(_CLASSES))
    unit_class = _CLASSES[mark] if mark else None
    return SerialRange(family.lower(), int(vintage), int(first), int(last) + 1, unit_class)
