"""Admission of scenes: what may be reported in a programme, and by which provider.

A scene is a behaviour or a whole category of them. It is admitted for the programme as such, and
for each provider that reports it, by the same steps; ``STEPS`` is the whole life of an admission::

    applied ─assess─▶ assessed ─publish─▶ published ─suspend─▶ suspended ─lift─▶ published
    applied, assessed ─decline─▶ declined ─apply─▶ applied

Somebody applies, an operator writes down the technical assessment and how data are kept safe, and
two people of two roles publish it; one of them suspends it, and it takes two again to lift that.
Nothing is forgotten: ``spans`` are the times at which it was open, and an action is reported only
when the scene is open now and was open when it was done. What was recorded before stays.

It is open everywhere, or in the regions of its application alone: a province holds its cities. Two
people change where a published scene is open, from that moment on (``place``); what was done
before is judged by where it was open then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict, UnknownId
from behaviours.steps import Step
from behaviours.viewer import Viewer

APPLIED, ASSESSED, DECLINED, PUBLISHED, SUSPENDED = STATES = (
    "applied",
    "assessed",
    "declined",
    "published",
    "suspended",
)

APPLY, ASSESS, DECLINE = "apply", "assess", "decline"
PUBLISH, SUSPEND, LIFT, PLACE = "publish", "suspend", "lift", "place"
# What a release before admissions let everybody do was open from the first.
CARRY: Final = "carry"
_PROGRAMME: Final = ("operator", "authority")
STEPS: Final[Mapping[str, Step]] = {
    APPLY: Step((DECLINED,), APPLIED, ("operator", "provider")),
    ASSESS: Step((APPLIED,), ASSESSED, ("operator",)),
    DECLINE: Step((APPLIED, ASSESSED), DECLINED, _PROGRAMME),
    PUBLISH: Step((ASSESSED,), PUBLISHED, _PROGRAMME),
    SUSPEND: Step((PUBLISHED,), SUSPENDED, _PROGRAMME),
    LIFT: Step((SUSPENDED,), PUBLISHED, _PROGRAMME),
    PLACE: Step((PUBLISHED,), PUBLISHED, _PROGRAMME),
}
ALL_STEPS: Final = (*STEPS, CARRY)
# Taken by two people of two roles.
BY_TWO: Final = (PUBLISH, LIFT, PLACE)


class UnknownAdmission(UnknownId):
    """There is no such admission of a scene, or it is not the asker's to see."""

    cases = ("scene_admission",)


class SceneStateConflict(Conflict):
    """What is to be done with a scene cannot be done in its state."""


class AssessorPublishes(Conflict):
    """Whoever assessed a scene does not sign its publication."""


class SceneAppliedAlready(Conflict):
    """Somebody applied for this scene before; that application goes on."""


class SceneApplication(NamedTuple):
    """A scene that a provider (None: the programme) is to report.

    ``words`` say what is reported, how it is known, and how the data are kept safe; ``regions``
    where it is to be open (none: everywhere).
    """

    provider_id: UUID | None
    scene: str
    words: str
    regions: Sequence[str] = ()

    @property
    def place(self) -> tuple[UUID | None, str]:
        """Of which there is one at most."""
        return self.provider_id, self.scene


class SceneSpan(NamedTuple):
    """A time at which a scene was open; ``until`` None: it is; no ``regions``: everywhere."""

    since: datetime
    until: datetime | None = None
    regions: tuple[str, ...] = ()

    def has(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


class SceneStep(NamedTuple):
    """What was done to an admission, by whom, and what they wrote."""

    step: str
    taken_by: UUID | None
    role: str | None
    words: str | None
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class SceneAdmission:
    """A scene of the programme (``provider_id`` None), or of a provider.

    ``revision`` grows with each step, so that a signature counts for one round only. ``regions``
    are where it was applied for, or is open since; none: everywhere.
    """

    admission_id: UUID
    provider_id: UUID | None
    scene: str
    state: str
    revision: int
    spans: tuple[SceneSpan, ...]
    applied_at: datetime
    changed_at: datetime
    regions: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[UUID | None, str]:
        """Of which there is one at most."""
        return self.provider_id, self.scene

    def check(self, step: str) -> None:
        """Whether the step can be taken in this state; raises SceneStateConflict."""
        if not self.can_take(step):
            needs = list(STEPS[step].needs)
            raise SceneStateConflict(state=self.state, step=step, needs=needs)

    def can_take(self, step: str) -> bool:
        return self.state in STEPS[step].needs

    def move(
        self,
        step: str,
        *,
        now: datetime,
        since: datetime | None = None,
        regions: tuple[str, ...] | None = None,
    ) -> SceneAdmission:
        """The admission after ``step``; raises SceneStateConflict.

        A publication opens it ``since`` a stated moment, which may lie in the past, as long as no
        earlier time was open; a lift opens it now, and a suspension ends what is open. An
        application and a change of place state ``regions``.
        """
        self.check(step)
        where = self.regions if regions is None else regions
        spans = self.spans
        if step == PLACE:
            # What was to open later still does so then.
            later = max((each.since for each in spans if each.since > now), default=now)
            spans = (*_ended(spans, now), SceneSpan(later, None, where))
        elif step in BY_TWO:
            spans = (*spans, SceneSpan(since or now, None, where))
        elif step == SUSPEND:
            spans = _ended(spans, now)
        return replace(
            self,
            state=STEPS[step].leads_to,
            revision=self.revision + 1,
            spans=spans,
            changed_at=now,
            regions=where,
        )

    def check_seen_by(self, by: Viewer) -> None:
        """The programme's are everybody's, a provider's its own; raises UnknownAdmission."""
        if not (self.provider_id is None or by.sees_all or by.tenant_id == self.provider_id):
            raise UnknownAdmission("scene_admission")


def _ended(spans: tuple[SceneSpan, ...], now: datetime) -> tuple[SceneSpan, ...]:
    """What was open until now; what was to open later never does."""
    return tuple(
        each._replace(until=min(each.until or now, now)) for each in spans if each.since < now
    )


def check_not_assessor(steps: Iterable[SceneStep], user_id: UUID | None) -> None:
    """Raises AssessorPublishes for whoever wrote the assessment that stands."""
    assessed = [each.taken_by for each in steps if each.step == ASSESS]
    if assessed and assessed[-1] == user_id:
        raise AssessorPublishes


def new_admission(
    admission_id: UUID,
    provider_id: UUID | None,
    scene: str,
    *,
    now: datetime,
    regions: tuple[str, ...] = (),
) -> SceneAdmission:
    """An application, at its first moment."""
    return SceneAdmission(admission_id, provider_id, scene, APPLIED, 1, (), now, now, regions)


def opened(
    admission_id: UUID, provider_id: UUID | None, scene: str, *, since: datetime
) -> SceneAdmission:
    """An admission that is open since a moment, of which nothing else is known."""
    spans = (SceneSpan(since),)
    return SceneAdmission(admission_id, provider_id, scene, PUBLISHED, 1, spans, since, since)
