"""How an organisation stands, once for the routes and for the command line."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import moment
from app.ids import public
from behaviours.changed_standing import ChangedStanding, SeenOrganisation
from behaviours.closing import BLOCKING, BY_NAME, OpenMatters
from behaviours.json_value import JsonObject
from behaviours.organisations import ORGANISATION_KINDS
from behaviours.standing import ALL_STEPS, GROUNDS, STANDINGS, OrganisationStanding, StandingStep
from rewards.registry.counterparty import Counterparty


class StandingAnswer(Schema):
    """An organisation as it stands, and what is open with it."""

    id = plain.String(metadata={"example": "org_0199b2c3d4e57f0080000000000000aa"})
    kind = plain.String(metadata={"enum": list(ORGANISATION_KINDS)})
    name = plain.String()
    status = plain.String(metadata={"enum": list(STANDINGS)})
    changed_at = plain.String(allow_none=True, metadata={"format": "date-time"})
    open = plain.Dict(
        keys=plain.String(),
        values=plain.Integer(),
        metadata={
            "description": f"How much is open, of {', '.join(f'`{each}`' for each in BY_NAME)}."
            f" {', '.join(f'`{each}`' for each in BLOCKING)} are settled before it is closed, the"
            " others end with it. `open_bundles` are counted for a closing alone.",
        },
    )

    settled_by = plain.Dict(
        keys=plain.String(),
        values=plain.List(plain.String()),
        metadata={"description": "Of what is open and is settled first: who can settle it."},
    )


class AwaitingStanding(StandingAnswer):
    """An organisation, and the roles that have yet to sign."""

    awaiting = plain.List(plain.String())


class StandingStepAnswer(Schema):
    """What was done to an organisation since it was admitted."""

    step = plain.String(metadata={"enum": list(ALL_STEPS)})
    ground = plain.String(allow_none=True, metadata={"enum": [*GROUNDS, None]})
    reason = plain.String(allow_none=True)
    by = plain.String(
        allow_none=True,
        metadata={
            "example": "usr_0199b2c3d4e57f0080000000000000aa",
            "description": "null: nobody; a paper had run out, and the grace for it.",
        },
    )
    role = plain.String(allow_none=True)
    at = plain.String(metadata={"format": "date-time"})


class SeenStanding(StandingAnswer):
    """An organisation with everything that was done to it."""

    steps = plain.List(plain.Nested(StandingStepAnswer))


class StandsAnswer(Schema):
    """Whether an organisation that was admitted still takes part, beside what it was admitted for.

    While it does not, nothing is taken from it, whatever it was admitted for.
    """

    status = plain.String(metadata={"enum": list(STANDINGS)})
    status_since = plain.String(
        allow_none=True,
        metadata={"format": "date-time", "description": "null: since it was admitted."},
    )


class NamedStandsAnswer(StandsAnswer):
    """The same, of an organisation that is named."""

    provider_id = plain.String(metadata={"example": "org_0199b2c3d4e57f0080000000000000aa"})


class PartyAnswer(StandsAnswer):
    """Who stands behind something that others read, and whether it takes part."""

    id = plain.String(metadata={"example": "org_0199b2c3d4e57f0080000000000000aa"})
    name = plain.String(metadata={"example": "Lakeside Coffee"})


def party(standing: Counterparty) -> JsonObject:
    """Who it is, and whether it takes part."""
    return {
        "id": public("org", standing.organisation_id),
        "name": standing.name,
        **stands(standing),
    }


def party_or_none(standing: Counterparty | None) -> JsonObject | None:
    """The same, where nobody may stand behind it, or the programme itself."""
    return party(standing) if standing else None


def stands(standing: OrganisationStanding | Counterparty) -> JsonObject:
    """Whether an organisation takes part, and since when."""
    since = standing.changed_at
    return {"status": standing.state, "status_since": moment(since) if since else None}


def changed_standing(changed: ChangedStanding) -> JsonObject:
    return {
        **_standing(changed.standing, changed.matters),
        "awaiting": list(changed.awaiting),
    }


def seen_standing(seen: SeenOrganisation) -> JsonObject:
    return {
        **_standing(seen.standing, seen.matters),
        "steps": [_step(each) for each in seen.steps],
    }


def _standing(standing: OrganisationStanding, matters: OpenMatters) -> JsonObject:
    return {
        "id": public("org", standing.organisation_id),
        "kind": standing.kind,
        "name": standing.name,
        "status": standing.state,
        "changed_at": moment(standing.changed_at) if standing.changed_at else None,
        "open": matters.shown,
        "settled_by": matters.settled_by,
    }


def _step(step: StandingStep) -> JsonObject:
    return {
        "step": step.step,
        "ground": step.ground,
        "reason": step.reason,
        "by": public("usr", step.taken_by) if step.taken_by else None,
        "role": step.role,
        "at": moment(step.taken_at),
    }
