"""Prove that somebody may open a provider's sandbox; asked of the live books."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import public
from app.secrecy.one_time_codes import GivenCode
from app.store.database import Connection
from app.store.log.acting import tell
from app.store.platform.sandbox import find_owner, read_catalogue
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.prove_administrator import prove_administrator
from behaviours.organisations import UnknownOrganisation
from behaviours.refusal import Refusal
from behaviours.sandbox import Catalogue, SandboxOwner
from behaviours.users import PROGRAMME_ROLES
from behaviours.viewer import Viewer


class AskedSandbox(NamedTuple):
    """Whose sandbox it is to be, and what the live books publish at this moment."""

    owner: SandboxOwner
    catalogue: Catalogue


def prove_sandbox_owner(
    connection: Connection,
    organisation_id: UUID,
    shown: GivenCode,
    *,
    by: Viewer,
    clock: Clock,
) -> AskedSandbox | Refusal:
    """Whose sandbox it is, and what it takes over.

    An administrator asks for their own organisation; an operator, who hands the secrets on, for
    any, also for one that has only applied.

    Raises UnknownClient, UnknownOrganisation, UsersOnly, NotAdministrator, SandboxForProviders,
    OrganisationSuspended and OrganisationClosed;
    a refusal of the code that was counted is returned.
    """
    if by.role in PROGRAMME_ROLES:
        find_actor(connection, by)
    else:
        refused = prove_administrator(connection, organisation_id, shown, by=by, clock=clock)
        if refused is not None:
            return refused
    found = find_owner(connection, organisation_id)
    if found is None:
        raise UnknownOrganisation("organisation")
    found.check()
    check_taking_part(connection, [organisation_id])
    tell("organisation", public("org", organisation_id), {"sandbox": "asked for"})
    return AskedSandbox(found, read_catalogue(connection))
