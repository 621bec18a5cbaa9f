"""Open a provider's sandbox, or another one in its place; done in the books of the sandbox."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.secrecy.hashing import CLIENT_SECRETS, new_client_secret
from app.store.bench.scenes import open_scenes
from app.store.database import Connection
from app.store.organisations.applications import add_applications
from app.store.organisations.closing import end_clients_of
from app.store.organisations.credentials import (
    NewClientRow,
    NewOrganisationRow,
    add_clients,
    add_organisations,
)
from app.store.organisations.revocations import revoke
from app.store.organisations.standing import hold_standing, write_standing
from app.store.platform.sandbox import count_sandboxes, hold_sandbox, take_catalogue
from app.usecases.organisations.admit_for_issuer import admit_for_issuer
from app.usecases.organisations.prove_sandbox_owner import AskedSandbox
from app.usecases.organisations.register_issuers import register_issuers
from behaviours.admission import APPLIED, OrganisationApplication
from behaviours.organisations import ROLE_OF_KIND
from behaviours.sandbox import (
    CLIENT_PREFIX,
    OpenedSandbox,
    Sandbox,
    SandboxClient,
    SandboxOwner,
    check_may_open,
)
from behaviours.standing import CLOSE

# Whoever takes over what is published does so alone.
_EVERYBODY = UUID(int=0)
_DAY = timedelta(days=1)


def open_sandbox(
    connection: Connection,
    asked: AskedSandbox,
    names: Sequence[str],
    *,
    anew: bool,
    kinds: Collection[str],
    token_lifetime: timedelta,
    clock: Clock,
) -> OpenedSandbox:
    """A provider's sandbox with a client of each name; their secrets are told this once.

    ``anew`` ends the one before: its clients and their tokens, and nothing of it is seen any more.
    Raises SandboxOpenAlready and SandboxTooOftenAnew.
    """
    owner = asked.owner
    before = hold_sandbox(connection, owner.organisation_id)
    now = clock.now()
    opened_today = count_sandboxes(connection, owner.organisation_id, since=now - _DAY)
    check_may_open(before, opened_today, anew=anew)
    revoked = () if before is None else _end(connection, before, token_lifetime, clock)
    hold_sandbox(connection, _EVERYBODY)
    take_catalogue(connection, asked.catalogue, now=now)
    sandbox = _let_in(connection, owner, clock)
    clients = _new_clients(connection, owner, sandbox, names, clock)
    issuer = sandbox.issuer(frozenset(kinds))
    by = sandbox.organisation_id
    register_issuers(connection, [issuer], kinds=kinds, registered_by=by, clock=clock)
    admit_for_issuer(connection, issuer.code, [by], admitted_by=by, clock=clock)
    open_scenes(connection, [by])
    return OpenedSandbox(sandbox, clients, issuer.code, revoked)


def _end(
    connection: Connection, before: Sandbox, token_lifetime: timedelta, clock: Clock
) -> tuple[str, ...]:
    held = hold_standing(connection, before.organisation_id)
    assert held is not None, "whoever applied was let in"
    closed, now, real_now = held.move(CLOSE, now=clock.now()), clock.now(), clock.real_now()
    write_standing(connection, closed)
    end_clients_of(connection, before.organisation_id, now=now, real_now=real_now)
    revoke(connection, [(closed.tokens, real_now + token_lifetime)])
    return (closed.tokens,)


def _let_in(connection: Connection, owner: SandboxOwner, clock: Clock) -> Sandbox:
    """The provider's own in the sandbox, where nobody is assessed; its application says whose."""
    organisation_id, now = new_id(), clock.now()
    applied = OrganisationApplication(organisation_id, owner.kind, owner.name, False, APPLIED, now)
    add_applications(connection, [applied.unassessed(now=now)], by=owner.organisation_id)
    row = NewOrganisationRow(organisation_id, owner.kind, owner.name, covered_emitter=False)
    add_organisations(connection, [row], now=now)
    return Sandbox(organisation_id, now)


def _new_clients(
    connection: Connection,
    owner: SandboxOwner,
    sandbox: Sandbox,
    names: Sequence[str],
    clock: Clock,
) -> tuple[SandboxClient, ...]:
    made = tuple(
        SandboxClient(f"{CLIENT_PREFIX}{secrets.token_hex(8)}", name, new_client_secret())
        for name in names
    )
    rows = [
        NewClientRow(
            each.client_id,
            sandbox.organisation_id,
            ROLE_OF_KIND[owner.kind],
            each.name,
            None,
            new_id(),
            CLIENT_SECRETS.hash(each.client_secret or ""),
        )
        for each in made
    ]
    add_clients(connection, rows, now=clock.real_now())
    return made
