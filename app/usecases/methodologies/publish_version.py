"""Publish a reviewed version: an operator and an authority sign the same content, two people."""

from __future__ import annotations

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.signing import sign_version
from app.store.methodologies.steps import steps_of, write_step
from app.store.methodologies.versions import (
    lock_version,
    published,
    raise_epoch,
    save_version,
    withdrawals,
)
from behaviours.actions.drafts import check_document
from behaviours.actions.shipped import published_version
from behaviours.civil_time import civil_day
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.lifecycle import MethodologyVersion, check_publisher
from behaviours.rules.publication import check_alone, check_start
from behaviours.viewer import Viewer


def publish_version(
    connection: Connection,
    *,
    code: str,
    version: str,
    by: Viewer,
    rulebook: ProgrammeRulebook,
    clock: Clock,
) -> tuple[MethodologyVersion, list[str]]:
    """Sign, and publish with the second signature; the roles that have yet to sign.

    The version is in force by its own dates, none of which lies before the publication: an action
    that was recorded keeps its rule. Raises UnknownDraft, LifecycleConflict, AnotherPersonNeeded,
    SamePersonTwice, StartsInThePast, StartsTogether, MethodologyIncomplete.
    """
    reviewed = lock_version(connection, code, version)
    now = clock.now()
    done = reviewed.move("publish", by, now=now)
    check_publisher(steps_of(connection, code, version), by.user_id)
    found = check_document(code, version, reviewed.document, reviewed.examples, rulebook.book)
    assert found.digest == reviewed.digest, f"{reviewed.label} is not what was reviewed"
    today = civil_day(now, rulebook.zone)
    check_start(found, today, rulebook.standing())
    verb = f"publish:{reviewed.revision}"
    awaiting = sign_version(connection, code, version, verb, by=by, now=now)
    if awaiting:
        write_step(connection, code, version, reviewed.step("sign", by, now=now))
        return reviewed.move("sign", by, now=now), awaiting
    # From here on other publications wait, so that two of them cannot miss each other.
    raise_epoch(connection)
    others = {each.label: each for each in rulebook.versions()}
    others |= {
        each.label: published_version(
            each.document, each.examples, f"{each.label}/methodology.yaml", rulebook.book
        )
        for each in published(connection)
        if each.label not in others
    }
    gone = withdrawals(connection)
    standing = [each for each in others.values() if each.label not in gone]
    check_start(found, today, standing)
    check_alone(found, others.values())
    write_step(connection, code, version, reviewed.step("publish", by, now=now))
    save_version(connection, done)
    return done, []
