"""Take a step of a login service: two people of two roles admit it, and one ends it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.identity_providers import (
    find_login_service,
    hold_login_service,
    write_login_service,
)
from app.store.organisations.revocations import revoke
from app.store.signing import sign
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.identity_services import ADMIT, END
from behaviours.login_services import (
    LOGIN_SERVICE,
    LoginService,
    UnknownLoginService,
    revocation_of,
)
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.signing import Matter, missing_roles, signature_of


def step_login_service(
    connection: Connection,
    login_service_id: UUID,
    step: str,
    *,
    by: Viewer,
    access_lifetime: timedelta,
    clock: Clock,
) -> tuple[LoginService, list[str]]:
    """The service, and whose signatures it still awaits for the step.

    With the end of a service the tokens end that were given by its word; none lives longer than
    ``access_lifetime``. Refuses with UnknownLoginService, LoginServiceState or SamePersonTwice, and
    to admit it with OrganisationSuspended and OrganisationClosed.
    """
    unknown = UnknownLoginService("login_service")
    seen = found_or(find_login_service(connection, login_service_id), unknown)
    if step == ADMIT:
        # Whose it is never changes; that organisation is held before the row, as everywhere.
        check_taking_part(connection, [seen.organisation_id])
    found = found_or(hold_login_service(connection, login_service_id), unknown)
    now = clock.now()
    moved = found.move(step, now=now)
    matter = Matter(LOGIN_SERVICE, login_service_id, step)
    signed = sign(connection, matter, signature_of(by, now))
    missing = missing_roles(signed) if step == ADMIT else []
    if missing:
        return found, missing
    write_login_service(connection, moved)
    if step == END:
        revoke(connection, [(revocation_of(login_service_id), clock.real_now() + access_lifetime)])
    return moved, []
