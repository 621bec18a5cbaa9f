"""SQL of covered emitters' boundaries: as they were proposed, and which of them two signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.log.acting import tell
from behaviours.actions.boundaries import BOUNDARY, BoundaryNumber, EmitterBoundary, NewBoundary
from behaviours.json_value import JsonObject
from behaviours.logged_things import subject_of

_ALONE = text("select pg_advisory_xact_lock(hashtextextended('boundaries', 0))")
_ADD = text(
    """
    insert into emitter_boundary (boundary_id, organisation_id, market, first_year, last_year,
                                  source, numbers, proposed_at)
    values (:boundary_id, :organisation_id, :market, :first_year, :last_year, :source, :numbers,
            :proposed_at)
    """
).bindparams(bindparam("numbers", type_=JSONB))
# Published is what both roles signed, from the moment of the second signature.
_SIGNED = f"""
    select b.*, s.published_at
      from emitter_boundary b
     cross join lateral (
        select case when count(distinct role) = 2 then max(signed_at) end as published_at
          from signature where subject_kind = '{BOUNDARY}' and subject_id = b.boundary_id) s
"""  # noqa: S608 - a word of the domain
_ONE = text(f"{_SIGNED} where b.boundary_id = :boundary_id")
_OF = text(
    f"""{_SIGNED} where b.organisation_id = any(cast(:organisation_ids as uuid[]))
     order by b.boundary_id"""
)
_PAGE = text(
    f"""{_SIGNED}
     where (cast(:before as uuid) is null or b.boundary_id < :before)
       and (cast(:organisation_id as uuid) is null or b.organisation_id = :organisation_id)
       and (cast(:market as text) is null or b.market = :market)
       and (s.published_at is not null) = :published
     order by b.boundary_id desc limit :most"""
)


def lock_boundaries(connection: Connection) -> None:
    """Until the transaction ends nobody else proposes or publishes a boundary."""
    connection.execute(_ALONE)


def add_boundaries(connection: Connection, proposed: Sequence[EmitterBoundary]) -> None:
    """Keep proposals."""
    if not proposed:
        return
    connection.execute(
        _ADD,
        [
            {
                "boundary_id": each.boundary_id,
                "proposed_at": each.proposed_at,
                **each.said._asdict(),
                "numbers": [_kept(number) for number in each.said.numbers],
            }
            for each in proposed
        ],
    )
    for each in proposed:
        told: JsonObject = {
            "market": each.said.market,
            "source": each.said.source,
            "numbers": len(each.said.numbers),
            "published": False,
        }
        tell(BOUNDARY, subject_of(BOUNDARY, each.boundary_id).name, told)


def find_boundary(connection: Connection, boundary_id: UUID) -> EmitterBoundary | None:
    row = connection.execute(_ONE, {"boundary_id": boundary_id}).mappings().one_or_none()
    return _boundary(row) if row else None


def boundaries_of(
    connection: Connection, organisation_ids: Sequence[UUID]
) -> list[EmitterBoundary]:
    """Every boundary of these organisations, as they were proposed."""
    rows = connection.execute(_OF, {"organisation_ids": list(organisation_ids)})
    return [_boundary(row) for row in rows.mappings()]


def list_boundaries(
    connection: Connection,
    *,
    organisation_id: UUID | None,
    market: str | None,
    published: bool,
    before: UUID | None,
    most: int,
) -> list[EmitterBoundary]:
    """Those that two people signed, or those that wait, newest first."""
    rows = connection.execute(
        _PAGE,
        {
            "organisation_id": organisation_id,
            "market": market,
            "published": published,
            "before": before,
            "most": most,
        },
    )
    return [_boundary(row) for row in rows.mappings()]


def _kept(number: BoundaryNumber) -> list[object]:
    days = [each.isoformat() if each else None for each in (number.from_day, number.to_day)]
    return [number.site, number.region, number.kind, number.issuer, dict(number.evidence), *days]


def _boundary(row: RowMapping) -> EmitterBoundary:
    numbers = tuple(
        BoundaryNumber(*said, *(date.fromisoformat(day) if day else None for day in days))
        for *said, since, until in row["numbers"]
        for days in ((since, until),)
    )
    said = NewBoundary(
        row["organisation_id"],
        row["market"],
        row["first_year"],
        row["last_year"],
        row["source"],
        numbers,
    )
    return EmitterBoundary(row["boundary_id"], said, row["proposed_at"], row["published_at"])
