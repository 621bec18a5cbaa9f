"""The drawn sample of a bundle, with everything that was recorded of each reduction in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.database import keys_of
from app.store.recording.actions import SEAL, opened
from rewards.pooling.sample import DrawnReduction

_GONE = text(
    """
    update bundle_population set gone = true
     where bundle_id = :bundle_id and action_id = any(:action_ids)
    """
)
_LEAVE = text(
    """
    delete from bundle_sample where bundle_id = :bundle_id and action_id = any(:action_ids)
    returning stratum
    """
)
# In the order of a hash of the seed and the id, which nobody can foretell and anybody can repeat.
_DRAW = text(
    """
    insert into bundle_sample (bundle_id, action_id, participant_id, saved_mg, stratum)
    select :bundle_id, next.action_id, next.participant_id, next.saved_mg, wanted.stratum
      from unnest(cast(:strata as int[]), cast(:sizes as int[])) as wanted (stratum, size)
     cross join lateral (
        select e.action_id, e.participant_id, e.saved_mg
          from bundle_population p
          join bundle_entry e on e.bundle_id = p.bundle_id and e.action_id = p.action_id
         where p.bundle_id = :bundle_id and p.stratum = wanted.stratum and not p.gone
           and not exists (select from bundle_sample s
                            where s.bundle_id = p.bundle_id and s.action_id = p.action_id)
         order by sha256(
            convert_to(:seed || 'act_' || replace(p.action_id::text, '-', ''), 'UTF8'))
         limit wanted.size) next
    """
)
_SAMPLE = text(
    """
    select s.action_id, s.saved_mg, s.found_mg, s.finding, s.note, a.provider_id,
           o.name as provider_name, a.behaviour, a.external_id, a.occurred_at, a.ended_at,
           a.recorded_at, a.region, a.quantities, a.evidence, a.methodology, a.version,
           a.digest, a.provenance, a.calculation, a.participant_id, a.seal, k.key_id, k.wrapped
      from bundle_sample s
      join action a on a.participant_id = s.participant_id and a.action_id = s.action_id
      left join person_key k on k.participant_id = a.participant_id
      left join organisation o on o.organisation_id = a.provider_id
     where s.bundle_id = :bundle_id
       and (cast(:after as uuid) is null or s.action_id > :after)
     order by s.action_id limit :most
    """
)
# Whose it was is nobody's affair who checks it.
_UNSEEN = SEAL | {"participant_id"}


def draw_sample(
    connection: Connection, bundle_id: UUID, sizes: Mapping[int, int], *, seed: str
) -> None:
    """Add so many of each stratum to the sample: the next by rank that are still in the bundle."""
    connection.execute(
        _DRAW,
        {
            "bundle_id": bundle_id,
            "strata": list(sizes),
            "sizes": list(sizes.values()),
            "seed": seed,
        },
    )


def leave_sample(
    connection: Connection, bundle_id: UUID, left: Sequence[UUID], *, seed: str
) -> None:
    """Take actions out of the sample; the next of their strata move up by rank."""
    given = {"bundle_id": bundle_id, "action_ids": list(left)}
    connection.execute(_GONE, given)
    missing = Counter(connection.execute(_LEAVE, given).scalars())
    if missing:
        draw_sample(connection, bundle_id, missing, seed=seed)


def list_sample(
    connection: Connection, bundle_id: UUID, *, after: UUID | None, most: int
) -> list[DrawnReduction]:
    """The drawn reductions with what was recorded of them, in the order of action ids."""
    rows = connection.execute(_SAMPLE, {"bundle_id": bundle_id, "after": after, "most": most})
    master = keys_of(connection)
    return [
        DrawnReduction(
            **{name: value for name, value in row.items() if name not in _UNSEEN},
            **opened(row, master)._asdict(),
        )
        for row in rows.mappings()
    ]
