"""Fill a version: the figures that it awaited become the draft of the next one, in one step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.versions import names_of
from app.usecases.methodologies.draft_version import draft_version
from app.usecases.methodologies.read_rule_to_run import read_rule_to_run
from behaviours.actions.filling import fill
from behaviours.rules.filling import Supplied, next_version
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.publication import Drafted
from behaviours.viewer import Viewer


def fill_version(
    connection: Connection,
    *,
    code: str,
    version: str,
    figures: Sequence[Supplied],
    name: str | None,
    starts_on: date | None,
    by: Viewer,
    rulebook: ProgrammeRulebook,
    clock: Clock,
) -> Drafted:
    """Draft the version that supplies the figures, under the next free name if none is said.

    Without a day it reaches back to the first day of the one that awaited them. Raises
    UnknownMethodology, FigureNotAwaited, FigureUnitDiffers, DocumentError, VersionExists.
    """
    awaiting = read_rule_to_run(connection, code, version, rulebook=rulebook)
    taken = {each.version for each in rulebook.versions() if each.code == code}
    taken |= names_of(connection, code)
    made = fill(
        awaiting,
        figures,
        name=name or next_version(version, taken),
        starts_on=starts_on,
        book=rulebook.book,
    )
    return draft_version(
        connection,
        code=code,
        document=made.document,
        examples=made.examples,
        by=by,
        rulebook=rulebook,
        clock=clock,
    )._replace(grade=made.grade)
