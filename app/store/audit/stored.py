"""StoredReduction reductions, streamed with what is needed to compute them again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.actions.calculation import Recomputable, RecordedCalculation

_COUNT = text("select count(*) from action")
_COLUMNS = """
    select action_id, digest, saved_mg, calculation, quantities, region, occurred_at, methodology,
           version, provenance
      from action
"""
_ALL = text(_COLUMNS)
# The same actions for the same seed, wherever it runs: a hash picks them, not their position.
_SAMPLE = text(
    f"""
    {_COLUMNS}
     where action_id in (
         select action_id from action
          order by sha256(uuid_send(action_id) || convert_to(:seed, 'UTF8'))
          limit :sample)
    """  # noqa: S608
)
_ONE = text(f"{_COLUMNS} where action_id = :action_id")
_STREAM = {"stream_results": True, "yield_per": 1_000}


class StoredReduction(NamedTuple):
    """One reduction as it was stored; ``record`` is what recomputing reads.

    The rest is what the action's row says beside it, which the record must not contradict.
    """

    action_id: UUID
    saved_mg: int
    record: Recomputable
    quantities: dict[str, str]
    region: str
    occurred_at: datetime
    methodology: str
    provenance: str


def count_actions(connection: Connection) -> int:
    count: int = connection.execute(_COUNT).scalar_one()
    return count


def stored_reductions(
    connection: Connection,
    *,
    sample: int | None = None,
    seed: str = "0",
    action_id: UUID | None = None,
) -> Iterator[StoredReduction]:
    """Every stored reduction, ``sample`` of them chosen by ``seed``, or one by its id."""
    if action_id is not None:
        rows = connection.execute(_ONE, {"action_id": action_id})
    elif sample is None:
        rows = connection.execute(_ALL, execution_options=_STREAM)
    else:
        parameters = {"sample": sample, "seed": seed}
        rows = connection.execute(_SAMPLE, parameters, execution_options=_STREAM)
    with rows:
        for row in rows:
            calculation: RecordedCalculation = row.calculation
            digest = f"sha256:{bytes(row.digest).hex()}"
            record: Recomputable = {"digest": digest, **calculation}
            yield StoredReduction(
                row.action_id,
                row.saved_mg,
                record,
                row.quantities,
                row.region,
                row.occurred_at,
                f"{row.methodology}@{row.version}",
                row.provenance,
            )
