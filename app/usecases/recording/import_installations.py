"""Import a batch of installations: their holders found or enrolled, each registered or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.secrecy.identities import identity_digests
from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.recording.import_tally import ImportTally, add_to_tally
from app.store.recording.installations import people_covered
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.people.enrol_of_file import AgreedText, enrol_of_file
from app.usecases.people.find_people import find_people
from app.usecases.recording.add_new_installations import Registering, add_new_installations
from app.usecases.recording.against_projects import against_projects
from behaviours.actions.installation import Holder, RegisteredInstallation, Testimony
from behaviours.actions.installed import behaviours_of
from behaviours.actions.refusals import UnknownParticipant
from behaviours.actions.registering import NewInstallation, ReadInstallation, read_installation
from behaviours.civil_time import civil_day
from behaviours.files.outcome import InstallationDraft
from behaviours.organisations import PROVIDER
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook


class ImportedInstallations(NamedTuple):
    """The answers in the drafts' order, and how many people were enrolled on the way."""

    answers: list[RegisteredInstallation | Refusal]
    enrolled: int


def import_installations(
    connection: Connection,
    drafts: Sequence[InstallationDraft],
    *,
    provider_id: UUID,
    agreement: AgreedText | None,
    identity_key: bytes,
    rulebook: ProgrammeRulebook,
    clock: Clock,
    dry_run: bool = False,
    import_id: UUID | None = None,
) -> ImportedInstallations:
    """Register every draft or say why not; each waits for somebody else to confirm it.

    With an ``agreement`` holders who are not known yet are enrolled, with their consent to what
    such an installation does. What the provider registered before, and said the same of, is an
    InstallationExists of the case ``repeated``. A ``dry_run`` does all of it and takes it back.
    Raises OrganisationSuspended and OrganisationClosed.
    """
    check_taking_part(connection, [provider_id])
    step = connection.begin_nested() if dry_run else None
    today = civil_day(clock.now(), rulebook.zone)
    read = [_read(draft, provider_id, rulebook, today) for draft in drafts]
    good = [at for at, one in enumerate(read) if not isinstance(one, Refusal)]
    told = [
        (drafts[at].person or "", drafts[at].region, behaviours_of(rulebook, drafts[at].kind))
        for at in good
        if drafts[at].person
    ]
    enrolled = enrol_of_file(
        connection,
        told,
        provider_id=provider_id,
        agreement=agreement,
        identity_key=identity_key,
        scenes=rulebook.scenes,
        clock=clock,
    )
    holders = _holders(connection, [drafts[at] for at in good], provider_id, identity_key)
    read = _not_of_projects(connection, read, rulebook, today)
    answers = _register(connection, drafts, read, holders, provider_id=provider_id, clock=clock)
    if step is not None:
        step.rollback()
    elif import_id is not None:
        add_to_tally(connection, import_id, _tally(drafts, answers, enrolled))
    return ImportedInstallations(answers, enrolled)


def _read(
    draft: InstallationDraft, provider_id: UUID, rulebook: ProgrammeRulebook, today: date
) -> ReadInstallation | Refusal:
    new = NewInstallation(
        draft.kind,
        draft.number,
        Holder(None, None),
        draft.commissioned_on,
        draft.region,
        draft.evidence,
        draft.issuer,
        draft.capacity,
        draft.capacity_unit,
    )
    try:
        return read_installation(new, provider_id.hex, rulebook, today=today)
    except Refusal as refusal:
        return refusal


def _not_of_projects(
    connection: Connection,
    read: Sequence[ReadInstallation | Refusal],
    rulebook: ProgrammeRulebook,
    today: date,
) -> list[ReadInstallation | Refusal]:
    """The same, with a refusal in place of what a project has."""
    whats = [each.what for each in read if isinstance(each, ReadInstallation)]
    refusals = iter(against_projects(connection, whats, rulebook, today=today))
    return [each if isinstance(each, Refusal) else next(refusals) or each for each in read]


def _holders(
    connection: Connection,
    drafts: Sequence[InstallationDraft],
    provider_id: UUID,
    identity_key: bytes,
) -> Mapping[str | None, Holder]:
    """Who holds, by the provider's reference; its own have none. Their accounts are held."""
    digests = {
        draft.person: identity_digests(draft.person, identity_key)
        for draft in drafts
        if draft.person is not None
    }
    known = find_people(connection, digests.values())
    people = sorted(set(known.values()))
    if people:
        lock_accounts(connection, people)
    covered = people_covered(connection, people, provider_id=provider_id)
    holders: dict[str | None, Holder] = {None: Holder(None, provider_id)}
    for person, each in digests.items():
        found = known.get(each)
        if found in covered:
            holders[person] = Holder(found, None)
    return holders


def _register(
    connection: Connection,
    drafts: Sequence[InstallationDraft],
    read: Sequence[ReadInstallation | Refusal],
    holders: Mapping[str | None, Holder],
    *,
    provider_id: UUID,
    clock: Clock,
) -> list[RegisteredInstallation | Refusal]:
    word = Testimony(f"{PROVIDER}:{provider_id.hex}", clock.now(), "")
    answers: list[RegisteredInstallation | Refusal | None] = []
    new: list[Registering] = []
    for draft, one in zip(drafts, read, strict=True):
        holder = holders.get(draft.person)
        if isinstance(one, Refusal):
            answers.append(one)
        elif holder is None:
            answers.append(UnknownParticipant(pointer="/participant_id"))
        else:
            made = RegisteredInstallation(
                new_id(), holder, one.what, one.digest, draft.evidence, provider_id, word
            )
            new.append((made, one.former))
            answers.append(None)
    done = iter(add_new_installations(connection, new, ended_too=True))
    return [next(done) if each is None else each for each in answers]


def _tally(
    drafts: Sequence[InstallationDraft],
    answers: Sequence[RegisteredInstallation | Refusal],
    enrolled: int,
) -> ImportTally:
    done = [
        draft
        for draft, answer in zip(drafts, answers, strict=True)
        if isinstance(answer, RegisteredInstallation)
    ]
    return ImportTally(
        recorded=len(done), recorded_lines=sum(draft.lines for draft in done), enrolled=enrolled
    )
