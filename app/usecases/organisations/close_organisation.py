"""Close an organisation for good: two people of two roles sign, once nothing is left to settle.

The name stays in the books, as do everybody's accounts, points and reductions. Its users, clients,
apps, webhooks, offers, waiting files and links end with it. Whoever it was may apply anew by their
credit code.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.clock import Clock
from app.messages.catalogues import sentence
from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.organisations.apps import end_apps_of
from app.store.organisations.closing import (
    close_application_of,
    close_offers_of,
    drop_files,
    end_clients_of,
    end_users_of_organisation,
)
from app.store.organisations.logins import end_subjects
from app.store.organisations.matters import open_matters, unsealed_bundles_of
from app.store.organisations.revocations import revoke
from app.store.organisations.standing import hold_standing, write_standing
from app.store.outbox.writing import end_waiting_tasks
from app.store.webhooks.endpoints import delete_endpoints_of
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.sign_standing import sign_standing
from behaviours.apps import tokens_of
from behaviours.changed_standing import ChangedStanding
from behaviours.closing import OPEN_BUNDLES
from behaviours.organisations import PROVIDER, UnknownOrganisation
from behaviours.refusal import found_or
from behaviours.standing import CLOSE, OrganisationClosed, OrganisationStanding
from behaviours.users import User
from behaviours.viewer import Viewer

# What follows: its seats go to others, and people's links end.
_TASKS: Final = (names.REPLACE_VERIFIERS, names.END_LINKS)


def close_organisation(
    connection: Connection,
    organisation_id: UUID,
    *,
    reason: str,
    by: Viewer,
    access_lifetime: timedelta,
    clock: Clock,
) -> ChangedStanding:
    """The organisation, what it has open, and the roles that have yet to sign; with none it closed.

    Neither signs while something of other people's is open. Raises UsersOnly, UnknownOrganisation,
    OrganisationStateConflict, OrganisationHasMatters and SamePersonTwice.
    """
    actor = find_actor(connection, by)
    held = found_or(hold_standing(connection, organisation_id), UnknownOrganisation("organisation"))
    now = clock.now()
    closed = held.move(CLOSE, now=now)
    matters = open_matters(connection, held, now=now)
    if held.kind == PROVIDER:
        bundles = unsealed_bundles_of(connection, organisation_id)
        matters = matters.with_counted(OPEN_BUNDLES, bundles)
    matters.check_settled()
    awaiting = sign_standing(connection, held, CLOSE, reason=reason, by=by, now=now)
    if awaiting:
        return ChangedStanding(held, matters, awaiting, [])
    write_standing(connection, closed)
    apps = end_apps_of(connection, organisation_id, reason=reason, now=now)
    ended = [closed.tokens, *map(tokens_of, apps)]
    until = clock.real_now() + access_lifetime
    revoke(connection, [(name, until) for name in ended])
    _end_with_it(connection, closed, reason=reason, by=actor, clock=clock)
    return ChangedStanding(closed, matters, [], ended)


def _end_with_it(
    connection: Connection, closed: OrganisationStanding, *, reason: str, by: User, clock: Clock
) -> None:
    closed_id, now, real_now = closed.organisation_id, clock.now(), clock.real_now()
    users = end_users_of_organisation(
        connection, closed_id, by=by, reason=reason, now=now, real_now=real_now
    )
    end_subjects(connection, [each.hex for each in users], now=real_now)
    end_clients_of(connection, closed_id, now=now, real_now=real_now)
    close_offers_of(connection, closed_id)
    delete_endpoints_of(connection, closed_id, now=now)
    close_application_of(connection, closed_id)
    ended = OrganisationClosed(organisation_id=f"org_{closed_id.hex}", name=closed.name)
    problem = f"{ended.code}: {sentence(ended)}"
    drop_files(connection, end_waiting_tasks(connection, closed_id, problem=problem, now=now))
    for name in _TASKS:
        start_task(connection, name, subject_id=closed_id, arguments={}, now=now)
