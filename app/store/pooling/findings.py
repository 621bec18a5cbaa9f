"""What the verifier found for the reductions of a sample."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.inserting import by_column
from rewards.pooling.sample import SampledMass, SampleFinding

_MASSES = text(
    """
    select action_id, saved_mg, found_mg, stratum from bundle_sample
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


def sampled_masses(connection: Connection, bundle_id: UUID) -> list[SampledMass]:
    """What was recorded and found of the whole sample, in the order of action ids."""
    return [SampledMass(*row) for row in connection.execute(_MASSES, {"bundle_id": bundle_id})]


def write_findings(
    connection: Connection, bundle_id: UUID, findings: Sequence[SampleFinding], *, now: datetime
) -> None:
    """Keep findings; a later one for the same reduction replaces an earlier one."""
    columns = by_column(("action_ids", "found", "findings", "notes"), findings)
    connection.execute(_FIND, {**columns, "bundle_id": bundle_id, "now": now})
