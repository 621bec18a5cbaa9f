"""Read the rule that a shadow run runs: a draft as it stands, or a published version."""

from __future__ import annotations

from app.store.database import Connection
from app.store.methodologies.versions import find_version
from behaviours.actions.drafts import check_document
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook


def read_rule_to_run(
    connection: Connection, code: str, version: str, *, rulebook: Rulebook
) -> Version:
    """The version, compiled; raises UnknownMethodology."""
    kept = find_version(connection, code, version)
    if kept is None:
        return rulebook.version(code, version)
    return check_document(code, version, kept.document, kept.examples, rulebook.book)
