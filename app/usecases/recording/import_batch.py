"""Import a batch of drafts: people found or enrolled, actions recorded, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.secrecy.identities import identity_digests
from app.store.database import Connection
from app.store.recording.import_tally import ImportTally, add_to_tally
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.people.enrol_of_file import AgreedText, enrol_of_file
from app.usecases.people.find_people import find_people
from app.usecases.recording.record import Recorded, RecordingRules
from app.usecases.recording.report import report
from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Action
from behaviours.actions.judging import judge
from behaviours.actions.refusals import UnknownParticipant
from behaviours.actions.waiting import HELD, PENDING_CONFIRMATION
from behaviours.files.outcome import Draft
from behaviours.organisations import PROVIDER
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook


class Imported(NamedTuple):
    """The answers in the drafts' order, and how many people were enrolled on the way."""

    answers: list[Recorded | Refusal]
    enrolled: int


def import_batch(
    connection: Connection,
    drafts: Sequence[Draft],
    rules: RecordingRules,
    *,
    provider_id: UUID,
    agreement: AgreedText | None,
    identity_key: bytes,
    clock: Clock,
    dry_run: bool = False,
    import_id: UUID | None = None,
) -> Imported:
    """Record every draft or say why not.

    With an ``agreement`` people who are not known yet are enrolled, with their consent to the
    behaviours that the batch reports of them; only those with an action that its rule accepts.
    What was recorded is added to the tally of ``import_id``. A ``dry_run`` does all of it and takes
    it back, so that its answers cannot be others. Raises OrganisationSuspended, OrganisationClosed.
    """
    check_taking_part(connection, [provider_id])
    step = connection.begin_nested() if dry_run else None
    placed = [replace(draft.action, provider_id=provider_id.hex) for draft in drafts]
    judged = _judged(placed, rules.rulebook, clock.now())
    good = {
        at: draft
        for at, (draft, one) in enumerate(zip(drafts, judged, strict=True))
        if not isinstance(one, Refusal)
    }
    enrolled = enrol_of_file(
        connection,
        [(one.person, one.action.region, [one.action.behaviour]) for one in good.values()],
        provider_id=provider_id,
        agreement=agreement,
        identity_key=identity_key,
        scenes=rules.rulebook.scenes,
        clock=clock,
    )
    people = _people(connection, good.values(), identity_key)
    ready = {
        at: replace(placed[at], participant_id=people[draft.person].hex)
        for at, draft in good.items()
        if draft.person in people
    }
    recorded = report(
        connection,
        list(ready.values()),
        rules,
        reported_by=f"{PROVIDER}:{provider_id.hex}",
        clock=clock,
    )
    answers = dict(zip(ready, recorded, strict=True))
    imported = Imported(
        [
            one
            if isinstance(one, Refusal)
            else answers.get(at) or UnknownParticipant(pointer="/participant_id")
            for at, one in enumerate(judged)
        ],
        enrolled,
    )
    if step is not None:
        step.rollback()
    elif import_id is not None:
        add_to_tally(connection, import_id, _tally(drafts, imported))
    return imported


def _judged(
    actions: Sequence[Action], rulebook: ProgrammeRulebook, now: datetime
) -> list[AcceptedAction | Refusal]:
    return judge(
        rulebook,
        actions,
        now=now,
        zone=rulebook.zone,
        register=rulebook.claiming.register,
        scenes=rulebook.scenes,
    )


def _people(
    connection: Connection, drafts: Iterable[Draft], identity_key: bytes
) -> dict[str, UUID]:
    """The people whom the provider knows by these references, of those who are known."""
    digests = {draft.person: identity_digests(draft.person, identity_key) for draft in drafts}
    known = find_people(connection, digests.values())
    return {person: known[each] for person, each in digests.items() if each in known}


def _tally(drafts: Sequence[Draft], imported: Imported) -> ImportTally:
    done = [
        (draft, answer)
        for draft, answer in zip(drafts, imported.answers, strict=True)
        if isinstance(answer, Recorded)
    ]
    return ImportTally(
        recorded=len(done),
        recorded_lines=sum(draft.lines for draft, _ in done),
        enrolled=imported.enrolled,
        saved_mg=sum(answer.saved_mg for _, answer in done if not answer.standing.is_waiting),
        points=sum(answer.points + answer.points_of_others for _, answer in done),
        pending_confirmation=sum(
            answer.standing.state == PENDING_CONFIRMATION for _, answer in done
        ),
        held=sum(answer.standing.state == HELD for _, answer in done),
    )
