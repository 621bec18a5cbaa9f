"""Declare ties: a verifier its own interests and group, or the authority those of anybody."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from app.clock import Clock
from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.pooling.verifiers import add_declaration, lock_verifiers, unknown_organisations
from behaviours.actions.normal_form import as_compared
from behaviours.viewer import Viewer
from rewards.pooling.refusals import UnknownParty
from rewards.registry.ties import TiesDeclaration


def declare_ties(
    connection: Connection,
    organisation_id: UUID,
    *,
    interests: Collection[UUID],
    of_operator: bool,
    group: str | None,
    by: Viewer,
    clock: Clock,
) -> None:
    """Keep what is declared; it takes the place of what the same side declared before.

    Whoever is found tied by it loses every bundle that is not sealed: a task sees to that at once,
    and until then nothing of theirs is taken.

    ``group`` is a name or number under which the group is known, compared without regard to blanks
    and signs. Raises UnknownParty, UnusableNumber.
    """
    if organisation(connection, organisation_id) is None:
        raise UnknownParty(pointer="/organisation_id")
    if unknown_organisations(connection, interests):
        raise UnknownParty(pointer="/interests")
    lock_verifiers(connection)
    said = TiesDeclaration(
        organisation_id,
        by.tenant_id == organisation_id,
        frozenset(interests) - {organisation_id},
        of_operator,
        as_compared(group) if group is not None else None,
    )
    assert by.user_id is not None, "somebody declares"
    now = clock.now()
    add_declaration(connection, said, group_name=group, by=by.user_id, now=now)
    start_task(connection, names.REPLACE_VERIFIERS, subject_id=None, arguments={}, now=now)
