"""Quantify what rests on what is recorded: earlier days that a rule reads, and what counted before.

Each action of a list with those of the list that were taken before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from app.store.database import Connection
from app.store.recording.awarding import award
from app.store.recording.candidate import Candidate
from app.store.recording.caps import read_caps_used
from app.store.recording.obstacles import Surroundings
from behaviours.actions.limits import RunningUse
from behaviours.actions.quantify import History, quantify
from rewards.points.earning import Policies

# What was said of earlier days: (digest of the claim, person) -> quantities.
_Earlier = dict[tuple[bytes, str], Mapping[str, str]]


def quantify_later(
    connection: Connection,
    candidates: Sequence[Candidate],
    known: Surroundings,
    policy: Policies,
    now: datetime,
) -> None:
    """Give each that waits for answers its reduction, or the refusal that ends it.

    Only what is taken uses room and is an earlier day of those after it.
    """
    later = [one for one in candidates if one.waits_for_answers and not one.refusal]
    if not later:
        return
    earlier: _Earlier = {**known.earlier}
    use = RunningUse(known.limits)
    for candidate in later:
        accepted, history = candidate.accepted, _history(candidate, earlier)
        (reduction,) = quantify([accepted], [history], [use.before(accepted)])
        award(candidate, reduction, policy, now)
        if candidate.reduction is None:
            continue
        use.take(accepted, candidate.reduction.inputs)
        if candidate.earlier:
            for digest in candidate.digests:
                earlier[digest, accepted.action.participant_id] = accepted.action.quantities
    read_caps_used(connection, [one for one in later if not one.refusal])


def _history(candidate: Candidate, earlier: _Earlier) -> History:
    accepted = candidate.accepted
    if not candidate.earlier:
        return ()
    assert accepted.history_need is not None
    person, quantity = accepted.action.participant_id, accepted.history_need.quantity
    return [
        (day, Decimal(earlier[digest, person][quantity]))
        for day, digest in candidate.earlier
        if (digest, person) in earlier
    ]
