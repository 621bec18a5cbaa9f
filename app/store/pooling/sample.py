"""The drawn sample of a bundle and what the verifier found in it."""

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


def provides_to(connection: Connection, organisation_id: UUID, bundle_id: UUID) -> bool:
    """Whether an organisation reported any of a bundle's reductions."""
    parameters = {"organisation_id": organisation_id, "bundle_id": bundle_id}
    return connection.execute(_PROVIDES, parameters).scalar_one()
