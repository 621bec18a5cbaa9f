"""Sign that a provider reports an issuer's numbers."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.versions import raise_epoch
from app.store.organisations.credentials import organisation_kinds
from app.store.organisations.issuers import admitted_for, find_issuers
from app.store.signing import sign_by
from app.usecases.organisations.admit_for_issuer import admit_for_issuer
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.issuers import ISSUER, Issuer, UnknownIssuer, admit_verb
from behaviours.logbook import LoggedSubject
from behaviours.organisations import PROVIDER, UnknownProvider
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.signing import Matter


def sign_for_issuer(
    connection: Connection, code: str, provider_id: UUID, *, by: Viewer, clock: Clock
) -> tuple[Issuer, list[str]]:
    """The issuer, and the roles that have yet to sign for this provider; with none it may report.

    One that is admitted is answered as it is. Raises UnknownIssuer, UnknownProvider,
    OrganisationSuspended, OrganisationClosed and SamePersonTwice.
    """
    assert by.user_id is not None, "a user signs"
    found = found_or(find_issuers(connection, [code]).get(code), UnknownIssuer("issuer"))
    if organisation_kinds(connection, [provider_id]).get(provider_id) != PROVIDER:
        raise UnknownProvider(pointer="/provider_id")
    check_taking_part(connection, [provider_id])
    # Whoever signs at the same moment waits here, and sees this signature.
    raise_epoch(connection)
    if provider_id in admitted_for(connection, [code])[code]:
        return found, []
    matter = Matter(ISSUER, found.matter_id, admit_verb(provider_id))
    named = LoggedSubject(ISSUER, code)
    awaiting = sign_by(connection, matter, by, clock.now(), subject=named)
    if not awaiting:
        admit_for_issuer(connection, code, [provider_id], admitted_by=by.user_id, clock=clock)
    return found, awaiting
