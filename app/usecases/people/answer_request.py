"""Answer requests: what a provider could only ask for is given or declined by the person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.links import add_link
from app.store.people.requests import find_request, write_answer
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.people.decide_for import decide_for
from app.usecases.people.give_consent import ConsentTerms, give_consent
from behaviours.links import BY_PERSON, Link, SubjectTaken
from behaviours.people import UnknownOfPerson, check_open
from behaviours.refusal import found_or
from behaviours.requests import CONFIRM, CONSENT, PersonalRequest
from behaviours.scenes import Scenes


def answer_request(
    connection: Connection,
    participant_id: UUID,
    request_id: UUID,
    step: str,
    *,
    scenes: Scenes,
    clock: Clock,
    guardian: UUID | None = None,
) -> PersonalRequest:
    """The request after ``step``; what is confirmed holds from now on, and never from before.

    Refuses with RequestAnswered, with GuardianDecides, and as the consent or link itself would be:
    nothing is confirmed for a provider that does not take part.
    """
    seen = find_request(connection, participant_id, request_id)
    if seen is not None and step == CONFIRM:
        check_taking_part(connection, [seen.organisation_id])
    check_open(is_open=hold_account(connection, participant_id), guardian=guardian)
    now = clock.now()
    decide_for(connection, participant_id, guardian=guardian, now=now)
    asked = found_or(
        find_request(connection, participant_id, request_id), UnknownOfPerson("request")
    )
    answered = asked.move(step, now=now)
    if step == CONFIRM and answered.kind == CONSENT:
        assert answered.scene is not None
        assert answered.text_version is not None
        terms = ConsentTerms(answered.organisation_id, answered.scene, answered.text_version)
        give_consent(
            connection, participant_id, [terms], scenes=scenes, clock=clock, guardian=guardian
        )
    elif step == CONFIRM:
        _link(connection, participant_id, answered, now)
    write_answer(connection, participant_id, answered)
    return answered


def _link(
    connection: Connection, participant_id: UUID, asked: PersonalRequest, now: datetime
) -> None:
    assert asked.subject_digest is not None
    link = Link(new_id(), asked.organisation_id, BY_PERSON, now)
    if not add_link(connection, participant_id, link, subject_digest=asked.subject_digest):
        raise SubjectTaken
