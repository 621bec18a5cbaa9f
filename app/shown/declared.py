"""What is declared elsewhere, as it is shown."""

from __future__ import annotations

from app.http.fields import moment
from app.ids import public
from behaviours.actions.declared import RegisteredDeclaration
from behaviours.json_value import JsonObject


def declared_row(kept: RegisteredDeclaration) -> JsonObject:
    """A declaration as a row of the register."""
    said = kept.said
    return {
        "id": public("dec", kept.declaration_id),
        "mechanism": said.mechanism,
        "reference": said.reference,
        "kind": said.kind,
        "issuer": said.issuer,
        "evidence": dict(said.evidence),
        "from": said.from_day.isoformat(),
        "to": said.to_day.isoformat() if said.to_day else None,
        "organisation_id": public("org", said.organisation_id) if said.organisation_id else None,
        "declared_at": moment(kept.declared_at),
    }


def declaration_answer(kept: RegisteredDeclaration) -> JsonObject:
    """A declaration, and what became of it."""
    return {
        **declared_row(kept),
        "boundary_id": public("bnd", kept.said.boundary_id) if kept.said.boundary_id else None,
        "state": kept.state,
        "withdrawn_at": moment(kept.withdrawn_at) if kept.withdrawn_at else None,
        "reason": kept.reason,
    }
