"""Name the action that is in the way of another one, but only to who reported it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.ids import public
from app.store.database import Connection
from app.store.recording.candidate import Candidate
from app.store.recording.owners import reporters_of
from app.usecases.recording.tell_repeats import REPEATS
from behaviours.actions.action import Action
from behaviours.actions.obstacles import Objection


def name_holders(
    connection: Connection, candidates: Sequence[Candidate], objections: Sequence[Objection | None]
) -> None:
    """Name the action that is in the way, but only to who reported it."""
    met = [
        (candidate.accepted.action, candidate.refusal, said.holder)
        for candidate, said in zip(candidates, objections, strict=True)
        if said and said.holder and candidate.refusal
    ]
    others = [holder for _, refusal, holder in met if not isinstance(refusal, REPEATS)]
    reporters = reporters_of(connection, others) if others else {}
    for action, refusal, holder in met:
        _, action_id = holder
        # An external_id is its sender's own.
        if isinstance(refusal, REPEATS) or _is_own(action, *reporters[action_id]):
            refusal.facts = {**refusal.facts, "action_id": public("act", action_id)}


def _is_own(action: Action, person: UUID, provider: UUID | None) -> bool:
    if action.provider_id:
        return provider is not None and provider.hex == action.provider_id
    return provider is None and person.hex == action.participant_id
