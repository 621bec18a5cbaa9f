"""Withdraw a version from a day on: it takes an operator and an authority, two people."""

from __future__ import annotations

from datetime import date, datetime

from app.store.database import Connection
from app.store.methodologies.steps import write_step
from app.store.methodologies.versions import insert_withdrawal, raise_epoch, withdrawals
from app.usecases.methodologies.refusals import AlreadyWithdrawn, WithdrawnTooEarly
from app.usecases.methodologies.signing import missing_signatures
from app.usecases.methodologies.standing import Actor
from behaviours.rules.methodology import Version


def withdraw_version(
    connection: Connection,
    version: Version,
    *,
    withdrawn_from: date,
    reason: str,
    by: Actor,
    today: date,
    now: datetime,
) -> list[str]:
    """Sign, and withdraw with the second signature; the roles that have yet to sign.

    Both sign for the same day. Actions of earlier days keep their rule, also when they are reported
    later; the rule that this one had superseded does not come back. Raises AlreadyWithdrawn,
    WithdrawnTooEarly, SamePersonTwice.
    """
    if withdrawn_from <= today:
        raise WithdrawnTooEarly(
            f"A withdrawal begins tomorrow at the earliest; today is {today}.", pointer="/from"
        )
    # First, so that whoever else signs at this moment waits and then sees our signature.
    raise_epoch(connection)
    before = withdrawals(connection).get(version.label)
    if before is not None:
        raise AlreadyWithdrawn(
            f"{version.label} is withdrawn from {before} on.",
            details={"withdrawn_from": before.isoformat()},
        )
    verb = f"withdraw:{withdrawn_from.isoformat()}"
    awaiting = missing_signatures(connection, version.code, version.version, verb, by=by, now=now)
    if not awaiting:
        insert_withdrawal(
            connection,
            code=version.code,
            version=version.version,
            withdrawn_from=withdrawn_from,
            reason=reason,
            now=now,
        )
    write_step(
        connection,
        code=version.code,
        version=version.version,
        step="sign_withdrawal" if awaiting else "withdraw",
        state="published" if awaiting else "withdrawn",
        revision=0,
        digest=version.digest,
        user_id=by.user_id,
        role=by.role,
        details={"from": withdrawn_from.isoformat(), "reason": reason},
        now=now,
    )
    return awaiting
