"""Read what was declared elsewhere, for operators and authorities."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.recording.declared import list_declarations
from behaviours.actions.declared import RegisteredDeclaration


def read_declarations(
    connection: Connection,
    *,
    mechanism: str | None = None,
    reference: str | None = None,
    state: str | None = None,
    before: UUID | None = None,
    most: int,
) -> list[RegisteredDeclaration]:
    """Newest first; of a mechanism, a reference or a state, or all."""
    return list_declarations(
        connection,
        mechanism=mechanism,
        reference=reference,
        state=state,
        before=before,
        most=most,
    )
