"""Assess a document that is to take another's place: accepted, it counts from then on."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.papers import add_renewal_judgement, papers_of
from app.store.organisations.running_papers import write_running
from app.store.organisations.standing import hold_standing
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.hold_application_of import hold_application_of
from app.usecases.organisations.settle_standings import settle_standings
from behaviours.admission import UnknownApplication
from behaviours.civil_time import civil_day
from behaviours.organisation_papers import OrganisationPapers
from behaviours.paper_renewals import NewRenewalJudgement, judge_renewal
from behaviours.paper_validity import running_papers
from behaviours.programme import Programme
from behaviours.refusal import found_or
from behaviours.viewer import Viewer


def judge_document(
    connection: Connection,
    organisation_id: UUID,
    said: NewRenewalJudgement,
    *,
    by: Viewer,
    programme: Programme,
    clock: Clock,
) -> OrganisationPapers:
    """The papers as they count now; with the last that had run out, the organisation takes part
    again.

    Raises UsersOnly, UnknownApplication, ApplicationDecided, UnknownDocument, RenewalDecided,
    AssessorHandedIn and AssessmentUnfit.
    """
    actor = find_actor(connection, by)
    # Before any other lock, as everybody takes it: who lets papers expire now waits, or we do.
    standing = found_or(
        hold_standing(connection, organisation_id), UnknownApplication("application")
    )
    application = hold_application_of(connection, organisation_id, by=by)
    now, zone = clock.now(), programme.zone
    papers = papers_of(connection, application)
    today = civil_day(now, zone)
    found = judge_renewal(papers, said, by=actor.user_id, today=today, now=now)
    add_renewal_judgement(connection, found)
    renewed = papers_of(connection, application)
    write_running(connection, organisation_id, running_papers(renewed))
    settle_standings(connection, [standing], by=actor, terms=programme.papers, zone=zone, now=now)
    return renewed
