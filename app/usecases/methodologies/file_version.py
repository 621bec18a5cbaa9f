"""File a draft: the application form and the design document, after which the content rests."""

from __future__ import annotations

from dataclasses import replace

from app.clock import Clock
from app.ids import public
from app.store.database import Connection
from app.store.methodologies.steps import write_step
from app.store.methodologies.versions import lock_version, save_version
from app.store.organisations.organisations import organisation
from behaviours.rules.application import Application, UnknownApplicant
from behaviours.rules.lifecycle import MethodologyVersion
from behaviours.viewer import Viewer


def file_version(
    connection: Connection,
    *,
    code: str,
    version: str,
    application: Application,
    by: Viewer,
    clock: Clock,
) -> MethodologyVersion:
    """Put the application on record and hand the draft to the experts.

    Raises UnknownDraft, LifecycleConflict, UnknownApplicant, DigestDiffers.
    """
    draft = lock_version(connection, code, version)
    now = clock.now()
    filed = draft.move("file", by, now=now)
    applicant = application.applicant_id
    if applicant is not None and organisation(connection, applicant) is None:
        raise UnknownApplicant(pointer="/applicant_id")
    form = application.form(None if applicant is None else public("org", applicant))
    filed = replace(filed, application=form)
    save_version(connection, filed)
    write_step(connection, code, version, draft.step("file", by, now=now, details=form))
    return filed
