"""Viewer: who looks or acts, as far as permission and visibility are decided by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from behaviours.regions import lies_in

# Somebody at a till of a merchant: a duty that is given with stores and limits, and the role of
# its tokens, which open the till and nothing else.
CASHIER: Final = "cashier"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A role, the organisation or person behind it, and the user who speaks for it.

    ``tenant_id`` is the organisation of a client or of one of its users, the participant of a
    person, and None for operators and authorities. ``user_id`` is the organisation too when a
    client asks. ``area`` is the city to which somebody who answers for the programme is limited;
    None is the whole of it.
    """

    role: str
    tenant_id: UUID | None
    user_id: UUID | None = None
    area: str | None = None

    @property
    def sees_all(self) -> bool:
        """Operators and authorities answer for the programme: they see every party's things."""
        return self.role in ("operator", "authority")

    def answers_in(self, region: str) -> bool:
        """Whether who answers for the programme does so for what was done in this region."""
        return self.sees_all and lies_in(region, self.area)
