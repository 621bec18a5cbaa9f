"""Read verifications: the commitment, plan and every step of a bundle, whatever became of it."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import list_bundles, read_bundle as stored_bundle
from app.store.pooling.steps import TakenStep, steps_of
from rewards.pooling.bundle import Bundle, Sight
from rewards.pooling.refusals import UnknownBundle


class Verification(NamedTuple):
    """A bundle as far as its verification goes, and what happened to that."""

    bundle: Bundle
    steps: list[TakenStep]


def read_verifications(
    connection: Connection, *, bundle_id: UUID | None = None, before: UUID | None, most: int
) -> list[Verification]:
    """Of every bundle ever opened, newest first; or of one. Raises UnknownBundle."""
    if bundle_id is None:
        bundles = list_bundles(connection, Sight(None), before=before, most=most)
    else:
        found = stored_bundle(connection, bundle_id)
        if found is None:
            raise UnknownBundle("bundle")
        bundles = [found]
    steps: dict[UUID, list[TakenStep]] = {}
    for step in steps_of(connection, [each.bundle_id for each in bundles]):
        steps.setdefault(step.bundle_id, []).append(step)
    return [Verification(each, steps.get(each.bundle_id, [])) for each in bundles]
