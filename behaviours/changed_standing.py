"""An organisation with what is open with it: after a step, and as it is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from behaviours.closing import OpenMatters
from behaviours.standing import OrganisationStanding, StandingStep


class ChangedStanding(NamedTuple):
    """An organisation as it stands now, what it has open, and the roles that have yet to sign.

    ``revoked`` are the names of tokens that ended with it.
    """

    standing: OrganisationStanding
    matters: OpenMatters
    awaiting: list[str]
    revoked: list[str]


class SeenOrganisation(NamedTuple):
    """An organisation as it stands, what it has open, and what was done to it, oldest first."""

    standing: OrganisationStanding
    matters: OpenMatters
    steps: Sequence[StandingStep]
