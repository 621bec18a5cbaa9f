"""Content: what was said under an external_id, to tell a repeat from something else.

A sender that did not hear the answer sends the same again: the same person, behaviour, times,
region, quantities and evidence, the numbers in it perhaps in another spelling. Anything else under
a known external_id is a conflict that has to be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

from behaviours.actions.action import Action
from behaviours.civil_time import instant_text

_PART = "\x1f"
EVIDENCE = "evidence"

# The parts of an action as they are compared, by the names of its members.
Content = Mapping[str, str]


def content_of(
    action: Action, evidence: Mapping[str, str], numbers: Mapping[str, str]
) -> dict[str, str]:
    """The action by member, each in one spelling.

    ``evidence`` has its defaults filled in; ``numbers`` are the normal forms of what claims are
    made of. An issuer that was named is part of what was said.
    """
    said = {**evidence, **numbers}
    if "issuer" in action.evidence:
        said["issuer"] = action.evidence["issuer"]
    return {
        "participant_id": action.participant_id,
        "behaviour": action.behaviour,
        "occurred_at": instant_text(action.occurred_at),
        "ended_at": "" if action.ended_at is None else instant_text(action.ended_at),
        "region": action.region,
        "quantities": _joined({name: _number(text) for name, text in action.quantities.items()}),
        EVIDENCE: _joined(said),
    }


def _joined(members: Mapping[str, str]) -> str:
    """Name, value, name, value …, by name."""
    if len(members) == 1:
        # Most have one, and there are thousands a second of them.
        ((name, value),) = members.items()
        return f"{name}{_PART}{value}"
    return _PART.join(chain.from_iterable(sorted(members.items())))


def fingerprint(content: Content, key: bytes) -> bytes:
    """Sixteen bytes that stand for the content: keyed BLAKE2b over its members in their order."""
    mark = _begun(key).copy()
    mark.update("\0".join(content.values()).encode())
    return mark.digest()


@lru_cache(maxsize=8)
def _begun(key: bytes) -> blake2b:
    """The hash of contents when it has taken in its key."""
    return blake2b(digest_size=16, key=key, person=b"content")


def differing(one: Content, other: Content) -> Sequence[str]:
    """The names of the members in which two contents differ."""
    return [name for name in one if one[name] != other[name]]


def _number(text: str) -> str:
    """A decimal string without zeros at its end: 1, 1.0 and 1.00 are one number."""
    return text.rstrip("0").rstrip(".") if "." in text else text
