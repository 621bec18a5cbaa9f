"""SQL of proposals: what one person proposed and another has yet to sign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from app.ids import new_id
from app.store.signing import signed_roles
from behaviours.json_value import JsonObject
from behaviours.logbook import LoggedSubject
from behaviours.proposals import PROPOSAL, SIGN, Proposal, Proposing

_COLUMNS = "proposal_id, subject_kind, subject, step, terms, reason, proposed_by, proposed_at"
_OPEN = text(
    f"""
    select {_COLUMNS} from proposal
     where subject_kind = :kind and subject = :name and step = :step and ended_at is null
       for update
    """  # noqa: S608 - only names of this code
)
_PAGE = text(
    f"""
    select {_COLUMNS}, {signed_roles(PROPOSAL, SIGN, of="proposal_id")} as signed from proposal
     where ended_at is null and (cast(:before as uuid) is null or proposal_id < :before)
     order by proposal_id desc limit :most
    """  # noqa: S608 - only names of this code
)
_ADD = text(
    """
    insert into proposal (proposal_id, subject_kind, subject, step, terms, reason, proposed_by,
                          proposed_at)
    values (:id, :kind, :name, :step, cast(:terms as jsonb), :reason, :by, :now)
    """
)
_END = text(
    """
    update proposal set ended_at = :now, carried_out = :carried_out
     where proposal_id = :id and ended_at is null
    """
)


def hold_open_proposal(
    connection: Connection, subject: LoggedSubject, step: str
) -> Proposal | None:
    """What waits of this step with this thing, locked; there is one at most."""
    given = {"kind": subject.kind, "name": subject.name, "step": step}
    row = connection.execute(_OPEN, given).one_or_none()
    return None if row is None else _proposal(*row)


def add_proposal(connection: Connection, said: Proposing, *, by: UUID, now: datetime) -> UUID:
    """Keep a proposal that waits from now on."""
    proposal_id = new_id()
    connection.execute(
        _ADD,
        {
            "id": proposal_id,
            "kind": said.subject.kind,
            "name": said.subject.name,
            "step": said.step,
            "terms": orjson.dumps(said.terms).decode(),
            "reason": said.reason,
            "by": by,
            "now": now,
        },
    )
    return proposal_id


def end_proposal(
    connection: Connection, proposal_id: UUID, *, carried_out: bool, now: datetime
) -> None:
    """It waits no more: it was carried out, or others took its place."""
    connection.execute(_END, {"id": proposal_id, "carried_out": carried_out, "now": now})


def open_proposals(connection: Connection, *, before: UUID | None, most: int) -> list[Proposal]:
    """Those that wait, newest first, and who has signed each."""
    found = connection.execute(_PAGE, {"before": before, "most": most})
    return [_proposal(*row) for row in found]


def _proposal(  # noqa: PLR0917 - a row
    proposal_id: UUID,
    kind: str,
    name: str,
    step: str,
    terms: JsonObject,
    reason: str | None,
    by: UUID,
    at: datetime,
    signed: Sequence[str] = (),
) -> Proposal:
    said = Proposing(LoggedSubject(kind, name), step, terms, reason)
    return Proposal(proposal_id, said, by, at, signed)
