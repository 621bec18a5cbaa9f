"""Verification: the drawn sample, its findings, who signed and who may verify."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

_DRAW = text(
    """
    insert into bundle_sample (bundle_id, action_id, participant_id, saved_mg)
    select :bundle_id, action_id, participant_id, saved_mg
      from (select action_id, participant_id, saved_mg,
                   row_number() over (order by action_id) - 1 as rank
              from bundle_entry where bundle_id = :bundle_id) ranked
     where rank = any(cast(:ranks as bigint[]))
     order by action_id
    """
)
_CLEAR = text("delete from bundle_sample where bundle_id = :bundle_id")
_SAMPLE = text(
    """
    select s.action_id, s.saved_mg, s.found_mg, s.finding, s.note, s.found_at, a.provider_id,
           o.name as provider_name, a.behaviour, a.external_id, a.occurred_at, a.ended_at,
           a.recorded_at, a.region, a.quantities, a.evidence, a.methodology, a.version,
           a.digest, a.provenance, a.action_class, a.vintage, a.calculation
      from bundle_sample s
      join action a on a.participant_id = s.participant_id and a.action_id = s.action_id
      left join organisation o on o.organisation_id = a.provider_id
     where s.bundle_id = :bundle_id
       and (cast(:after as uuid) is null or s.action_id > :after)
     order by s.action_id limit :most
    """
)
_PAIRS = text(
    """
    select action_id, saved_mg, found_mg from bundle_sample
     where bundle_id = :bundle_id order by action_id
    """
)
_FIND = text(
    """
    update bundle_sample s
       set found_mg = f.found_mg, finding = f.finding, note = f.note, found_at = :now
      from unnest(cast(:action_ids as uuid[]), cast(:found as bigint[]),
                  cast(:findings as text[]), cast(:notes as text[]))
           as f (action_id, found_mg, finding, note)
     where s.bundle_id = :bundle_id and s.action_id = f.action_id
    """
)
_SIGN = text(
    """
    insert into signature (subject_kind, subject_id, verb, role, user_id, signed_at)
    values (:kind, :subject_id, :verb, :role, :user_id, :now)
    on conflict do nothing
    """
)
_SIGNATURES = text(
    """
    select role, user_id, signed_at from signature
     where subject_kind = :kind and subject_id = :subject_id and verb = :verb order by signed_at
    """
)
_APPROVE = text(
    """
    insert into gate_approval (methodology, version, user_id, role, reason, approved_at)
    values (:methodology, :version, :user_id, :role, :reason, :now)
    on conflict do nothing
    """
)
_APPROVALS = text(
    """
    select user_id, role, reason, approved_at from gate_approval
     where methodology = :methodology and version = :version order by approved_at
    """
)
_ORGANISATION = text("select kind, name from organisation where organisation_id = :organisation_id")
_ORGANISATIONS = text(
    """
    select organisation_id, kind, name from organisation
     where (cast(:kind as text) is null or kind = :kind)
       and (cast(:before as uuid) is null or organisation_id < :before)
     order by organisation_id desc limit :most
    """
)
_PROVIDES = text(
    """
    select exists (select from bundle_entry e
                     join action a on a.participant_id = e.participant_id
                                  and a.action_id = e.action_id
                    where e.bundle_id = :bundle_id and a.provider_id = :organisation_id)
    """
)


class Finding(NamedTuple):
    """What the verifier found for one drawn reduction."""

    action_id: UUID
    found_mg: int
    finding: str
    note: str | None


class Organisation(NamedTuple):
    """Somebody who takes part, by name."""

    organisation_id: UUID
    kind: str
    name: str


class Signature(NamedTuple):
    """Who signed, and in which role."""

    role: str
    user_id: UUID
    signed_at: datetime


def draw_sample(connection: Connection, bundle_id: UUID, ranks: Sequence[int]) -> None:
    """Keep the entries with these ranks (from 0, in the order of action ids) as the sample."""
    connection.execute(_CLEAR, {"bundle_id": bundle_id})
    connection.execute(_DRAW, {"bundle_id": bundle_id, "ranks": list(ranks)})


def read_sample(
    connection: Connection, bundle_id: UUID, *, after: UUID | None, most: int
) -> list[dict[str, Any]]:
    """The drawn reductions with what was recorded of them, in the order of action ids."""
    parameters = {"bundle_id": bundle_id, "after": after, "most": most}
    return [dict(row) for row in connection.execute(_SAMPLE, parameters).mappings()]


def sampled_pairs(connection: Connection, bundle_id: UUID) -> list[tuple[UUID, int, int | None]]:
    """(action id, recorded mg, found mg or None) of the whole sample."""
    return [tuple(row) for row in connection.execute(_PAIRS, {"bundle_id": bundle_id})]


def record_findings(
    connection: Connection, bundle_id: UUID, findings: Sequence[Finding], *, now: datetime
) -> None:
    connection.execute(
        _FIND,
        {
            "bundle_id": bundle_id,
            "action_ids": [each.action_id for each in findings],
            "found": [each.found_mg for each in findings],
            "findings": [each.finding for each in findings],
            "notes": [each.note for each in findings],
            "now": now,
        },
    )


def sign(
    connection: Connection,
    *,
    kind: str,
    subject_id: UUID,
    verb: str,
    role: str,
    user_id: UUID,
    now: datetime,
) -> None:
    """Sign once for a role; a second signature of the role changes nothing."""
    parameters = {"kind": kind, "subject_id": subject_id, "verb": verb, "role": role}
    connection.execute(_SIGN, parameters | {"user_id": user_id, "now": now})


def signatures(
    connection: Connection, *, kind: str, subject_id: UUID, verb: str
) -> list[Signature]:
    rows = connection.execute(_SIGNATURES, {"kind": kind, "subject_id": subject_id, "verb": verb})
    return [Signature(*row) for row in rows]


def approve_version(
    connection: Connection,
    *,
    methodology: str,
    version: str,
    user_id: UUID,
    role: str,
    reason: str,
    now: datetime,
) -> bool:
    """Record one person's approval; False when that person gave it before."""
    parameters = {"methodology": methodology, "version": version, "user_id": user_id}
    made = connection.execute(_APPROVE, parameters | {"role": role, "reason": reason, "now": now})
    return made.rowcount == 1


def approvals(connection: Connection, *, methodology: str, version: str) -> list[dict[str, Any]]:
    """Who approved a version for bundles."""
    rows = connection.execute(_APPROVALS, {"methodology": methodology, "version": version})
    return [dict(row) for row in rows.mappings()]


def organisation(connection: Connection, organisation_id: UUID) -> tuple[str, str] | None:
    """(kind, name) of an organisation, or None."""
    row = connection.execute(_ORGANISATION, {"organisation_id": organisation_id}).one_or_none()
    return None if row is None else (row.kind, row.name)


def list_organisations(
    connection: Connection, *, kind: str | None, before: UUID | None = None, most: int = 1000
) -> list[Organisation]:
    """Who takes part, newest first."""
    rows = connection.execute(_ORGANISATIONS, {"kind": kind, "before": before, "most": most})
    return [Organisation(*row) for row in rows]


def provides_to(connection: Connection, organisation_id: UUID, bundle_id: UUID) -> bool:
    """Whether an organisation reported any of a bundle's reductions."""
    parameters = {"organisation_id": organisation_id, "bundle_id": bundle_id}
    return connection.execute(_PROVIDES, parameters).scalar_one()
