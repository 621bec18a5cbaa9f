"""SQL of what other mechanisms own: the register, and the claims that it blocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, text

from app.store.events.gathering import became, moved
from app.store.recording.rows import as_bytea
from behaviours.actions.declared import (
    DECLARED,
    WITHDRAWN,
    DeclaredNumber,
    Owned,
    RegisteredDeclaration,
)

_COLUMNS = """declaration_id, mechanism, reference, kind, issuer, evidence, from_day, to_day,
    organisation_id, boundary_id, state, declared_by, declared_at, withdrawn_at, reason"""
_ADD = text(
    f"""
    insert into declared_elsewhere (declaration_id, mechanism, reference, kind, issuer, evidence,
        number_digest, from_day, to_day, organisation_id, boundary_id, state, declared_by,
        declared_at)
    select d.declaration_id, d.mechanism, d.reference, d.kind, d.issuer, d.evidence::jsonb,
           d.number_digest, d.from_day, d.to_day, d.organisation_id, d.boundary_id, '{DECLARED}',
           :by, :now
      from unnest(:ids ::uuid[], :mechanisms ::text[], :refs ::text[], :kinds ::text[],
                  :issuers ::text[], :evidence ::text[], cast(:digests as bytea[]),
                  :from_days ::date[], :to_days ::date[], :organisation_ids ::uuid[],
                  :boundary_ids ::uuid[])
               as d (declaration_id, mechanism, reference, kind, issuer, evidence, number_digest,
                     from_day, to_day, organisation_id, boundary_id)
    """  # noqa: S608 - constants of this code
)
_ADD_CLAIMS = text(
    """
    insert into declared_claim (claim_digest, declaration_id)
    select * from unnest(cast(:digests as bytea[]), cast(:ids as uuid[]))
    """
)
_IN_FORCE = text(
    f"""
    select {_COLUMNS}, number_digest from declared_elsewhere
     where state = '{DECLARED}' and (mechanism, reference, number_digest) in (
        select * from unnest(cast(:mechanisms as text[]), cast(:refs as text[]),
                             cast(:digests as bytea[])))
    """  # noqa: S608
)
_PAGE = text(
    f"""
    select {_COLUMNS} from declared_elsewhere
     where (cast(:before as uuid) is null or declaration_id < :before)
       and (cast(:mechanism as text) is null or mechanism = :mechanism)
       and (cast(:reference as text) is null or reference = :reference)
       and (cast(:state as text) is null or state = :state)
     order by declaration_id desc limit :most
    """  # noqa: S608
)
_ONE = text(
    f"select {_COLUMNS} from declared_elsewhere where declaration_id = :declaration_id"  # noqa: S608
)
_NAMES = text(
    f"""
    select distinct jsonb_object_keys(evidence) as name from declared_elsewhere
     where state = '{DECLARED}' order by name
    """  # noqa: S608
)
_HOLD = text(f"{_ONE.text} for update")
_OF_BOUNDARIES = text(
    f"""
    select {_COLUMNS} from declared_elsewhere
     where state = '{DECLARED}' and boundary_id = any(cast(:ids as uuid[])) for update
    """  # noqa: S608
)
_WITHDRAW = text(
    """
    update declared_elsewhere
       set state = :state, withdrawn_at = :withdrawn_at, withdrawn_by = :by, reason = :reason
     where declaration_id = any(cast(:ids as uuid[]))
    returning declaration_id, null, organisation_id
    """
)
_OWNED = text(
    """
    select c.claim_digest, d.mechanism, d.reference, d.from_day, d.to_day
      from declared_claim c join declared_elsewhere d using (declaration_id)
     where c.claim_digest = any(cast(:digests as bytea[]))
    """
)
_FREE_CLAIMS = text("delete from declared_claim where declaration_id = any(cast(:ids as uuid[]))")
_FREE_REDUCTIONS = text(
    "delete from declared_reduction where declaration_id = any(cast(:ids as uuid[]))"
)

# (mechanism, reference, digest of the numbers)
Place = tuple[str, str, bytes]


def add_declarations(
    connection: Connection,
    declared: Sequence[tuple[RegisteredDeclaration, bytes]],
    claims: Sequence[tuple[bytes, UUID]],
) -> None:
    """Write declarations of one moment, each with the digest of its numbers, and their claims."""
    first, _ = declared[0]
    said = [one.said for one, _ in declared]
    connection.execute(
        _ADD,
        {
            "ids": [one.declaration_id for one, _ in declared],
            "mechanisms": [each.mechanism for each in said],
            "refs": [each.reference for each in said],
            "kinds": [each.kind for each in said],
            "issuers": [each.issuer for each in said],
            "evidence": [orjson.dumps(each.evidence).decode() for each in said],
            "digests": as_bytea([digest for _, digest in declared]),
            "from_days": [each.from_day for each in said],
            "to_days": [each.to_day for each in said],
            "organisation_ids": [each.organisation_id for each in said],
            "boundary_ids": [each.boundary_id for each in said],
            "by": first.declared_by,
            "now": first.declared_at,
        },
    )
    moved(*(one for one, _ in declared))
    digests, ids = zip(*claims, strict=True)
    connection.execute(_ADD_CLAIMS, {"digests": as_bytea(digests), "ids": list(ids)})


def in_force_at(
    connection: Connection, places: Sequence[Place]
) -> dict[Place, RegisteredDeclaration]:
    """Which of these numbers stand in the register under these references."""
    mechanisms, refs, digests = zip(*places, strict=True)
    rows = connection.execute(
        _IN_FORCE,
        {"mechanisms": list(mechanisms), "refs": list(refs), "digests": as_bytea(digests)},
    )
    return {
        (row.mechanism, row.reference, bytes(row.number_digest)): _declaration(row) for row in rows
    }


def owned_claims(connection: Connection, digests: Sequence[bytes]) -> dict[bytes, list[Owned]]:
    """What other mechanisms own of these claims, by claim."""
    owned: dict[bytes, list[Owned]] = {}
    for digest, *one in connection.execute(_OWNED, {"digests": as_bytea(digests)}):
        owned.setdefault(bytes(digest), []).append(Owned(*one))
    return owned


def list_declarations(
    connection: Connection,
    *,
    mechanism: str | None,
    reference: str | None,
    state: str | None,
    before: UUID | None,
    most: int,
) -> list[RegisteredDeclaration]:
    """What was declared, newest first."""
    rows = connection.execute(
        _PAGE,
        {
            "mechanism": mechanism,
            "reference": reference,
            "state": state,
            "before": before,
            "most": most,
        },
    )
    return [_declaration(row) for row in rows]


def declared_names(connection: Connection) -> list[str]:
    """By which names evidence has the numbers that stand in the register."""
    return list(connection.execute(_NAMES).scalars())


def find_declaration(connection: Connection, declaration_id: UUID) -> RegisteredDeclaration | None:
    row = connection.execute(_ONE, {"declaration_id": declaration_id}).one_or_none()
    return _declaration(row) if row else None


def lock_declaration(connection: Connection, declaration_id: UUID) -> RegisteredDeclaration | None:
    row = connection.execute(_HOLD, {"declaration_id": declaration_id}).one_or_none()
    return _declaration(row) if row else None


def lock_declarations_of(
    connection: Connection, boundary_ids: Sequence[UUID]
) -> list[RegisteredDeclaration]:
    """What stands in the register by these boundaries."""
    rows = connection.execute(_OF_BOUNDARIES, {"ids": list(boundary_ids)})
    return [_declaration(row) for row in rows]


def write_withdrawals(
    connection: Connection,
    declaration_ids: Sequence[UUID],
    *,
    reason: str | None,
    by: UUID | None,
    now: datetime,
) -> None:
    """Keep that they were withdrawn; they block nothing any more."""
    ids = list(declaration_ids)
    done = connection.execute(
        _WITHDRAW,
        {"ids": ids, "state": WITHDRAWN, "withdrawn_at": now, "by": by, "reason": reason},
    )
    became(RegisteredDeclaration, WITHDRAWN, done)
    for statement in (_FREE_CLAIMS, _FREE_REDUCTIONS):
        connection.execute(statement, {"ids": ids})


def _declaration(row: Row[Any]) -> RegisteredDeclaration:
    return RegisteredDeclaration(
        row.declaration_id,
        DeclaredNumber(
            row.mechanism,
            row.reference,
            row.kind,
            row.issuer,
            row.evidence,
            row.from_day,
            row.to_day,
            row.organisation_id,
            row.boundary_id,
        ),
        row.state,
        row.declared_by,
        row.declared_at,
        row.withdrawn_at,
        row.reason,
    )
