"""A business key: the asker's own number of something that can be done once only.

It never expires. Sent again with the same content it names what was made the first time; with
another content it is refused, because one of the two would be lost or done twice.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from behaviours.refusal import Conflict

RETIRING: Final = "retirement"
TRANSFERRING: Final = "transfer"
ORDERING: Final = "order"
REDEEMING: Final = "online_redemption"
REVERSING: Final = "till_reversal"
REPLACING: Final = "replacement"
ADJUSTING: Final = "points_adjustment"
# Whose number it is when somebody asks for the programme itself.
PROGRAMME: Final = UUID(int=0)


class ReferenceReused(Conflict, code="CLIENT_REFERENCE_REUSED"):
    """The asker's number was used before, for something else."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One number of one asker for one verb; ``fingerprint`` is SHA-256 of what was asked."""

    holder_id: UUID
    verb: str
    text: str
    fingerprint: bytes

    def check(self, first: bytes) -> None:
        """Raise ReferenceReused unless what was asked first is what is asked now."""
        if first != self.fingerprint:
            raise ReferenceReused(verb=self.verb)


def reference(verb: str, holder_id: UUID, text: str, *content: object) -> Reference:
    """The key of a request; ``content`` is all that makes it this request and no other."""
    asked = json.dumps([str(each) for each in content], ensure_ascii=False)
    return Reference(holder_id, verb, text, hashlib.sha256(asked.encode()).digest())
