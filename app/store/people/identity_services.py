"""SQL of identity services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.admitted import statements_of, write_admitted
from app.store.events.gathering import moved
from app.store.inserting import by_name
from behaviours.identity_services import IdentityService, ServiceTerms

# ruff: noqa: S608 - these statements are put together from constants only

_OF_TERMS = ServiceTerms._fields
_STANDING = ("state", "proposed_at", "admitted_at", "ended_at")
_COLUMNS = ", ".join(("service_id", *_OF_TERMS, *_STANDING))
# The second of two that come at the same instant waits for the first, and then finds the issuer.
_ADD = text(
    f"""
    insert into identity_service ({_COLUMNS})
    values (:service_id, {", ".join(f":{name}" for name in (*_OF_TERMS, *_STANDING))})
        on conflict (issuer) where ended_at is null do nothing
    """
).bindparams(bindparam("keys", type_=JSONB(none_as_null=True)))
_OF_ISSUER = text(
    f"select {_COLUMNS} from identity_service where issuer = :issuer and ended_at is null"
)
_SHARE = text(f"{_OF_ISSUER.text} for share")
_FIND = text(f"select {_COLUMNS} from identity_service where service_id = :id")
_HOLD, _PAGE, _WRITE = statements_of("identity_service", "service_id", _COLUMNS)


def add_service(connection: Connection, added: IdentityService) -> bool:
    """Keep what was proposed; False when another service of this issuer stands."""
    done = connection.execute(
        _ADD,
        {
            "service_id": added.service_id,
            **added.terms._asdict(),
            **by_name(_STANDING, added),
        },
    )
    if done.rowcount:
        moved(added)
    return done.rowcount == 1


def service_of(
    connection: Connection, issuer: str, *, shared: bool = False
) -> IdentityService | None:
    """The service of an issuer that has not ended; ``shared`` lets nobody end it meanwhile."""
    asked = connection.execute(_SHARE if shared else _OF_ISSUER, {"issuer": issuer})
    row = asked.one_or_none()
    return _service(row) if row else None


def find_service(connection: Connection, service_id: UUID) -> IdentityService | None:
    """The service as it stands at this moment."""
    row = connection.execute(_FIND, {"id": service_id}).one_or_none()
    return _service(row) if row else None


def hold_service(connection: Connection, service_id: UUID) -> IdentityService | None:
    """The service, which nobody else moves until the transaction ends."""
    row = connection.execute(_HOLD, {"id": service_id}).one_or_none()
    return _service(row) if row else None


def services_page(
    connection: Connection, *, before: UUID | None, most: int
) -> list[IdentityService]:
    """Services, newest first, also those that ended."""
    rows = connection.execute(_PAGE, {"before": before, "most": most})
    return [_service(row) for row in rows]


def write_service(connection: Connection, moved: IdentityService) -> None:
    """Keep the state that a service moved to."""
    write_admitted(connection, _WRITE, moved.service_id, moved)


def _service(row: Row[Any]) -> IdentityService:
    service_id, *rest = tuple(row)
    told = len(_OF_TERMS)
    return IdentityService(service_id, ServiceTerms(*rest[:told]), *rest[told:])
