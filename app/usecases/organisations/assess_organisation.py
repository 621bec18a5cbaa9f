"""Assess an organisation that applies: every document, its contract, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.applications import write_decision
from app.store.organisations.papers import add_assessment, papers_of
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.hold_application_of import hold_application_of
from behaviours.organisation_papers import (
    DocumentJudgement,
    OrganisationContract,
    OrganisationPapers,
)
from behaviours.viewer import Viewer


def assess_organisation(
    connection: Connection,
    organisation_id: UUID,
    judgements: Sequence[DocumentJudgement],
    *,
    contract: OrganisationContract | None,
    finding: str,
    by: Viewer,
    clock: Clock,
) -> OrganisationPapers:
    """The application, assessed; with a document refused it waits for another one.

    Raises UsersOnly, UnknownApplication, ApplicationDecided, ApplicationIncomplete,
    DocumentsChanged, AssessorHandedIn and AssessmentUnfit.
    """
    application = hold_application_of(connection, organisation_id, by=by)
    actor, now = find_actor(connection, by), clock.now()
    papers = papers_of(connection, application)
    moved, found = papers.assess(judgements, contract, finding, by=actor.user_id, now=now)
    add_assessment(connection, found)
    write_decision(connection, moved)
    return papers_of(connection, moved)
