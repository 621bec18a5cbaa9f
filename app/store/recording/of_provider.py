"""What is kept of one provider, counted: what of its reports waits, and its installations."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from app.store.database import Connection
from behaviours.actions.reportable import MOST_COUNTED, WaitingOfProvider
from behaviours.actions.waiting import OPEN

_OPEN = ", ".join(f"'{each}'" for each in OPEN)
_WAITING = text(f"""
    WITH open AS MATERIALIZED (
        SELECT h.action_id, h.state, h.reasons, h.began_at, h.lapses_at, h.alarmed_at
        FROM waiting_action a
        JOIN action_hold h ON h.participant_id = a.participant_id AND h.action_id = a.action_id
        WHERE a.provider_id = :provider_id AND h.state IN ({_OPEN})
        LIMIT :most
    ), reasons AS (
        SELECT o.state, r.reason ->> 'code' AS code, count(DISTINCT o.action_id) AS actions
        FROM open o CROSS JOIN LATERAL jsonb_array_elements(o.reasons) AS r (reason)
        GROUP BY 1, 2
    )
    SELECT o.state, count(*) AS actions, min(o.began_at) AS oldest_at,
        min(o.lapses_at) AS next_lapse_at,
        count(*) FILTER (WHERE o.alarmed_at IS NOT NULL) AS alarmed,
        (SELECT coalesce(jsonb_object_agg(r.code, r.actions), '{{}}') FROM reasons r
         WHERE r.state = o.state) AS reasons
    FROM open o GROUP BY o.state
""")  # noqa: S608 - only names of this code
_INSTALLATIONS = text("""
    SELECT i.kind, i.state, count(*) FROM (
        SELECT installation_id, kind, state FROM installation WHERE reporter_id = :provider_id
        UNION
        SELECT installation_id, kind, state FROM installation WHERE organisation_id = :provider_id
    ) i
    GROUP BY i.kind, i.state ORDER BY i.kind
""")


def waiting_of_provider(connection: Connection, provider_id: UUID) -> dict[str, WaitingOfProvider]:
    """What it reported and what waits, by state; no more than ``MOST_COUNTED`` are counted."""
    rows = connection.execute(_WAITING, {"provider_id": provider_id, "most": MOST_COUNTED})
    return {state: WaitingOfProvider(*rest) for state, *rest in rows}


def count_installations(connection: Connection, provider_id: UUID) -> dict[tuple[str, str], int]:
    """How many it registered or holds, by kind and state."""
    rows = connection.execute(_INSTALLATIONS, {"provider_id": provider_id})
    return {(kind, state): count for kind, state, count in rows}
