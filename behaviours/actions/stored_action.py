"""A stored action: what was recorded, what became of it since, and who may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from uuid import UUID

from behaviours.actions.action import Action
from behaviours.actions.calculation import RecordedCalculation, ReductionRecord
from behaviours.actions.claims import NO_CLAIMS, Claims, claims_of, with_defaults
from behaviours.actions.content import EVIDENCE, Content, content_of, differing
from behaviours.actions.reported import ReportedAction
from behaviours.actions.waiting import OPEN, QUANTIFIED, REVERSED, Waiting
from behaviours.issuers import IssuerRegister
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.methodology import Version
from behaviours.sharing import RecordedShare
from behaviours.viewer import Viewer

# What became of its reduction. One that waits with its action is in no pool; one whose action was
# refused or lapsed never was.
PENDING, SELECTED, SEALED, ISSUED = "pending", "selected", "sealed", "issued"
# Of a reduction that a unit contains, or will: the unit is frozen.
IN_A_UNIT = frozenset({SEALED, ISSUED})
WAITING, VOID = "waiting", "void"
REDUCTION_STATES = (PENDING, SELECTED, SEALED, ISSUED, REVERSED, WAITING, VOID)


def frees_claims(reduction_state: str) -> bool:
    """Whether taking back an action whose reduction is in this state lets others claim it.

    What a unit contains was sold as saved: whoever claimed it again would have it sold twice.
    """
    return reduction_state not in IN_A_UNIT


@dataclass(frozen=True, slots=True)
class RecordedAction(ReportedAction):
    """An action as it was reported, and by whom it was done."""

    participant_id: UUID

    def as_reported(self) -> Action:
        """As its sender sent it; what was shredded cannot be asked for it."""
        assert self.external_id is not None, "what it said of its person is shredded"
        return Action(
            participant_id=self.participant_id.hex,
            provider_id=self.provider_id.hex if self.provider_id else "",
            behaviour=self.behaviour,
            external_id=self.external_id,
            occurred_at=self.occurred_at,
            ended_at=self.ended_at,
            region=self.region,
            quantities=self.quantities,
            evidence=self.evidence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAction(RecordedAction):
    """An action with its reduction in mg CO2e and its points.

    ``calculation`` holds the ``inputs`` and ``factors`` of the reduction, ``issuers`` whose the
    numbers in its evidence are, by kind of claim, where they are not the provider's own.
    ``reversed_at`` and ``reason`` are those of its reversal, ``bundle_id`` names the bundle that
    holds the reduction, since ``frozen_at`` for good.
    """

    methodology: str
    version: str
    digest: bytes
    provenance: str
    action_class: str
    vintage: int
    saved_mg: int
    calculation: RecordedCalculation
    issuers: Mapping[str, str] | None
    # What an action that waits has nothing of.
    points: int = 0
    limited_by: str | None = None
    points_available_at: datetime | None = None
    points_expires_at: datetime | None = None
    reversed_at: datetime | None = None
    reason: str | None = None
    bundle_id: UUID | None = None
    frozen_at: datetime | None = None
    is_issued: bool = False
    # Of its reversal too: ``role:name`` of who signed last, and what became of its points.
    reversed_by: str | None = None
    reason_code: str | None = None
    points_taken: int | None = None
    points_owed: int | None = None
    # Of an action that was not credited at once.
    waiting: Waiting | None = None
    # What its being a first time added to its points: (code, points) of each.
    bonuses: Sequence[tuple[str, int]] = ()

    @property
    def state(self) -> str:
        if self.reversed_at:
            return REVERSED
        return self.waiting.state if self.waiting else QUANTIFIED

    @property
    def is_credited(self) -> bool:
        """Whether it has, or had, points and a place in the pool."""
        return self.waiting is None or self.waiting.state == QUANTIFIED

    @property
    def reduction_state(self) -> str:
        """One of ``REDUCTION_STATES``; what is sealed stays sealed."""
        if self.frozen_at:
            return ISSUED if self.is_issued else SEALED
        if self.reversed_at or self.state == REVERSED:
            return REVERSED
        if not self.is_credited:
            return WAITING if self.state in OPEN else VOID
        return SELECTED if self.bundle_id else PENDING

    @property
    def holds_claims(self) -> bool:
        """Whether nobody else can claim what it claimed: it is live, or a unit contains it."""
        return self.state != REVERSED or not frees_claims(self.reduction_state)

    @property
    def occurred_on(self) -> date:
        """The civil day on which it was done, as it was when the action was recorded."""
        return date.fromisoformat(self.calculation["inputs"]["occurred_on"])

    @property
    def content_digest(self) -> str:
        """The content of the methodology version, as ``sha256:…``."""
        return f"sha256:{self.digest.hex()}"

    @property
    def share(self) -> RecordedShare | None:
        """Which part it has of what its household saved; None: it is nobody else's at all."""
        return self.calculation["inputs"].get("share")

    def is_visible_to(self, viewer: Viewer) -> bool:
        """Parties are the person, the provider that reported it, operators and authorities."""
        if viewer.sees_all:
            return viewer.answers_in(self.region)
        if viewer.role == "participant":
            return viewer.tenant_id == self.participant_id
        return self.provider_id is not None and viewer.tenant_id == self.provider_id

    def claims(self, version: Version, zone: tzinfo, register: IssuerRegister) -> Claims:
        """What it claimed by its own version; nothing is judged again.

        What somebody else of the household reported holds what is claimed of the whole.
        """
        if self.share is not None and self.share["passed_on"]:
            return NO_CLAIMS
        evidence = with_defaults(version.told, self.evidence)
        action = self.as_reported()
        return claims_of(
            version,
            action,
            evidence,
            self.occurred_on,
            zone,
            naming_of=lambda kind: register.kept(action.provider_id, kind, self.issuers),
            recorded=True,
        )

    def claims_by(self, rulebook: ProgrammeRulebook) -> Claims:
        """What it claimed, by the programme's rules; what was shredded cannot be asked for it."""
        version = rulebook.version_by_digest(self.content_digest)
        return self.claims(version, rulebook.zone, rulebook.claiming.register)

    def content(self, version: Version, claims: Claims) -> dict[str, str]:
        """What was said of it, by member, as a repeat of it is compared."""
        evidence = with_defaults(version.told, self.evidence)
        return content_of(self.as_reported(), evidence, claims.numbers)

    def differing(self, version: Version, claims: Claims | None, other: Content) -> Sequence[str]:
        """The members in which it differs from another content under its external id.

        ``claims`` is None when its evidence is shredded; that the fingerprints differ is known.
        """
        if claims is not None:
            return differing(self.content(version, claims), other)
        kept = content_of(replace(self, external_id="").as_reported(), {}, {})
        return [name for name in differing(kept, other) if name != EVIDENCE] or [EVIDENCE]

    def record(self) -> ReductionRecord:
        """The reduction as it was recorded."""
        return {
            "saved_mg": self.saved_mg,
            "methodology": self.methodology,
            "version": self.version,
            "digest": self.content_digest,
            "provenance": self.provenance,
            "action_class": self.action_class,
            "vintage": self.vintage,
            "inputs": self.calculation["inputs"],
            "factors": self.calculation["factors"],
        }
