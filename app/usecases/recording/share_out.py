"""Share out what households saved: to the mg, by the parts that all of them agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.recording.awarding import award
from app.store.recording.candidate import Candidate
from app.store.recording.caps import read_caps_used
from app.store.recording.household_shares import HouseholdShare
from behaviours.actions.calculation import RecordedInputs
from behaviours.sharing import RecordedShare
from rewards.points.earning import Policies


def share_out(
    connection: Connection, candidates: Sequence[Candidate], *, policy: Policies, now: datetime
) -> tuple[list[Candidate], list[HouseholdShare]]:
    """The others' actions that are taken with their wholes, and what is kept of each share.

    A whole that was refused is shared by nobody. The part of who cannot have it - no consent, gone,
    paused - goes to nobody. What is wrong with the whole for now holds all of it.
    """
    taken: list[Candidate] = []
    kept: list[HouseholdShare] = []
    for whole in candidates:
        if whole.sharing is None or whole.refusal:
            continue
        taken += [each for each in whole.sharing.members.values() if not each.refusal]
        kept += _share(whole, policy, now)
    read_caps_used(connection, taken)
    return taken, kept


def _share(whole: Candidate, policy: Policies, now: datetime) -> list[HouseholdShare]:
    """Give everybody who can have one their part; the whole keeps its own."""
    assert whole.sharing is not None
    assert whole.reduction is not None
    version, members = whole.sharing
    reduction, whole_mg = whole.reduction, whole.reduction.saved_mg
    rows = {_person(whole): whole, **members}
    mg = version.shares_of(whole_mg)
    nobodys = {who for who in mg if who != _person(whole) and members[who].refusal}
    parts = [own.parts for who in mg if (own := version.of(who))]
    kept = []
    for at, who in enumerate(mg):
        one = None if who in nobodys else rows[who]
        if one is not None:
            one.share = RecordedShare(
                parts=parts,
                at=at,
                whole_mg=whole_mg,
                unassigned_mg=sum(mg[each] for each in nobodys),
                passed_on=one is not whole,
            )
            inputs: RecordedInputs = {**reduction.inputs, "share": one.share}
            one.standing = whole.standing
            award(one, reduction._replace(saved_mg=mg[who], inputs=inputs), policy, now)
            assert one.refusal is None, "the whole was awarded on the same day"
        kept.append(
            HouseholdShare(
                whole.action_id,
                who,
                one.action_id if one else None,
                version.household_id,
                version.version_id,
                parts[at],
                whole_mg,
                mg[who],
            )
        )
    return kept


def _person(candidate: Candidate) -> UUID:
    return UUID(hex=candidate.accepted.action.participant_id)
