"""SQL of login services: by whose word a provider's users come in, and by which key."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from app.ids import public
from app.store.admitted import statements_of, write_admitted
from app.store.events.gathering import moved
from app.store.log.acting import tell
from behaviours.login_services import LoginService

# ruff: noqa: S608 - these statements are put together from constants only

_COLUMNS = (
    "login_service_id, issuer, organisation_id, public_key, state, created_at, admitted_at,"
    " disabled_at"
)
# The second of two that come at the same instant waits for the first, and then finds the issuer.
_ADD = text(
    f"""
    insert into identity_provider ({_COLUMNS})
    values (:login_service_id, :issuer, :organisation_id, :public_key, :state, :proposed_at,
            :admitted_at, :ended_at)
        on conflict (issuer) where disabled_at is null do nothing
    """
)
_OF_ISSUER = text(
    f"select {_COLUMNS} from identity_provider where issuer = :issuer and disabled_at is null"
)
_FIND = text(f"select {_COLUMNS} from identity_provider where login_service_id = :id")
_HOLD, _PAGE, _WRITE = statements_of(
    "identity_provider", "login_service_id", _COLUMNS, ended_at="disabled_at"
)


def add_login_service(connection: Connection, added: LoginService) -> bool:
    """Keep what was proposed; False when another service of this issuer stands."""
    _tell(added)
    done = connection.execute(_ADD, asdict(added)).rowcount == 1
    if done:
        moved(added)
    return done


def login_service_of(connection: Connection, issuer: str) -> LoginService | None:
    """The service of an issuer that has not ended."""
    row = connection.execute(_OF_ISSUER, {"issuer": issuer}).one_or_none()
    return _service(row) if row else None


def find_login_service(connection: Connection, login_service_id: UUID) -> LoginService | None:
    """The service as it stands at this moment."""
    row = connection.execute(_FIND, {"id": login_service_id}).one_or_none()
    return _service(row) if row else None


def hold_login_service(connection: Connection, login_service_id: UUID) -> LoginService | None:
    """The service, which nobody else moves until the transaction ends."""
    row = connection.execute(_HOLD, {"id": login_service_id}).one_or_none()
    return _service(row) if row else None


def login_services_page(
    connection: Connection, *, before: UUID | None, most: int
) -> list[LoginService]:
    """Services, newest first, also those that ended."""
    return [_service(row) for row in connection.execute(_PAGE, {"before": before, "most": most})]


def write_login_service(connection: Connection, moved: LoginService) -> None:
    """Keep the state that a service moved to."""
    write_admitted(connection, _WRITE, moved.login_service_id, moved)
    _tell(moved)


def _tell(service: LoginService) -> None:
    told = {"organisation_id": public("org", service.organisation_id), "state": service.state}
    tell("identity_provider", service.issuer, told)


def _service(row: Row[Any]) -> LoginService:
    login_service_id, issuer, organisation_id, public_key, *rest = tuple(row)
    return LoginService(login_service_id, issuer, organisation_id, bytes(public_key), *rest)
