"""Revise a draft: another document, other examples, or both; checked whole again."""

from __future__ import annotations

from collections.abc import Collection

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.steps import write_step
from app.store.methodologies.versions import holder, lock_version, save_version
from behaviours.actions.drafts import check_document
from behaviours.civil_time import civil_day
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.publication import Drafted, VersionExists, obstacles_of
from behaviours.viewer import Viewer


def revise_draft(
    connection: Connection,
    *,
    code: str,
    version: str,
    document: str | None,
    examples: str | None,
    revisions: Collection[int] | None,
    by: Viewer,
    rulebook: ProgrammeRulebook,
    clock: Clock,
) -> Drafted:
    """Replace what is given and return the draft at its new revision.

    ``revisions`` are those of which the caller read one (None: whichever it is). Raises
    UnknownDraft, LifecycleConflict, DraftChanged, DocumentError, AnotherMethodology, VersionExists.
    """
    draft = lock_version(connection, code, version)
    now = clock.now()
    revised = draft.move("revise", by, now=now)
    draft.check_revision(revisions)
    text, cases = document or draft.document, examples or draft.examples
    found = check_document(code, version, text, cases, rulebook.book)
    taken = holder(connection, code=code, version=version, digest=found.digest)
    if taken not in (None, draft.label):
        raise VersionExists("same_content", pointer="/document", methodology=taken)
    revised = revised.written(
        behaviour=found.behaviour, document=text, examples=cases, digest=found.digest
    )
    save_version(connection, revised)
    write_step(connection, code, version, revised.step("revise", by, now=now))
    today = civil_day(now, rulebook.zone)
    return Drafted(revised, obstacles_of(found, rulebook.standing(), today))
