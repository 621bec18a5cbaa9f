"""Installation: what earns over time, such as a plant or a meter, known once and by one holder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from behaviours.refusal import Kind, Refusal
from behaviours.rules.units import Unit

REPORTED, CONFIRMED, ENDED = STATES = ("reported", "confirmed", "ended")


class InstallationStateConflict(Refusal, kind=Kind.CONFLICT, code="INSTALLATION_STATE_CONFLICT"):
    """The installation is at another point of its life than this step needs."""


class InstallationStep(NamedTuple):
    """One way to go on: from which states, and to which."""

    needed: tuple[str, ...]
    state: str


STEPS: Mapping[str, InstallationStep] = MappingProxyType(
    {
        "confirm": InstallationStep((REPORTED,), CONFIRMED),
        # A change of holder ends the one and begins the next at the same instant.
        "end": InstallationStep((REPORTED, CONFIRMED), ENDED),
    }
)


@dataclass(frozen=True, slots=True)
class Installation:
    """One of ``INSTALLATION_KINDS``, by the ``issuer`` of its ``number``.

    ``capacity`` is in ``unit``; None for what has none. ``region`` is where it stands.
    """

    kind: str
    issuer: str
    number: str
    capacity: Decimal | None
    unit: Unit | None
    commissioned_on: date
    region: str
    state: str = REPORTED

    def move(self, step: str) -> Installation:
        """After a step of ``STEPS``; raises InstallationStateConflict."""
        known = STEPS[step]
        if self.state not in known.needed:
            raise InstallationStateConflict(
                step=step, state=self.state, needed=", ".join(known.needed)
            )
        return replace(self, state=known.state)

    def capacity_in(self, unit: Unit) -> Decimal | None:
        """Its capacity in the unit of a rule; None where it has none of that kind."""
        if self.capacity is None or self.unit is None or not self.unit.fits(unit):
            return None
        scale = self.unit.factor_to(unit)
        return self.capacity * scale.numerator / scale.denominator
