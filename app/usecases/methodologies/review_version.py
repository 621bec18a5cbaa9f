"""Review a filed version: an expert without an interest in it approves it or sends it back."""

from __future__ import annotations

from app.clock import Clock
from app.ids import public
from app.store.database import Connection
from app.store.methodologies.steps import write_step, writers_of
from app.store.methodologies.versions import lock_version, save_version
from app.store.organisations.organisations import organisation
from behaviours.json_value import JsonObject
from behaviours.rules.application import Declaration, Expert, ExpertOpinion, check_interests
from behaviours.rules.lifecycle import MethodologyVersion
from behaviours.viewer import Viewer


def review_version(
    connection: Connection,
    *,
    code: str,
    version: str,
    opinion: ExpertOpinion,
    declaration: Declaration,
    by: Viewer,
    clock: Clock,
) -> MethodologyVersion:
    """Record the opinion: reviewed when it approves, a draft again when it does not.

    Raises UnknownDraft, LifecycleConflict, ConflictOfInterest.
    """
    filed = lock_version(connection, code, version)
    now = clock.now()
    step = "approve" if opinion.approves else "return"
    reviewed = filed.move(step, by, now=now)
    assert filed.application is not None, f"{filed.label} is filed without an application"
    writers = writers_of(connection, code, version)
    check_interests(filed.application, writers, _expert(connection, by), declaration)
    said: JsonObject = {
        "opinion": step,
        "reasons": opinion.reasons,
        "declaration": declaration._asdict(),
    }
    write_step(connection, code, version, filed.step(step, by, now=now, details=said))
    save_version(connection, reviewed)
    return reviewed


def _expert(connection: Connection, by: Viewer) -> Expert:
    if by.tenant_id is None:
        return Expert(by.user_id, None, None)
    own = organisation(connection, by.tenant_id)
    return Expert(by.user_id, public("org", by.tenant_id), own.name if own else None)
