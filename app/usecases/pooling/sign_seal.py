"""Sign the sealing of a bundle; the second of two signatures starts it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.pooling.bundles import update_bundle
from app.store.signing import sign
from app.usecases.pooling.standing import bundle_at
from rewards.pooling.refusals import NoticeRunning
from rewards.signing import Matter, Signature, missing_roles


def sign_seal(
    connection: Connection,
    bundle_id: UUID,
    *,
    role: str,
    user_id: UUID,
    today: date,
    now: datetime,
) -> tuple[dict[str, Any], list[str]]:
    """(the bundle, the roles whose signature is missing). Refused while the notice runs.

    Raises BundleStateConflict, NoticeRunning, SamePersonTwice.
    """
    bundle = bundle_at(connection, bundle_id, "noticed")
    if today <= bundle["notice_until"]:
        raise NoticeRunning(
            f"The public notice runs until {bundle['notice_until']}. Seal on the day after.",
            details={"notice_until": bundle["notice_until"].isoformat()},
        )
    matter = Matter("bundle", bundle_id, "seal")
    missing = missing_roles(sign(connection, matter, Signature(role, user_id, now)))
    if missing:
        return bundle, missing
    task_id = start_task(
        connection,
        names.SEAL_BUNDLE,
        subject_id=bundle_id,
        arguments={},
        now=now,
        started_by=user_id,
    )
    changed = {"state": "sealing", "task_id": task_id}
    update_bundle(connection, bundle_id, **changed)
    return bundle | changed, missing
