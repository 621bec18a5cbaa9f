"""Organisations by id and by kind: the one place that reads their names."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.paging import newest_first
from behaviours.organisations import AdmittedOrganisation, IssuedClient, Organisation
from behaviours.standing import OrganisationStanding

_BY_ID = text(
    """
    select organisation_id, kind, name from organisation where organisation_id = :organisation_id
    """
)
_LIST = newest_first(
    """
    select organisation_id, kind, name, state, revision, changed_at from organisation
     where (cast(:kind as text) is null or kind = :kind)
    """,
    by="organisation_id",
)

_AMONG = text(
    "select organisation_id from organisation where organisation_id = any(cast(:ids as uuid[]))"
)
_ADMITTED = text(
    """
    select o.organisation_id, o.kind, o.name, o.state, o.created_at, c.client_id,
           c.created_at as issued_at, c.disabled_at
      from organisation o left join client c on c.organisation_id = o.organisation_id
     where o.organisation_id = :organisation_id
     order by c.created_at, c.client_id
    """
)


def admitted_organisation(
    connection: Connection, organisation_id: UUID
) -> AdmittedOrganisation | None:
    """The organisation of this id with its clients, or None."""
    rows = connection.execute(_ADMITTED, {"organisation_id": organisation_id}).all()
    if not rows:
        return None
    clients = [
        IssuedClient(row.client_id, row.issued_at, row.disabled_at)
        for row in rows
        if row.client_id is not None
    ]
    first = rows[0]
    named = Organisation(*first[:3])
    return AdmittedOrganisation(named, first.state, first.created_at, tuple(clients))


def organisation(connection: Connection, organisation_id: UUID) -> Organisation | None:
    """The organisation of this id, or None."""
    row = connection.execute(_BY_ID, {"organisation_id": organisation_id}).one_or_none()
    return None if row is None else Organisation(*row)


def existing_organisations(connection: Connection, ids: Collection[UUID]) -> set[UUID]:
    """Which of these ids are of an organisation that takes part."""
    return set(connection.execute(_AMONG, {"ids": list(ids)}).scalars())


def list_organisations(
    connection: Connection, *, kind: str | None, before: UUID | None = None, most: int = 1000
) -> list[OrganisationStanding]:
    """Who was ever admitted, and how they stand, newest first."""
    rows = connection.execute(_LIST, {"kind": kind, "before": before, "most": most})
    return [OrganisationStanding(*row) for row in rows]
