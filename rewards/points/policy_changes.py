"""What one policy says otherwise than another: every value by its place in the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from behaviours.json_value import Json, JsonObject
from rewards.points.policy_reading import PolicyDocument

# They are of the document itself, and always others.
_OF_ITSELF: Final = frozenset({"policy", "version", "published_on"})


class PolicyChange(NamedTuple):
    """A value that differs; None on the side that has none."""

    pointer: str
    before: Json
    after: Json


def policy_changes(earlier: PolicyDocument, later: PolicyDocument) -> list[PolicyChange]:
    """In the order of their places; a part that only one of them has is told by its values."""
    before, after = (dict(_values(each.content, "")) for each in (earlier, later))
    return [
        PolicyChange(pointer, before.get(pointer), after.get(pointer))
        for pointer in sorted(before.keys() | after.keys())
        if before.get(pointer) != after.get(pointer)
    ]


def _values(part: JsonObject, above: str) -> Iterator[tuple[str, Json]]:
    for name, value in part.items():
        if not above and name in _OF_ITSELF:
            continue
        pointer = f"{above}/{name.replace('~', '~0').replace('/', '~1')}"
        if isinstance(value, Mapping):
            yield from _values(value, pointer)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            # A list names things, in any order.
            yield pointer, sorted(map(str, value))
        else:
            yield pointer, value
