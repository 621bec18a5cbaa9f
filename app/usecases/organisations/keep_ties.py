"""Keep what is declared of an organisation's ties, and look again at who verifies."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.pooling.verifiers import add_declaration, lock_verifiers
from behaviours.actions.normal_form import as_compared
from behaviours.viewer import Viewer
from rewards.registry.ties import TiesDeclaration, ToldTies


def keep_ties(
    connection: Connection, organisation_id: UUID, told: ToldTies, *, by: Viewer, clock: Clock
) -> None:
    """It takes the place of what the same side declared before; the parties are known to exist.

    Whoever is found tied by it loses every bundle that is not sealed. Raises UnusableNumber.
    """
    lock_verifiers(connection)
    said = TiesDeclaration(
        organisation_id,
        by.tenant_id == organisation_id,
        told.interests - {organisation_id},
        told.of_operator,
        as_compared(told.group) if told.group is not None else None,
    )
    assert by.user_id is not None, "somebody declares"
    now = clock.now()
    add_declaration(connection, said, group_name=told.group, by=by.user_id, now=now)
    start_task(connection, names.REPLACE_VERIFIERS, subject_id=None, arguments={}, now=now)
