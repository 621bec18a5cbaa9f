"""Action: an action that its rule accepts, ready to be recorded and quantified."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from behaviours.actions.action import Action, ClaimKey, Exclusion, HistoryNeed, MeterClaim
from behaviours.rules.methodology import Bound, Version


class AcceptedAction(NamedTuple):
    """``quantities`` in the rule's units, ``occurred_on`` the civil day, ``vintage`` its year.

    ``evidence`` is the action's with the rule's defaults filled in. ``bound`` holds the parameters
    and grid factors as resolved on the day of recording.
    """

    action: Action
    version: Version
    quantities: dict[str, Decimal]
    evidence: Mapping[str, str]
    claims: tuple[ClaimKey, ...]
    person_interval: tuple[datetime, datetime] | None
    meter_claim: MeterClaim | None
    exclusions: tuple[Exclusion, ...]
    history_need: HistoryNeed | None
    occurred_on: date
    vintage: int
    bound: Bound
    # Normal forms of the evidence that claims are made of, and the issuer of each kind of claim.
    numbers: Mapping[str, str]
    issuers: Mapping[str, str]
    # What stands for the installation that did it, by its number.
    installation: ClaimKey | None = None

    @property
    def is_self_reported(self) -> bool:
        """Whether the person herself reports it, without a provider."""
        return not self.action.provider_id
