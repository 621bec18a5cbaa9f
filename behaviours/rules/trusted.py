"""What a rule says of trust: who may report, by which installation, and what is plausible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from behaviours.rules.compiled import Check, FormulaCode
from behaviours.rules.units import Unit

PROVIDER, PARTICIPANT = "provider", "participant"
# Who besides the person has to say that a self-reported action was done.
REQUIRED, SAMPLED, NONE = "required", "sampled", "none"
CONFIRMATIONS = (REQUIRED, SAMPLED, NONE)
# What becomes of an action that a plausible condition does not fit.
HOLD, REFUSE = "hold", "refuse"
OUTCOMES = (HOLD, REFUSE)
INSTALLATION_KINDS = ("pv_plant", "meter", "appliance", "vehicle", "charger")


@dataclass(frozen=True, slots=True)
class ReportingRule:
    """Who may report: a provider always, the person herself where ``by_participant``.

    A person shows ``evidence``, is credited at ``factor`` (above nought, at most one), and at most
    ``per_day`` times a civil day; ``confirmation`` says whether somebody else has to confirm it.
    """

    by_participant: bool = False
    evidence: tuple[str, ...] = ()
    factor: Decimal = Decimal(1)
    confirmation: str = REQUIRED
    per_day: int = 0
    source: str = ""
    grade: str = ""

    @property
    def by(self) -> tuple[str, ...]:
        return (PROVIDER, PARTICIPANT) if self.by_participant else (PROVIDER,)


@dataclass(frozen=True, slots=True)
class InstallationRule:
    """The kind of installation that an action of the rule is done by; its capacity's unit."""

    kind: str
    capacity: Unit | None


@dataclass(frozen=True, eq=False)
class PlausibleRule:
    """A condition that what is done really meets; ``otherwise`` it is held or refused.

    ``test``, of (quantities, parameters, evidence, circumstances), says whether it is met. Of the
    circumstances it reads ``reads``, with ``reads_day`` the person's whole civil day; ``units`` are
    those of everything that it names.
    """

    name: str
    text: str
    otherwise: str
    meaning_zh: str
    meaning_en: str
    source: str
    grade: str
    code: FormulaCode
    reads: frozenset[str]
    reads_day: bool
    units: Mapping[str, str]

    @cached_property
    def test(self) -> Check:
        made: Check = self.code.made()
        return made
