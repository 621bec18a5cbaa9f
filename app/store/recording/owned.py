"""What other mechanisms own of the numbers of new actions: read beside the other obstacles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.store.recording.candidate import Candidate
from behaviours.actions.declared import Owned
from behaviours.actions.obstacles import Obstacles

ASK_OWNED = """
    SELECT c.claim_digest, d.mechanism, d.reference, d.from_day, d.to_day
    FROM declared_claim c JOIN declared_elsewhere d USING (declaration_id)
    WHERE c.claim_digest = ANY($1::bytea[] || $2::bytea[])
"""


def add_owned(
    obstacles: list[Obstacles],
    candidates: Sequence[Candidate],
    rows: Sequence[tuple[bytes, str, str, date, date | None]],
) -> None:
    """What other mechanisms own of the numbers of each candidate."""
    if not rows:
        return
    owned: dict[bytes, list[Owned]] = {}
    for digest, mechanism, reference, from_day, to_day in rows:
        one = Owned(mechanism, reference, from_day, to_day)
        owned.setdefault(digest, []).append(one)
    for at, candidate in enumerate(candidates):
        looked_for = [*candidate.digests, *candidate.meter_digests]
        looked_for += [old for each in candidate.former.values() for old in each]
        found = [each for digest in looked_for for each in owned.get(digest, ())]
        if found:
            obstacles[at] = obstacles[at]._replace(owned=found)
