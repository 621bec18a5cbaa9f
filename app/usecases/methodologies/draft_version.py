"""Draft a version: the document is checked whole before a word of it is kept."""

from __future__ import annotations

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.steps import write_step
from app.store.methodologies.versions import holder, insert_draft
from behaviours.actions.drafts import check_document
from behaviours.civil_time import civil_day
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.lifecycle import DRAFT, FIRST_STEP, MethodologyVersion
from behaviours.rules.publication import Drafted, VersionExists, obstacles_of
from behaviours.viewer import Viewer


def draft_version(
    connection: Connection,
    *,
    code: str,
    document: str,
    examples: str,
    by: Viewer,
    rulebook: ProgrammeRulebook,
    clock: Clock,
) -> Drafted:
    """Keep a new draft and return it. Raises DocumentError, AnotherMethodology, VersionExists."""
    version = check_document(code, None, document, examples, rulebook.book)
    now = clock.now()
    taken = holder(connection, code=code, version=version.version, digest=version.digest)
    taken = taken or next(
        (
            each.label
            for each in rulebook.versions()
            if each.label == version.label or each.digest == version.digest
        ),
        None,
    )
    if taken is not None:
        raise VersionExists("taken", pointer="/document", methodology=taken)
    assert by.user_id is not None, "a draft is somebody's"
    draft = MethodologyVersion(
        code=code,
        version=version.version,
        behaviour=version.behaviour,
        document=document,
        examples=examples,
        digest=version.digest,
        state=DRAFT,
        revision=1,
        drafted_by=by.user_id,
        drafted_at=now,
    )
    insert_draft(connection, draft)
    write_step(connection, code, draft.version, draft.step(FIRST_STEP, by, now=now))
    today = civil_day(now, rulebook.zone)
    return Drafted(draft, obstacles_of(version, rulebook.standing(), today))
