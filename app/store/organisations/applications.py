"""SQL of organisations that apply to take part."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.log.acting import held, kept
from behaviours.admission import OrganisationApplication

_COLUMNS = "organisation_id, kind, name, covered_emitter, state, applied_at, decided_at"
_ADD = text(
    """
    insert into organisation_application (organisation_id, kind, name, covered_emitter, state,
                                          applied_by, applied_at)
    values (:organisation_id, :kind, :name, :covered_emitter, :state, :by, :applied_at)
    """
)
_HOLD = text(
    f"""
    select {_COLUMNS} from organisation_application
     where organisation_id = :organisation_id for update
    """  # noqa: S608
)
_WRITE = text(
    """
    update organisation_application
       set state = :state, decided_at = :decided_at, reason = :reason
     where organisation_id = :organisation_id
    """
)
_LIST = text(
    f"""
    select {_COLUMNS} from organisation_application
     where (cast(:state as text) is null or state = :state)
       and (cast(:before as uuid) is null or organisation_id < :before)
     order by organisation_id desc limit :most
    """  # noqa: S608
)


def add_applications(
    connection: Connection, applications: Sequence[OrganisationApplication], *, by: UUID
) -> None:
    for each in applications:
        asked = {
            "organisation_id": each.organisation_id,
            "kind": each.kind,
            "name": each.name,
            "covered_emitter": each.covered_emitter,
            "state": each.state,
            "applied_at": each.applied_at,
            "by": by,
        }
        connection.execute(_ADD, asked)
    kept(*applications)


def hold_application(
    connection: Connection, organisation_id: UUID
) -> OrganisationApplication | None:
    """The application, which nobody else decides until the transaction ends."""
    row = connection.execute(_HOLD, {"organisation_id": organisation_id}).one_or_none()
    return held(OrganisationApplication(*row)) if row else None


def write_decision(
    connection: Connection, application: OrganisationApplication, *, reason: str | None = None
) -> None:
    """Keep what was decided; ``reason`` of who is declined."""
    asked = {
        "organisation_id": application.organisation_id,
        "state": application.state,
        "decided_at": application.decided_at,
        "reason": reason,
    }
    connection.execute(_WRITE, asked)
    kept(application)


def list_applications(
    connection: Connection, *, state: str | None, before: UUID | None, most: int
) -> list[OrganisationApplication]:
    """Applications in ``state``, or in any, newest first."""
    asked = {"state": state, "before": before, "most": most}
    return [OrganisationApplication(*row) for row in connection.execute(_LIST, asked)]
