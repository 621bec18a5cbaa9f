"""The life of a version: draft, filed, reviewed, published; and which step leads where.

What is published never changes. From then on only days decide: a version is in force, superseded,
ended or withdrawn on a day, which ``behaviours.rules.in_force`` answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from uuid import NAMESPACE_URL, UUID, uuid5

from behaviours.json_value import JsonObject
from behaviours.refusal import Conflict, Stale, UnknownId
from behaviours.viewer import Viewer

DRAFT, FILED, REVIEWED, PUBLISHED = STATES = ("draft", "filed", "reviewed", "published")
WITHDRAWN = "withdrawn"

# They draft, review and sign rules, and so see them before their publication.
INSIDERS = frozenset({"operator", "authority", "verifier"})


class UnknownDraft(UnknownId):
    """No version of that name is on its way, or none that the viewer may see."""

    cases = ("methodology_draft",)


class LifecycleConflict(Conflict, code="METHODOLOGY_STATE_CONFLICT"):
    """The version is at another point of its life than this step needs."""

    # Of a draft; of what rests with experts; of what can never change.
    cases = ("draft", "resting", "published")


class DraftChanged(Stale, code="METHODOLOGY_DRAFT_CHANGED"):
    """Somebody changed the draft since the caller read it."""

    cases = ("changed", "unreadable")


class AnotherPersonNeeded(Conflict):
    """Whoever reviewed, published or approved a version does none of the other two."""

    cases = ("reviewed_publishes", "reviewed_approves", "published_approves")


@dataclass(frozen=True, slots=True)
class LifeStep:
    """One way to go on: from which states, to which, by whom.

    ``recorded`` is its name in the history. A step ``anew`` makes another revision, for which no
    earlier signature counts.
    """

    recorded: str
    needed: tuple[str, ...]
    state: str
    roles: tuple[str, ...]
    anew: bool = False


_EXPERTS = ("verifier", "authority")

# The steps that write a document: the first, and every one that changes it.
FIRST_STEP, REVISE = WRITING_STEPS = ("draft", "revise")

STEPS: Mapping[str, LifeStep] = MappingProxyType(
    {
        "draft": LifeStep("draft", (), DRAFT, ("operator",)),
        "revise": LifeStep("revise", (DRAFT,), DRAFT, ("operator",), anew=True),
        "file": LifeStep("file", (DRAFT,), FILED, ("operator",)),
        "approve": LifeStep("review", (FILED,), REVIEWED, _EXPERTS),
        "return": LifeStep("review", (FILED,), DRAFT, _EXPERTS, anew=True),
        "reopen": LifeStep("reopen", (FILED, REVIEWED), DRAFT, ("operator",), anew=True),
        "sign": LifeStep("sign", (REVIEWED,), REVIEWED, ("operator", "authority")),
        "publish": LifeStep("publish", (REVIEWED,), PUBLISHED, ("operator", "authority")),
        "sign_withdrawal": LifeStep(
            "sign_withdrawal", (PUBLISHED,), PUBLISHED, ("operator", "authority")
        ),
        "withdraw": LifeStep("withdraw", (PUBLISHED,), WITHDRAWN, ("operator", "authority")),
    }
)


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step on record: ``state`` is the one after it, ``details`` what was declared or said."""

    step: str
    state: str
    revision: int
    digest: str
    user_id: UUID
    role: str
    taken_at: datetime
    details: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MethodologyVersion:
    """A version on its way, or published here: its texts as they were sent, and where it is.

    ``digest`` has the form that reductions show; ``revision`` rises with every change.
    """

    code: str
    version: str
    behaviour: str
    document: str
    examples: str
    digest: str
    state: str
    revision: int
    drafted_by: UUID
    drafted_at: datetime
    application: JsonObject | None = None
    published_at: datetime | None = None

    @property
    def label(self) -> str:
        return f"{self.code}@{self.version}"

    def move(self, step: str, by: Viewer, *, now: datetime) -> MethodologyVersion:
        """The version after the step; raises LifecycleConflict where it cannot be taken."""
        taken = STEPS[step]
        assert by.role in taken.roles, f"{by.role} takes no step {step}"
        if self.state not in taken.needed:
            raise self._conflict(taken.needed)
        return replace(
            self,
            state=taken.state,
            revision=self.revision + taken.anew,
            published_at=now if taken.state == PUBLISHED else self.published_at,
        )

    def written(
        self, *, behaviour: str, document: str, examples: str, digest: str
    ) -> MethodologyVersion:
        """The version with another content."""
        return replace(
            self, behaviour=behaviour, document=document, examples=examples, digest=digest
        )

    def check_revision(self, read: Collection[int] | None) -> None:
        """Raises DraftChanged when the caller read another revision; None is any."""
        if read is not None and self.revision not in read:
            raise DraftChanged(
                "changed",
                methodology=self.label,
                revision=self.revision,
                read=", ".join(map(str, sorted(read))),
            )

    def step(
        self, step: str, by: Viewer, *, now: datetime, details: JsonObject | None = None
    ) -> StepTaken:
        """The step as it goes on record, taken with this content."""
        return step_taken(step, self.revision, self.digest, by, now=now, details=details)

    def _conflict(self, needed: tuple[str, ...]) -> LifecycleConflict:
        case = "resting" if self.state in (FILED, REVIEWED) else self.state
        return LifecycleConflict(
            case,
            methodology=self.label,
            state=self.state,
            needed=list(needed),
            stage=self.state,
            stages=list(needed),
        )


def step_taken(
    step: str,
    revision: int,
    digest: str,
    by: Viewer,
    *,
    now: datetime,
    details: JsonObject | None = None,
) -> StepTaken:
    """A step of the table on record; a shipped version has the revision 0."""
    assert by.user_id is not None, "a step is taken by somebody"
    taken = STEPS[step]
    return StepTaken(
        taken.recorded, taken.state, revision, digest, by.user_id, by.role, now, details or {}
    )


def check_publisher(steps: Iterable[StepTaken], user_id: UUID | None) -> None:
    """Raises AnotherPersonNeeded for whoever reviewed any revision of the version."""
    if user_id in _takers(steps, ("approve", "return")):
        raise AnotherPersonNeeded("reviewed_publishes")


def check_approver(steps: Collection[StepTaken], user_id: UUID | None) -> None:
    """Whether a person may approve a published version for bundles.

    Raises AnotherPersonNeeded for whoever reviewed it or signed its publication.
    """
    if user_id in _takers(steps, ("approve", "return")):
        raise AnotherPersonNeeded("reviewed_approves")
    if user_id in _takers(steps, ("sign", "publish")):
        raise AnotherPersonNeeded("published_approves")


def _takers(steps: Iterable[StepTaken], names: Collection[str]) -> set[UUID]:
    recorded = {STEPS[name].recorded for name in names}
    return {each.user_id for each in steps if each.step in recorded}


def works_on_rules(viewer: Viewer | None) -> bool:
    """Whether the viewer may see versions before their publication, and who took which step."""
    return viewer is not None and viewer.role in INSIDERS


def subject_of(code: str, version: str) -> UUID:
    """The id under which signatures and tasks speak of a version."""
    return uuid5(NAMESPACE_URL, f"tanpuhui:methodology:{code}@{version}")
