"""Withdraw a version from a day on: it takes an operator and an authority, two people."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.signing import sign_version
from app.store.methodologies.steps import write_step
from app.store.methodologies.versions import insert_withdrawal, raise_epoch, withdrawals
from behaviours.civil_time import civil_day
from behaviours.rules.lifecycle import step_taken
from behaviours.rules.methodology import Version
from behaviours.rules.publication import AlreadyWithdrawn, check_withdrawal
from behaviours.viewer import Viewer


def withdraw_version(
    connection: Connection,
    version: Version,
    *,
    withdrawn_from: date,
    reason: str,
    by: Viewer,
    zone: ZoneInfo,
    clock: Clock,
) -> list[str]:
    """Sign, and withdraw with the second signature; the roles that have yet to sign.

    Both sign for the same day. Actions of earlier days keep their rule, also when they are reported
    later; the rule that this one had superseded does not come back. Raises AlreadyWithdrawn,
    WithdrawnTooEarly, SamePersonTwice.
    """
    # First, so that whoever else signs at this moment waits and then sees our signature.
    raise_epoch(connection)
    now = clock.now()
    check_withdrawal(withdrawn_from, civil_day(now, zone))
    before = withdrawals(connection).get(version.label)
    if before is not None:
        raise AlreadyWithdrawn(methodology=version.label, withdrawn_from=before.isoformat())
    day = withdrawn_from.isoformat()
    awaiting = sign_version(
        connection, version.code, version.version, f"withdraw:{day}", by=by, now=now
    )
    if not awaiting:
        insert_withdrawal(
            connection,
            code=version.code,
            version=version.version,
            withdrawn_from=withdrawn_from,
            reason=reason,
            now=now,
        )
    step, said = "sign_withdrawal" if awaiting else "withdraw", {"from": day, "reason": reason}
    taken = step_taken(step, 0, version.digest, by, now=now, details=said)
    write_step(connection, version.code, version.version, taken)
    return awaiting
