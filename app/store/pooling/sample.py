"""The drawn sample of a bundle, with everything that was recorded of each reduction in it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from rewards.pooling.sample import DrawnReduction

_CLEAR = text("delete from bundle_sample where bundle_id = :bundle_id")
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
_LEAVE = text(
    "delete from bundle_sample where bundle_id = :bundle_id and action_id = any(:action_ids)"
)
# In the order of a hash of the seed and the id, which nobody can foretell and anybody can repeat.
_MOVE_UP = text(
    """
    insert into bundle_sample (bundle_id, action_id, participant_id, saved_mg)
    select e.bundle_id, e.action_id, e.participant_id, e.saved_mg
      from bundle_entry e
     where e.bundle_id = :bundle_id
       and not exists (select from bundle_sample s
                        where s.bundle_id = e.bundle_id and s.action_id = e.action_id)
     order by sha256(convert_to(:seed || 'act_' || replace(e.action_id::text, '-', ''), 'UTF8'))
     limit greatest(:size - (select count(*) from bundle_sample where bundle_id = :bundle_id), 0)
    """
)
_SAMPLE = text(
    """
    select s.action_id, s.saved_mg, s.found_mg, s.finding, s.note, a.provider_id,
           o.name as provider_name, a.behaviour, a.external_id, a.occurred_at, a.ended_at,
           a.recorded_at, a.region, a.quantities, a.evidence, a.methodology, a.version,
           a.digest, a.provenance, a.calculation
      from bundle_sample s
      join action a on a.participant_id = s.participant_id and a.action_id = s.action_id
      left join organisation o on o.organisation_id = a.provider_id
     where s.bundle_id = :bundle_id
       and (cast(:after as uuid) is null or s.action_id > :after)
     order by s.action_id limit :most
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


def draw_sample(connection: Connection, bundle_id: UUID, ranks: Sequence[int]) -> None:
    """Keep the entries with these ranks (from 0, in the order of action ids) as the sample."""
    connection.execute(_CLEAR, {"bundle_id": bundle_id})
    connection.execute(_DRAW, {"bundle_id": bundle_id, "ranks": list(ranks)})


def leave_sample(
    connection: Connection, bundle_id: UUID, left: Sequence[UUID], *, size: int, seed: str
) -> None:
    """Take actions out of the sample; the next by rank move up until it has ``size`` again."""
    connection.execute(_LEAVE, {"bundle_id": bundle_id, "action_ids": list(left)})
    connection.execute(_MOVE_UP, {"bundle_id": bundle_id, "size": size, "seed": seed})


def list_sample(
    connection: Connection, bundle_id: UUID, *, after: UUID | None, most: int
) -> list[DrawnReduction]:
    """The drawn reductions with what was recorded of them, in the order of action ids."""
    rows = connection.execute(_SAMPLE, {"bundle_id": bundle_id, "after": after, "most": most})
    return [
        DrawnReduction(**row | {"digest": bytes(row["digest"]), "evidence": row["evidence"] or {}})
        for row in map(dict, rows.mappings())
    ]


def provides_to(connection: Connection, organisation_id: UUID, bundle_id: UUID) -> bool:
    """Whether an organisation reported any of a bundle's reductions."""
    parameters = {"organisation_id": organisation_id, "bundle_id": bundle_id}
    provides: bool = connection.execute(_PROVIDES, parameters).scalar_one()
    return provides
