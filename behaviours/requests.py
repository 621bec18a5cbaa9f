"""Requests: what a provider may only ask for, and the person alone confirms by an own login.

A provider's word about a person reaches as far as nobody's will stands against it. Beyond that it
becomes a request: for a consent after a withdrawal, for a link to an account that others opened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from behaviours.refusal import Conflict

CONSENT, LINK = "consent", "link"
KINDS = (CONSENT, LINK)

OPEN, CONFIRMED, DECLINED = "open", "confirmed", "declined"
CONFIRM, DECLINE = "confirm", "decline"
# (state, step) -> the next state; both steps are the person's.
STEPS = {(OPEN, CONFIRM): CONFIRMED, (OPEN, DECLINE): DECLINED}


class RequestAnswered(Conflict):
    """The person answered this request before."""


@dataclass(frozen=True, slots=True)
class PersonalRequest:
    """What an organisation asks of a person.

    Of a consent: ``scene`` and ``text_version``; of a link: the digest of the provider's subject.
    """

    request_id: UUID
    organisation_id: UUID
    kind: str
    scene: str | None
    text_version: str | None
    subject_digest: bytes | None
    state: str
    asked_at: datetime
    answered_at: datetime | None

    @property
    def about(self) -> tuple[object, ...]:
        """What is asked: two requests about the same are one."""
        return (
            self.organisation_id,
            self.kind,
            self.scene,
            self.text_version,
            self.subject_digest,
        )

    def move(self, step: str, *, now: datetime) -> Self:
        """The request after the person's answer; refuses with RequestAnswered."""
        following = STEPS.get((self.state, step))
        if following is None:
            raise RequestAnswered(state=self.state)
        return replace(self, state=following, answered_at=now)
