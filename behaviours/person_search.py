"""Whom the programme looks for, by a number that somebody read out or wrote down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.actions.declared import DeclaredNumber
from behaviours.refusal import Invalid

BY_IDENTITY: Final = "identity"
BY_PARTICIPANT: Final = "participant_id"
BY_ACTION: Final = "action_id"
BY_EXTERNAL_ID: Final = "external_id"
BY_CLAIM: Final = "claim"
# In the order of the members of ``SoughtPerson``.
WAYS: Final = (BY_IDENTITY, BY_PARTICIPANT, BY_ACTION, BY_EXTERNAL_ID, BY_CLAIM)


class SearchWrong(Invalid):
    """A search that names nothing, or several things, or half of one."""

    cases = ("one", "provider", "whose")


class SoughtPerson(NamedTuple):
    """Exactly one of these: digests of an identity, an account, an action, what a provider calls
    one of its actions, or the numbers of a claim on a day."""

    digests: tuple[bytes, ...] = ()
    participant_id: UUID | None = None
    action_id: UUID | None = None
    # A provider and its own number.
    external: tuple[UUID, str] | None = None
    claim: DeclaredNumber | None = None

    @property
    def way(self) -> str:
        """By what it looks; raises SearchWrong."""
        said = [way for way, given in zip(WAYS, self, strict=True) if given]
        if len(said) != 1:
            raise SearchWrong("one", pointer="", ways=", ".join(WAYS))
        return said[0]


class FoundPerson(NamedTuple):
    """An account that was found; ``providers`` are who enrolled the person, in order."""

    participant_id: UUID
    state: str
    region: str
    enrolled_at: datetime
    providers: Sequence[UUID]


class FoundPeople(NamedTuple):
    """Who was found, and by which actions where one was looked for."""

    people: Sequence[FoundPerson]
    actions: Sequence[UUID]
