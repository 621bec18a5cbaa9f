"""Tell repeats: a used external_id with the same content, with another, or of what was reversed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.store.database import Connection
from app.store.recording.candidate import Candidate
from app.store.recording.holds import find_any_actions
from app.store.recording.owners import reversed_among
from behaviours.actions.obstacles import Holder, Objection, repeat_refusal
from behaviours.actions.refusals import ActionReversed, ConflictingRepeat, DuplicateAction
from behaviours.actions.reversal import SUPERSEDED
from behaviours.rules.in_force import ProgrammeRulebook

# Refusals of an external_id, which is its sender's own: the action under it can be named.
REPEATS = (DuplicateAction, ConflictingRepeat, ActionReversed)


def tell_repeats(
    connection: Connection,
    candidates: Sequence[Candidate],
    objections: Sequence[Objection | None],
    fingerprints: Mapping[bytes, bytes | None],
    rulebook: ProgrammeRulebook,
) -> None:
    """Give each candidate whose external_id was used before the refusal that says how it differs.

    One read of what was taken back, and one of the actions whose content is another; none when
    nothing is repeated.
    """
    repeats = [
        (candidate, said.holder)
        for candidate, said in zip(candidates, objections, strict=True)
        if said and said.holder and isinstance(said.refusal, DuplicateAction)
    ]
    if not repeats:
        return
    gone = reversed_among(connection, [holder for _, holder in repeats])
    others = [
        (candidate, holder)
        for candidate, holder in repeats
        if holder not in gone
        and fingerprints.get(candidate.digests[0]) != candidate.said.fingerprint
    ]
    members = _members(connection, others, rulebook) if others else {}
    for candidate, holder in repeats:
        same = fingerprints.get(candidate.digests[0]) == candidate.said.fingerprint
        reason = gone.get(holder)
        case = "superseded" if same and reason == SUPERSEDED else "by_itself"
        candidate.refusal = repeat_refusal(
            candidate.accepted.action.external_id,
            reversal=case if holder in gone else None,
            members=members.get(candidate.position, ()),
        )


def _members(
    connection: Connection,
    repeats: Sequence[tuple[Candidate, Holder]],
    rulebook: ProgrammeRulebook,
) -> dict[int, Sequence[str]]:
    """In what each candidate differs from the action that was recorded under its external_id."""
    found = find_any_actions(connection, [action_id for _, (_, action_id) in repeats])
    members = {}
    for candidate, (_, action_id) in repeats:
        stored = found[action_id]
        version = rulebook.version_by_digest(stored.content_digest)
        claims = (
            None
            if stored.is_shredded
            else stored.claims(version, rulebook.zone, rulebook.claiming.register)
        )
        members[candidate.position] = stored.differing(version, claims, candidate.said.content)
    return members
