"""The names of one document: each stands for one thing only."""

from __future__ import annotations

from behaviours.document import Part
from behaviours.rules.clauses import RESERVED_NAMES
from behaviours.rules.expression import NAME


def take_name(
    name: str, part: Part, taken: set[str], reserved: frozenset[str] = RESERVED_NAMES
) -> None:
    """Note a name; DocumentError where it cannot be one or is taken."""
    if NAME.fullmatch(name) is None or name in reserved:
        raise part.wrong("unusable_name", name=name)
    if name in taken:
        raise part.wrong("declared_twice", name=name)
    taken.add(name)
