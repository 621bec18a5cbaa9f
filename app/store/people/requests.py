"""SQL of requests: what organisations ask of people, and what they answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.paging import newest_first, page_of_person
from behaviours.requests import OPEN, PersonalRequest

# ruff: noqa: S608 - these statements are put together from constants only

_COLUMNS = (
    "request_id, organisation_id, kind, scene, text_version, subject_digest, state, asked_at,"
    " answered_at"
)
_ADD = text(
    f"""
    insert into personal_request (participant_id, {_COLUMNS})
    values (:participant_id, :request_id, :organisation_id, :kind, :scene, :text_version,
            :subject_digest, :state, :asked_at, :answered_at)
    """
)
_OPEN = text(
    f"""
    select participant_id, {_COLUMNS} from personal_request
     where participant_id = any(cast(:people as uuid[])) and state = '{OPEN}'
    """
)
_OF_PERSON = newest_first(
    f"select {_COLUMNS} from personal_request where participant_id = :participant_id",
    by="request_id",
)
_ONE = text(
    f"""
    select {_COLUMNS} from personal_request
     where participant_id = :participant_id and request_id = :request_id
    """
)
_ANSWER = text(
    """
    update personal_request set state = :state, answered_at = :answered_at
     where participant_id = :participant_id and request_id = :request_id
    """
)


def add_requests(connection: Connection, requests: Sequence[tuple[UUID, PersonalRequest]]) -> None:
    """Write down what is asked of people, as (person, request)."""
    if requests:
        connection.execute(
            _ADD, [{"participant_id": person, **asdict(each)} for person, each in requests]
        )


def open_requests(
    connection: Connection, people: Sequence[UUID]
) -> list[tuple[UUID, PersonalRequest]]:
    """What these people have not answered yet."""
    rows = connection.execute(_OPEN, {"people": list(people)})
    return [(row[0], PersonalRequest(*row[1:])) for row in rows]


def requests_of(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[PersonalRequest]:
    """What was asked of a person, newest first, also what was answered."""
    rows = page_of_person(connection, _OF_PERSON, participant_id, before=before, most=limit)
    return [PersonalRequest(*row) for row in rows]


def find_request(
    connection: Connection, participant_id: UUID, request_id: UUID
) -> PersonalRequest | None:
    asked = {"participant_id": participant_id, "request_id": request_id}
    row = connection.execute(_ONE, asked).one_or_none()
    return PersonalRequest(*row) if row else None


def write_answer(connection: Connection, participant_id: UUID, answered: PersonalRequest) -> None:
    """Keep the state that a request moved to."""
    connection.execute(_ANSWER, {"participant_id": participant_id, **asdict(answered)})
