"""Who reads of a thing, where that stands with another thing than itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, TextClause, text

from behaviours.actions.waiting import Waiting
from behaviours.projects.design_change import DesignChange
from behaviours.projects.loss import Loss
from behaviours.projects.monitoring import MonitoringPeriod
from rewards.points.expiry_notice import ExpiryNotice

_APPLICANT: Final = text(
    "select project_id, applicant_id from project where project_id = any(:ids)"
)
# (id, organisation) by ids; by kind of thing, with the member that holds the id.
_ASKED: Final[Mapping[type, tuple[str, TextClause]]] = {
    Waiting: (
        "action_id",
        text(
            """
            select action_id, provider_id from waiting_action where action_id = any(:ids)
            union all
            select action_id, provider_id from action where action_id = any(:ids)
            """
        ),
    ),
    MonitoringPeriod: (
        "period_id",
        text(
            """
            select m.period_id, p.applicant_id from monitoring_period m
              join project p using (project_id) where m.period_id = any(:ids)
            """
        ),
    ),
    Loss: ("project_id", _APPLICANT),
    DesignChange: ("project_id", _APPLICANT),
    ExpiryNotice: (
        "participant_id",
        text(
            """
            select distinct participant_id, organisation_id from link
             where participant_id = any(:ids) and unlinked_at is null order by 1, 2
            """
        ),
    ),
}


def read_elsewhere(
    connection: Connection, values: Iterable[object]
) -> Mapping[UUID, Sequence[UUID | None]]:
    """The organisations that read of these things besides those that the things name, by the id
    that is asked for.
    """
    ids: dict[type, set[UUID]] = {}
    for value in values:
        if type(value) in _ASKED:
            ids.setdefault(type(value), set()).add(getattr(value, _ASKED[type(value)][0]))
    found: dict[UUID, list[UUID | None]] = {}
    for kind, wanted in ids.items():
        for whose, reader in connection.execute(_ASKED[kind][1], {"ids": sorted(wanted)}):
            found.setdefault(whose, []).append(reader)
    return found


def elsewhere_of(
    value: object, found: Mapping[UUID, Sequence[UUID | None]]
) -> Sequence[UUID | None]:
    """Those of one thing, of what ``read_elsewhere`` found."""
    asked = _ASKED.get(type(value))
    return () if asked is None else found.get(getattr(value, asked[0]), ())
