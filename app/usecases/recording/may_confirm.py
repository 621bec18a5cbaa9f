"""Which waiting actions somebody may look at beyond those that they are a party to."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.recording.holds import covered_for
from behaviours.actions.waiting import PROVIDER
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def may_confirm(
    connection: Connection,
    action_ids: Sequence[UUID],
    *,
    viewer: Viewer,
    rulebook: ProgrammeRulebook,
) -> set[UUID]:
    """Those that a provider is admitted to: their person lets it report what they are about."""
    if viewer.role != PROVIDER or viewer.tenant_id is None:
        return set()
    return covered_for(
        connection,
        action_ids,
        provider_id=viewer.tenant_id,
        categories=rulebook.scenes.categories(),
    )
