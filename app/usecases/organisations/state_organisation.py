"""State who an organisation is that applies: by its code, and with the ties that it has."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.applications import kinds_of_code, write_statement
from app.store.organisations.issuers import find_issuers
from app.store.organisations.papers import papers_of
from app.store.pooling.verifiers import unknown_organisations
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.hold_application_of import hold_application_of
from behaviours.actions.normal_form import as_compared
from behaviours.admission import OrganisationStatement
from behaviours.credit_codes import check_beside
from behaviours.issuers import UnknownIssuer
from behaviours.organisation_papers import OrganisationPapers, check_reports
from behaviours.people import check_scene
from behaviours.scenes import Scenes
from behaviours.viewer import Viewer
from rewards.pooling.refusals import UnknownParty


def state_organisation(
    connection: Connection,
    organisation_id: UUID,
    said: OrganisationStatement,
    *,
    by: Viewer,
    scenes: Scenes,
    clock: Clock,
) -> OrganisationPapers:
    """The application with this statement, which takes the place of the one before.

    Raises UsersOnly, UnknownApplication, ApplicationDecided, CreditCodeTaken, UnknownParty,
    UnknownScene, UnknownIssuer, ReportsUnfit and UnusableNumber.
    """
    application = hold_application_of(connection, organisation_id, by=by)
    actor = find_actor(connection, by)
    stated = application.stating(said, by=actor.user_id, now=clock.now())
    check_reports(application.kind, said)
    for place, scene in enumerate(said.scenes):
        check_scene(scene, scenes.can_be_admitted(), pointer=f"/scenes/{place}")
    if find_issuers(connection, list(said.issuers)).keys() != set(said.issuers):
        raise UnknownIssuer("issuer", pointer="/issuers")
    if unknown_organisations(connection, said.interests):
        raise UnknownParty(pointer="/interests")
    if said.group is not None:
        as_compared(said.group)
    others = kinds_of_code(connection, said.credit_code, but=organisation_id)
    check_beside(said.credit_code, application.kind, others)
    write_statement(connection, stated)
    return papers_of(connection, stated)
