"""File a complaint of somebody without an account: a number and a secret open it from then on."""

from __future__ import annotations

from typing import NamedTuple

from app.clock import Clock
from app.ids import new_ids
from app.secrecy.complaint_secrets import new_complaint_secret, secret_digest
from app.store.complaints.complainants import add_complainant, filed_with
from app.store.complaints.complaints import add_complaint
from app.store.complaints.entries import add_entries
from app.store.database import Connection
from app.usecases.complaints.find_complaint import find_complaint
from app.usecases.complaints.merchant_of import merchant_of
from app.usecases.complaints.project_on_notice import project_on_notice
from app.usecases.complaints.told_complaint import ToldComplaint, told_complaint
from behaviours.civil_time import civil_day
from behaviours.complainants import ContactData, check_without_account
from behaviours.complaint_about import check_about
from behaviours.complaint_filing import new_complaint
from behaviours.complaints import COMPLAINANT, FILE, About, Complaint, ComplaintEntry, Deadlines
from behaviours.rules.factors import shipped_factors
from behaviours.viewer import Viewer


class UnenrolledFiling(NamedTuple):
    """What is complained about, where, and how its sender can be reached."""

    about: About
    region: str
    words: str
    files: tuple[str, ...]
    contact: ContactData


class FiledWithoutAccount(NamedTuple):
    """The complaint as it was taken, and the secret, which is kept nowhere."""

    told: ToldComplaint
    secret: str


def file_without_account(
    connection: Connection,
    filing: UnenrolledFiling,
    *,
    secret: str | None = None,
    prefix: str,
    deadlines: Deadlines,
    clock: Clock,
) -> FiledWithoutAccount:
    """The complaint; nobody is looked up by it.

    ``secret`` is the one to give, where what was sent has one of its own: sent again, it answers
    with the complaint that was filed with it. None: a new one.

    Refuses with ComplaintNeedsAccount, ComplaintIncomplete, UnknownComplaint or UnknownRegion.
    """
    secret = secret or new_complaint_secret()
    digest = secret_digest(secret)
    # Of two at once the second finds it when it is run again: a digest is kept once.
    filed = filed_with(connection, digest)
    if filed:
        viewer = Viewer(COMPLAINANT, filed[0])
        held = find_complaint(connection, filed[1], viewer=viewer, deadlines=deadlines, clock=clock)
        return FiledWithoutAccount(told_complaint(connection, held.complaint), secret)
    complaint = _filed(connection, filing, digest, prefix=prefix, deadlines=deadlines, clock=clock)
    return FiledWithoutAccount(told_complaint(connection, complaint), secret)


def _filed(
    connection: Connection,
    filing: UnenrolledFiling,
    digest: bytes,
    *,
    prefix: str,
    deadlines: Deadlines,
    clock: Clock,
) -> Complaint:
    now, (whose, complaint_id) = clock.now(), new_ids(2)
    check_without_account(filing.about)
    check_about(filing.about, today=civil_day(now, deadlines.zone))
    shipped_factors().check_region(filing.region)
    region = filing.region
    if filing.about.project_id is not None:
        region = project_on_notice(connection, filing.about.project_id).said.region
    by = Viewer(COMPLAINANT, whose)
    complaint = new_complaint(
        complaint_id,
        filing.about,
        whose,
        by,
        merchant_id=merchant_of(connection, filing.about.offer_id),
        region=region,
        prefix=prefix,
        deadlines=deadlines,
        now=now,
    )
    add_complaint(connection, complaint)
    add_complainant(connection, complaint, filing.contact, secret_digest=digest)
    said = ComplaintEntry(FILE, by, now, filing.words, filing.files)
    add_entries(connection, [(complaint, said)])
    return complaint
