"""Changes of owner as they are shown: to their parties, and of a project to everybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from marshmallow import Schema, fields as plain

from app.http.fields import AS_MOMENT, moment
from app.ids import public
from behaviours.json_value import Json, JsonObject
from behaviours.projects.owner_change import RUNNING, STATES, OwnerChange, confirmed_of
from behaviours.standing import OrganisationStanding


class OwnerChangeAnswer(Schema):
    """A change of owner as it stands."""

    project_id = plain.String()
    number = plain.Integer(metadata={"description": "Counts those of its project from 1."})
    former_owner_id = plain.String()
    next_owner_id = plain.String()
    effective_on = plain.String(
        metadata={"format": "date", "description": "The first day of the next owner."}
    )
    running_period = plain.String(metadata={"enum": list(RUNNING)})
    papers = plain.List(
        plain.String(), metadata={"description": "SHA-256 of each document that it rests on."}
    )
    state = plain.String(metadata={"enum": list(STATES)})
    reason = plain.String(allow_none=True, metadata={"description": "Of a refusal."})
    proposed_at = plain.String(metadata=AS_MOMENT)
    state_at = plain.String(metadata=AS_MOMENT)


class OwnerChangesAnswer(Schema):
    """Every change of owner of a project that the asker may see, in order."""

    owner_changes = plain.List(plain.Nested(OwnerChangeAnswer))


class OwnedSinceAnswer(Schema):
    """An owner of a project, by name, and from which day to which."""

    organisation_id = plain.String()
    name = plain.String(allow_none=True)
    from_ = plain.String(
        data_key="from",
        allow_none=True,
        metadata={"format": "date", "description": "None: from its application on."},
    )
    to = plain.String(
        allow_none=True,
        metadata={"format": "date", "description": "The day after the last one."},
    )


def owner_change_answer(change: OwnerChange) -> JsonObject:
    """A change of owner."""
    return {
        "project_id": public("prj", change.project_id),
        "number": change.number,
        "former_owner_id": public("org", change.former_id),
        "next_owner_id": public("org", change.next_id),
        "effective_on": change.effective_on.isoformat(),
        "running_period": change.running,
        "papers": [f"sha256:{each}" for each in change.papers],
        "state": change.state,
        "reason": change.reason,
        "proposed_at": moment(change.proposed_at),
        "state_at": moment(change.state_at),
    }


def owner_changes_answer(changes: Sequence[OwnerChange]) -> JsonObject:
    """Changes of owner, in order."""
    return {"owner_changes": [owner_change_answer(each) for each in changes]}


def owners_answer(
    applicant_id: UUID,
    changes: Collection[OwnerChange],
    named: Mapping[UUID, OrganisationStanding],
) -> list[Json]:
    """Who owned a project, one after the other; ``applicant_id`` owns it by now."""
    counting = confirmed_of([*changes])
    owners = [*(each.former_id for each in counting), applicant_id]
    days = [each.effective_on.isoformat() for each in counting]
    return [
        {
            "organisation_id": public("org", who),
            "name": named[who].name if who in named else None,
            "from": since,
            "to": until,
        }
        for who, since, until in zip(owners, [None, *days], [*days, None], strict=True)
    ]
