"""Papers of organisations that run out, as answers."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import AS_DAY
from app.ids import public
from app.usecases.organisations.read_running_papers import SeenPaper
from behaviours.json_value import JsonObject
from behaviours.organisations import ORGANISATION_KINDS
from behaviours.paper_kinds import DOCUMENT_KINDS
from behaviours.standing import STANDINGS


class RunningPaperAnswer(Schema):
    """A paper that ran out or soon will: the newest that was accepted of its kind."""

    document_id = plain.String(metadata={"example": "doc_0199b2c3d4e57f0080000000000000aa"})
    kind = plain.String(metadata={"enum": list(DOCUMENT_KINDS)})
    organisation_id = plain.String(metadata={"example": "org_0199b2c3d4e57f0080000000000000aa"})
    organisation_kind = plain.String(metadata={"enum": list(ORGANISATION_KINDS)})
    name = plain.String()
    status = plain.String(metadata={"enum": list(STANDINGS)})
    runs_out_on = plain.String(
        metadata={**AS_DAY, "description": "The last civil day on which it is good."}
    )
    days_left = plain.Integer(
        metadata={"description": "0: today is the last day; below it: for so long it is over."}
    )
    stops_on = plain.String(
        allow_none=True,
        metadata={
            **AS_DAY,
            "description": "From this civil day on nothing new begins with the organisation, unless"
            " another paper is accepted before; null: it can do without this one.",
        },
    )
    renewal_id = plain.String(
        allow_none=True,
        metadata={"description": "The document that waits to be assessed, to take its place."},
    )


def running_paper_answer(seen: SeenPaper) -> JsonObject:
    """A paper that runs out, and what follows when."""
    listed, paper = seen.listed, seen.listed.paper
    return {
        "document_id": public("doc", paper.document_id),
        "kind": paper.kind,
        "organisation_id": public("org", paper.organisation_id),
        "organisation_kind": listed.organisation_kind,
        "name": listed.name,
        "status": listed.standing,
        "runs_out_on": paper.runs_out_on.isoformat(),
        "days_left": (paper.runs_out_on - seen.today).days,
        "stops_on": seen.stops_on.isoformat() if seen.stops_on else None,
        "renewal_id": public("doc", listed.renewal_id) if listed.renewal_id else None,
    }
