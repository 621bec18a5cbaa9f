"""File a complaint: it has a public number at once, somebody who must answer, and a clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.complaints.complaints import add_complaint, filed_since
from app.store.complaints.entries import add_entries
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.people.consents import consents_with
from app.store.people.enrolment import hold_account, region_of
from app.store.redemption.redemptions import get_redemption
from app.usecases.complaints.merchant_of import merchant_of
from app.usecases.complaints.project_on_notice import project_on_notice
from app.usecases.complaints.told_complaint import ToldComplaint, told_complaint
from app.usecases.recording.read_action import read_action
from behaviours.civil_time import civil_day, start_of_day
from behaviours.complaint_about import check_about, check_not_waiting
from behaviours.complaint_filing import new_complaint
from behaviours.complaint_refusals import ComplaintIncomplete, TooManyComplaints, UnknownComplaint
from behaviours.complaints import (
    FILE,
    MISSING_CREDIT,
    PARTICIPANT,
    PROVIDER,
    About,
    ComplaintEntry,
    Deadlines,
)
from behaviours.people import check_open
from behaviours.scenes import PLACES
from behaviours.viewer import Viewer


class Filing(NamedTuple):
    """What is complained about, in whose name, with words and the hashes of files."""

    participant_id: UUID
    about: About
    words: str
    files: tuple[str, ...]


def file_complaint(
    connection: Connection,
    filing: Filing,
    *,
    viewer: Viewer,
    behaviours: Collection[str],
    prefix: str,
    deadlines: Deadlines,
    clock: Clock,
) -> ToldComplaint:
    """The complaint as it was taken; ``behaviours`` are those of the programme.

    Refuses with UnknownOfPerson, UnknownComplaint, ComplaintIncomplete, UnknownAction,
    ActionStillWaits or TooManyComplaints.
    """
    person = filing.participant_id
    check_open(is_open=hold_account(connection, person))
    now = clock.now()
    by_person = viewer.role == PARTICIPANT
    if not by_person:
        _check_consented(connection, person, viewer)
    filer_id = None if by_person else viewer.tenant_id
    check_about(filing.about, today=civil_day(now, deadlines.zone))
    about, merchant_id, done_in = _looked_up(connection, filing, viewer, behaviours)
    _check_room(connection, person, filer_id, now=now, deadlines=deadlines)
    complaint = new_complaint(
        new_id(),
        about,
        person,
        viewer,
        merchant_id=merchant_id,
        region=done_in or region_of(connection, person),
        prefix=prefix,
        deadlines=deadlines,
        now=now,
    )
    add_complaint(connection, complaint)
    said = ComplaintEntry(FILE, viewer, now, filing.words, filing.files)
    add_entries(connection, [(complaint, said)])
    return told_complaint(connection, complaint)


def _check_consented(connection: Connection, person: UUID, viewer: Viewer) -> None:
    """A provider speaks for people who let it report for them."""
    assert viewer.tenant_id is not None, "a provider's token names it"
    given = consents_with(connection, [person], viewer.tenant_id).get(person, [])
    if all(each.withdrawn_at is not None or each.scene == PLACES for each in given):
        raise UnknownComplaint("complainant", pointer="/participant_id")


def _looked_up(
    connection: Connection, filing: Filing, viewer: Viewer, behaviours: Collection[str]
) -> tuple[About, UUID | None, str | None]:
    """What is complained about with what the books know of it, the merchant of an offer, and the
    region of an action or a project."""
    about = filing.about
    if about.kind == MISSING_CREDIT:
        _check_reported(connection, about, behaviours)
    if about.project_id is not None:
        return about, None, project_on_notice(connection, about.project_id).said.region
    if about.action_id is not None:
        action = read_action(connection, about.action_id, viewer=viewer)
        if action.participant_id != filing.participant_id:
            raise ComplaintIncomplete("action", pointer="/action_id")
        check_not_waiting(action)
        known = about._replace(provider_id=action.provider_id, behaviour=action.behaviour)
        return known, None, action.region
    offer_id = about.offer_id
    if about.redemption_id is not None:
        redemption = get_redemption(connection, filing.participant_id, about.redemption_id)
        if redemption is None:
            raise UnknownComplaint("redemption_named", pointer="/redemption_id")
        offer_id = redemption.offer_id
    return about, merchant_of(connection, offer_id), None


def _check_reported(connection: Connection, about: About, behaviours: Collection[str]) -> None:
    if about.behaviour not in behaviours:
        raise ComplaintIncomplete("behaviour", pointer="/behaviour", behaviours=sorted(behaviours))
    assert about.provider_id is not None, "a missing credit names who should have reported it"
    named = organisation(connection, about.provider_id)
    if named is None or named.kind != PROVIDER:
        raise ComplaintIncomplete("provider", pointer="/provider_id")


def _check_room(
    connection: Connection,
    person: UUID,
    filer_id: UUID | None,
    *,
    now: datetime,
    deadlines: Deadlines,
) -> None:
    most, today = deadlines.terms.complaints_per_day, civil_day(now, deadlines.zone)
    since = start_of_day(today, deadlines.zone)
    if filed_since(connection, person, filer_id, since=since) >= most:
        raise TooManyComplaints.until_tomorrow(
            "complaints", most=most, now=now, zone=deadlines.zone
        )
