"""Read a version on its way as the rule that it states: for those who work on rules."""

from __future__ import annotations

from app.store.database import Connection
from app.usecases.methodologies.read_draft import read_draft
from behaviours.actions.drafts import check_document
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook
from behaviours.viewer import Viewer


def read_draft_to_calculate(
    connection: Connection,
    code: str,
    version: str,
    *,
    viewer: Viewer | None,
    rulebook: Rulebook,
) -> Version:
    """The version, compiled; raises UnknownMethodology for whoever may not see it."""
    kept = read_draft(connection, code, version, viewer=viewer)
    return check_document(code, version, kept.document, kept.examples, rulebook.book)
