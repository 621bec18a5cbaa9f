"""People and what they say: to what they can agree, and why it is refused.

A consent is of one provider and one scene; an entrustment is of reductions of a period. Both name
the version of the text that the person saw.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from uuid import UUID

from behaviours.mandates import Caps
from behaviours.refusal import Invalid, UnknownId
from behaviours.scenes import PLACES, Scenes
from behaviours.viewer import Viewer
from behaviours.vocabulary import SCENE_CATEGORIES

# An account is open until its person leaves; nobody opens it again.
ACTIVE, CLOSED = STATES = ("active", "closed")
# How a consent came to be known: the person's own login, a provider's request, a provider's file;
# of who is too young, the guardian's login.
BY_LOGIN, BY_API, BY_FILE, BY_GUARDIAN = "login", "provider", "file", "guardian"
CHANNELS = (BY_LOGIN, BY_API, BY_FILE, BY_GUARDIAN)
# No text that anybody could agree to is older.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agreed to: that this organisation reports this scene; as it stands."""

    consent_id: UUID
    organisation_id: UUID
    scene: str
    text_version: str
    granted_at: datetime
    recorded_at: datetime
    withdrawn_at: datetime | None
    # How it came to be known; None: it was recorded before this was kept.
    channel: str | None


@dataclass(frozen=True, slots=True)
class Consenting:
    """What an organisation says of a person's consent to it; given now when not stated."""

    scene: str
    text_version: str
    granted_at: datetime | None = None
    # Where the text was named, for a refusal.
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What stands, against one organisation's word, of the account that a person left before.

    ``withdrawn`` are the scenes for which the person had taken back a consent to it, ``agreed``
    those for which there was one at all; None where that was not kept.
    """

    left_at: datetime
    withdrawn: frozenset[str]
    agreed: frozenset[str] | None = None


class Word(Enum):
    """How far an organisation's word about a consent reaches."""

    REPEATS = "repeats"
    GIVES = "gives"
    ASKS = "asks"


@dataclass(frozen=True, slots=True)
class Contribution:
    """An entrustment of the reductions of some days, both included, as it stands.

    ``methodology`` None means every methodology, also those that come later.
    """

    contribution_id: UUID
    methodology: str | None
    occurred_from: date
    occurred_to: date
    text_version: str
    granted_at: datetime
    withdrawn_at: datetime | None
    # For one bundle alone; None is for every one.
    bundle_id: UUID | None = None
    caps: Caps | None = None


class UnknownOfPerson(UnknownId):
    """The account is closed, or the person has no such consent or contribution."""

    cases = (
        "account",
        "consent",
        "contribution",
        "household",
        "identity_change",
        "link",
        "request",
        "ward",
    )


class UnknownScene(Invalid):
    """A consent names a scene that is neither a behaviour nor a category of behaviours."""


class ConsentInFuture(Invalid):
    """A consent is dated after the present: nobody can have given it."""


class ConsentTooOld(Invalid):
    """A consent is dated before anybody could give one."""


class IdentityEmpty(Invalid):
    """Nothing is left of an identity once the space around it is taken away."""


class UnknownContributionMethodology(Invalid):
    """A contribution names a methodology that this programme does not have."""


class PeriodBackwards(Invalid):
    """A period ends before it begins."""


def check_scene(scene: str, known: Collection[str], *, pointer: str) -> None:
    """Refuse a scene that nothing could ever be reported under."""
    if scene not in known:
        raise UnknownScene(
            pointer=pointer,
            categories=list(SCENE_CATEGORIES),
            behaviours=sorted(set(known) - {*SCENE_CATEGORIES, PLACES}),
        )


def check_given(granted_at: datetime, *, now: datetime, pointer: str) -> None:
    """Refuse a consent that was given later than now, or before there was anything to agree to."""
    if granted_at > now:
        raise ConsentInFuture(pointer=pointer)
    if granted_at < EARLIEST:
        raise ConsentTooOld(pointer=pointer, earliest=EARLIEST.date().isoformat())


def weigh_word(
    known: Collection[Consent],
    said: Consenting,
    *,
    scenes: Scenes,
    leaving: Leaving | None = None,
    is_guarded: bool = False,
) -> Word:
    """What an organisation's word that a person agreed comes to.

    ``known`` are the person's consents to that organisation. A withdrawal of the same scene, of its
    category or of a behaviour within it stands against the word whatever date the word names: from
    then on only the person gives a consent. It stands also when the person left the account and
    came back; and no word brings a consent back that ended with the ``leaving``.

    An organisation that had none then is not told that there was an account before: what it says is
    written down, and covers nothing from before (``behaviours.actions.obstacles``).

    Of who is too young to agree (``is_guarded``) no organisation's word gives anything: it asks the
    guardian.
    """
    same = [
        each
        for each in known
        if (each.scene, each.text_version) == (said.scene, said.text_version)
        and each.withdrawn_at is None
    ]
    withdrawn = any(
        each.withdrawn_at is not None and scenes.touch(each.scene, said.scene) for each in known
    ) or (leaving is not None and _stands_against(leaving, said, scenes))
    since = min((each.granted_at for each in same), default=None)
    # Said again it is the same consent, unless it is now said to reach further back.
    back = since is not None and said.granted_at is not None and said.granted_at < since
    if since is not None and (withdrawn or not back):
        return Word.REPEATS
    return Word.ASKS if withdrawn or is_guarded else Word.GIVES


def _stands_against(leaving: Leaving, said: Consenting, scenes: Scenes) -> bool:
    if said.granted_at is not None and said.granted_at < leaving.left_at:
        ended = leaving.agreed
        if ended is None or any(scenes.touch(scene, said.scene) for scene in ended):
            return True
    return any(scenes.touch(scene, said.scene) for scene in leaving.withdrawn)


def check_entrusted(
    methodology: str | None, known: Collection[str], *, first: date, last: date
) -> None:
    """Refuse an entrustment of a methodology that is not known, or of a period that is none.

    ``methodology`` None means every one; both days belong to the period.
    """
    if methodology is not None and methodology not in known:
        raise UnknownContributionMethodology(pointer="/methodology", methodology=methodology)
    if last < first:
        raise PeriodBackwards(pointer="/to")


def check_open(*, is_open: bool, guardian: UUID | None = None) -> None:
    """Refuse what a person with a closed account asks for.

    A ``guardian`` of somebody is told what is told of whoever is not their child: who has an
    account is nothing to them.
    """
    if not is_open:
        raise UnknownOfPerson("account" if guardian is None else "ward")


def person_behind(viewer: Viewer) -> UUID:
    """The person who looks at their own things; nobody else is given them to see."""
    assert viewer.role == "participant", "routes about one's own things admit people only"
    assert viewer.tenant_id is not None, "a participant's token names the participant"
    return viewer.tenant_id
