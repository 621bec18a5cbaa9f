"""What lies sealed, in the clear: as who has the programme's keys reads it."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from app.store.recording.actions import find_actions
from app.usecases.recording.seal_recorded import seal_recorded
from app.wiring import Wiring
from behaviours.actions.stored_action import StoredAction


def in_the_clear(wiring: Wiring, where: str, given: Sequence[object] = ()) -> list[StoredAction]:
    """The credited actions that a condition on table ``action`` names, by id."""
    with wiring.database.engine.connect() as connection:
        ids = connection.exec_driver_sql(
            f"select action_id from action where {where} order by action_id",
            tuple(given),
        ).scalars()
        return list(dict(sorted(find_actions(connection, list(ids)).items())).values())


def lay_in_the_clear(wiring: Wiring) -> None:
    """Put credited actions back to where releases before the seals had them."""
    recorded = in_the_clear(wiring, "true")
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.exec_driver_sql(
            "update action a set seal = null, external_id = d.external_id, evidence = d.evidence"
            "  from unnest(%s::uuid[], %s::text[], %s::jsonb[]) as d (id, external_id, evidence)"
            " where a.action_id = d.id",
            (
                [one.action_id for one in recorded],
                [one.external_id for one in recorded],
                [orjson.dumps(one.evidence).decode() for one in recorded],
            ),
        )


def seal_again(wiring: Wiring) -> None:
    """Seal what lies in the clear, part by part, as ``tanpuhui migrate`` does."""
    while wiring.database.transact(seal_recorded, rulebook=wiring.rulebook) is not None:
        pass
