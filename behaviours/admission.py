"""Admission of organisations: somebody applies, and two people of two roles admit them.

``STEPS`` is the whole life of an application::

    applied ─admit─▶ accepted       applied ─decline─▶ declined

An organisation takes part from the moment it is admitted; before, nothing knows of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from behaviours.refusal import Conflict, UnknownId
from behaviours.steps import Step

APPLIED: Final = "applied"
ADMITTED: Final = "accepted"
DECLINED: Final = "declined"
STATES: Final = (APPLIED, ADMITTED, DECLINED)

ADMIT: Final = "admit"
DECLINE: Final = "decline"

STEPS: Final[Mapping[str, Step]] = {
    ADMIT: Step((APPLIED,), ADMITTED, ("authority", "operator")),
    DECLINE: Step((APPLIED,), DECLINED, ("authority", "operator")),
}


class UnknownApplication(UnknownId):
    """Nobody applied under this id."""

    cases = ("application",)


class ApplicationDecided(Conflict):
    """The organisation was admitted or declined before."""


@dataclass(frozen=True, slots=True)
class OrganisationApplication:
    """Who applies: the organisation's id to be, its kind and name, and what it is."""

    organisation_id: UUID
    kind: str
    name: str
    covered_emitter: bool
    state: str
    applied_at: datetime
    decided_at: datetime | None = None

    def move(self, step: str, *, now: datetime) -> OrganisationApplication:
        """The application after ``step``; raises ApplicationDecided."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise ApplicationDecided(state=self.state)
        return replace(self, state=leads_to, decided_at=now)
