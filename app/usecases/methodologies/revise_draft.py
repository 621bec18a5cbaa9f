"""Revise a draft: another document, other examples, or both; checked whole again."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.methodologies.versions import Kept, holder, read_kept, revise
from app.usecases.methodologies.check_document import check_document
from app.usecases.methodologies.refusals import VersionExists
from app.usecases.methodologies.standing import Actor, note, version_at


def revise_draft(
    connection: Connection,
    *,
    code: str,
    version: str,
    document: str | None,
    examples: str | None,
    revision: int | None,
    by: Actor,
    now: datetime,
) -> Kept:
    """Replace what is given and return the draft at its new revision.

    ``revision`` is the one that the caller read (None: whichever it is). Raises UnknownId,
    LifecycleConflict, DraftChanged, DocumentError, AnotherMethodology, VersionExists.
    """
    kept = version_at(connection, code, version, "draft", revision=revision)
    text, cases = document or kept.document, examples or kept.examples
    found = check_document(code, version, text, cases)
    taken = holder(connection, code=code, version=version, digest=found.digest)
    if taken not in (None, kept.label):
        raise VersionExists(f"{taken} has this very content already.", pointer="/document")
    revise(
        connection,
        kept,
        behaviour=found.behaviour,
        document=text,
        examples=cases,
        digest=found.digest,
    )
    revised = read_kept(connection, code, version)
    assert revised is not None
    note(connection, revised, "revise", by=by, state="draft", now=now)
    return revised
