"""Draft a version: the document is checked whole before a word of it is kept."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.methodologies.versions import Kept, holder, insert_draft, read_kept
from app.usecases.methodologies.check_document import check_document
from app.usecases.methodologies.refusals import VersionExists
from app.usecases.methodologies.standing import Actor, note
from behaviours.rules.rulebook import Rulebook


def draft_version(
    connection: Connection,
    *,
    code: str,
    document: str,
    examples: str,
    by: Actor,
    rulebook: Rulebook,
    now: datetime,
) -> Kept:
    """Keep a new draft and return it. Raises DocumentError, AnotherMethodology, VersionExists."""
    version = check_document(code, None, document, examples)
    known = {each.label: each.digest for each in rulebook.versions()}
    taken = holder(connection, code=code, version=version.version, digest=version.digest)
    taken = taken or next(
        (n for n, d in known.items() if n == version.label or d == version.digest), None
    )
    if taken is not None:
        raise VersionExists(
            f"{taken} exists already, with this name or this content. Give the draft a version "
            "of its own.",
            pointer="/document",
            details={"methodology": taken},
        )
    insert_draft(
        connection,
        code=code,
        version=version.version,
        behaviour=version.behaviour,
        document=document,
        examples=examples,
        digest=version.digest,
        drafted_by=by.user_id,
        now=now,
    )
    kept = read_kept(connection, code, version.version)
    assert kept is not None
    note(connection, kept, "draft", by=by, state="draft", now=now)
    return kept
