"""Admit an organisation: the second signature, of another person and role, lets it take part.

With it comes into force what it stated: its ties bar verifiers, its scenes are applied for, and it
may report the numbers of its issuers.
"""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.applications import write_decision
from app.store.organisations.credentials import NewOrganisationRow, add_organisations
from app.store.organisations.papers import papers_of
from app.store.organisations.running_papers import write_running
from app.store.organisations.users import find_user
from app.store.signing import sign_by
from app.usecases.organisations.admit_for_issuer import admit_for_issuer
from app.usecases.organisations.apply_for_scenes import apply_for_scenes
from app.usecases.organisations.apply_organisations import ORGANISATION, AppliedOrganisation
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.hold_application_of import hold_application_of
from app.usecases.organisations.keep_ties import keep_ties
from behaviours.admission import ADMIT, OrganisationApplication
from behaviours.civil_time import civil_day
from behaviours.organisations import VERIFIER
from behaviours.paper_validity import running_papers
from behaviours.programme import Programme
from behaviours.scene_admission import SceneApplication
from behaviours.scenes import Scenes
from behaviours.viewer import Viewer
from rewards.registry.ties import ToldTies
from rewards.signing import Matter


def admit_organisation(
    connection: Connection,
    organisation_id: UUID,
    *,
    by: Viewer,
    programme: Programme,
    scenes: Scenes,
    clock: Clock,
) -> AppliedOrganisation:
    """The application, and the roles that have yet to sign; with none the organisation takes part.

    Raises UsersOnly, UnknownApplication, ApplicationDecided, ApplicationIncomplete, AssessorAdmits
    and SamePersonTwice.
    """
    application = hold_application_of(connection, organisation_id, by=by)
    actor, now = find_actor(connection, by), clock.now()
    papers = papers_of(connection, application)
    papers.check_admitted_by(actor.user_id, today=civil_day(now, programme.zone))
    admitted = application.move(ADMIT, now=now)
    matter = Matter(ORGANISATION, organisation_id, f"{ADMIT}:{application.revision}")
    awaiting = sign_by(connection, matter, by, now)
    if awaiting:
        return AppliedOrganisation(application, awaiting)
    write_decision(connection, admitted)
    row = NewOrganisationRow(
        organisation_id, admitted.kind, admitted.name, admitted.covered_emitter
    )
    add_organisations(connection, [row], now=now)
    write_running(connection, organisation_id, running_papers(papers))
    _bring_into_force(connection, admitted, by=by, scenes=scenes, clock=clock)
    return AppliedOrganisation(admitted, [])


def _bring_into_force(
    connection: Connection,
    admitted: OrganisationApplication,
    *,
    by: Viewer,
    scenes: Scenes,
    clock: Clock,
) -> None:
    said, own = admitted.statement, admitted.organisation_id
    assert said is not None, "it was assessed"
    assert by.user_id is not None, "a user signs"
    if said.has_ties or admitted.kind == VERIFIER:
        keep_ties(
            connection,
            own,
            ToldTies(said.interests, said.of_operator, said.group),
            by=_author(connection, admitted),
            clock=clock,
        )
    for code in said.issuers:
        admit_for_issuer(connection, code, [own], admitted_by=by.user_id, clock=clock)
    if said.scenes:
        wanted = [SceneApplication(own, each, said.reports or "") for each in said.scenes]
        apply_for_scenes(connection, wanted, by=by, scenes=scenes, clock=clock)


def _author(connection: Connection, admitted: OrganisationApplication) -> Viewer:
    """Who wrote the statement: what an operator wrote is not the organisation's own word."""
    assert admitted.stated_by is not None, "somebody stated it"
    wrote = find_user(connection, admitted.stated_by)
    assert wrote is not None, "users stay in the books"
    return Viewer(wrote.role, wrote.organisation_id, wrote.user_id)
