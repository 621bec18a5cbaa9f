"""Publish a reviewed version: an operator and an authority sign the same content, two people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from app.store.database import Connection
from app.store.methodologies.versions import (
    Kept,
    move,
    published,
    raise_epoch,
    read_kept,
)
from app.usecases.methodologies.check_document import check_document
from app.usecases.methodologies.programme_rules import ProgrammeRulebook
from app.usecases.methodologies.refusals import StartsInThePast, StartsTogether
from app.usecases.methodologies.signing import missing_signatures
from app.usecases.methodologies.standing import Actor, note, version_at
from behaviours.actions.shipped import load_version
from behaviours.civil_time import civil_day
from behaviours.rules.methodology import Version


def publish_version(
    connection: Connection,
    *,
    code: str,
    version: str,
    by: Actor,
    rulebook: ProgrammeRulebook,
    now: datetime,
) -> tuple[Kept, list[str]]:
    """Sign, and publish with the second signature; the roles that have yet to sign.

    The version is in force by its own dates, none of which lies before the publication: an action
    that was recorded keeps its rule. Raises UnknownId, LifecycleConflict, SamePersonTwice,
    StartsInThePast, StartsTogether, MethodologyIncomplete.
    """
    kept = version_at(connection, code, version, "reviewed")
    found = check_document(code, version, kept.document, kept.examples)
    assert found.digest == kept.digest, f"{kept.label} is not what was reviewed"
    if found.awaiting:
        # It would take the place of a rule that has its figures, and refuse every action.
        raise found.incomplete()
    _check_start(found, civil_day(now, rulebook.zone))
    awaiting = missing_signatures(
        connection, code, version, f"publish:{kept.revision}", by=by, now=now
    )
    if awaiting:
        note(connection, kept, "sign", by=by, state="reviewed", now=now)
        return kept, awaiting
    # From here on other publications wait, so that two of them cannot miss each other.
    raise_epoch(connection)
    others = {each.label: each for each in rulebook.versions()}
    others |= {
        each.label: load_version(each.document, each.examples, f"{each.label}/methodology.yaml")
        for each in published(connection)
        if each.label not in others
    }
    _check_alone(found, others.values())
    note(connection, kept, "publish", by=by, state="published", now=now)
    move(connection, kept, state="published", published_at=now)
    done = read_kept(connection, code, version)
    assert done is not None
    return done, []


def _check_start(version: Version, today: date) -> None:
    if version.starts_on < today:
        raise StartsInThePast(
            f"{version.label} would be in force from {version.starts_on}, before today ({today}), "
            "and actions of those days have their rule already. Reopen it and give it a later day.",
            pointer="/document/in_force/from",
            details={"in_force_from": version.starts_on.isoformat(), "today": today.isoformat()},
        )


def _check_alone(version: Version, others: Iterable[Version]) -> None:
    for other in others:
        same = other.behaviour == version.behaviour and other.starts_on == version.starts_on
        if not same or other.label == version.label:
            continue
        both = other.regions is None and version.regions is None
        if both or (other.regions and version.regions and other.regions & version.regions):
            raise StartsTogether(
                f"{other.label} starts on {other.starts_on} too, for the same behaviour and "
                "region; nobody could say which of them holds. Give one of them another day.",
                pointer="/document/in_force/from",
                details={"methodology": other.label},
            )
