"""Which rule is in force on a day: the published ones, less what was withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date
from zoneinfo import ZoneInfo

from behaviours.issuers import Claiming
from behaviours.refusal import Refusal
from behaviours.rules.factors import FactorBook
from behaviours.rules.lifecycle import PUBLISHED, WITHDRAWN
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import NoRuleInForce, Rulebook
from behaviours.scenes import SceneRegister, Scenes
from behaviours.vocabulary import BEHAVIOUR_ONLY

AWAITING, IN_FORCE, ENDED, SUPERSEDED = "awaiting", "in_force", "ended", "superseded"
# Where a published version can be on a day.
STANDINGS = (PUBLISHED, IN_FORCE, SUPERSEDED, ENDED, WITHDRAWN, AWAITING)


class MethodologyWithdrawn(NoRuleInForce, code="METHODOLOGY_WITHDRAWN"):
    """The rule for the action was withdrawn before the day of the action."""

    cases = ()


class ProgrammeRulebook(Rulebook):
    """A rulebook that knows withdrawals and issuers. What was recorded before still recomputes."""

    def __init__(
        self,
        versions: Iterable[Version],
        book: FactorBook,
        withdrawn_from: Mapping[str, date],
        zone: ZoneInfo,
        claiming: Claiming | None = None,
    ) -> None:
        super().__init__(versions, book)
        # Whose the numbers are by which actions are told apart.
        self.claiming = claiming or Claiming()
        # Whose civil days choose the version of an action.
        self.zone = zone
        self.withdrawn_from = dict(withdrawn_from)
        # The name of each region by its code.
        self.regions = book.regions
        self.scenes = Scenes.of({each.code: each.category_code for each in self.behaviours()})

    def with_scenes(self, register: SceneRegister) -> ProgrammeRulebook:
        """The same rules, with the scenes that are open."""
        made = copy(self)
        made.scenes = self.scenes.with_register(register)
        return made

    def version_for(self, behaviour: str, on: date, region: str) -> Version:
        """As before; a rule that was withdrawn is not replaced by the one it had superseded."""
        found = super().version_for(behaviour, on, region)
        if self.withdrawn_from:
            self.check_not_withdrawn(found, on)
        return found

    def check_not_withdrawn(self, version: Version, on: date) -> None:
        """Raises MethodologyWithdrawn."""
        ended = self.withdrawn_from.get(version.label)
        if ended is not None and on >= ended:
            raise MethodologyWithdrawn(
                pointer="/occurred_at",
                methodology=version.label,
                withdrawn_from=ended.isoformat(),
            )

    @property
    def only_for_points(self) -> frozenset[str]:
        """The behaviours of which every version is rewarded and never bundled."""
        bundled = {
            each.behaviour for each in self.versions() if each.action_class != BEHAVIOUR_ONLY
        }
        return frozenset(each.behaviour for each in self.versions()) - bundled

    def standing(self) -> list[Version]:
        """The versions of which no withdrawal was signed."""
        return [each for each in self.versions() if each.label not in self.withdrawn_from]

    def state_of(self, version: Version, on: date) -> str:
        """``published`` before its first day, ``in_force`` while it prices actions somewhere."""
        withdrawn_from = self.withdrawn_from.get(version.label)
        if withdrawn_from is not None and withdrawn_from <= on:
            return WITHDRAWN
        if on < version.validity.starts_on:
            return PUBLISHED
        if version.awaiting:
            # It lacks figures and takes no action, unless another has its place by now.
            return AWAITING if self.successor_of(version, on) is None else SUPERSEDED
        if not version.validity.in_force(on):
            return ENDED
        if version.survey is not None:
            newest = self.version_on(version.code, on)
            return IN_FORCE if newest is version else SUPERSEDED
        regions = (
            version.validity.regions
            if version.validity.regions is not None
            else version.reckoning.book.regions
        )
        if any(self._prices(version, on, region) for region in regions):
            return IN_FORCE
        return SUPERSEDED

    def superseded_by(self, version: Version, on: date) -> Version | None:
        """Which version of the same rule superseded it; None where none did."""
        if self.state_of(version, on) != SUPERSEDED:
            return None
        return self.successor_of(version, on)

    def _prices(self, version: Version, on: date, region: str) -> bool:
        try:
            return self.version_for(version.behaviour, on, region) is version
        except Refusal:
            # A successor that was withdrawn still supersedes.
            return False
