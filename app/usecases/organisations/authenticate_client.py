"""Prove that a client is who it says."""

from __future__ import annotations

from itertools import zip_longest

from app.clock import Clock
from app.secrecy.hashing import CLIENT_SECRETS, NOBODYS_SECRET, fits
from app.store.database import Connection
from app.store.organisations.clients import keep_use, shown_client
from app.usecases.organisations.check_let_in import check_let_in
from behaviours.clients import MOST_SECRETS, KeptSecret, ProvenClient
from behaviours.coming_in import told_to_programs
from behaviours.organisations import InvalidClient


def authenticate_client(
    connection: Connection, client_id: str, client_secret: str, *, clock: Clock
) -> ProvenClient:
    """The client with this id and secret; refuses with InvalidClient, and never says which, unless
    both are right and its organisation is suspended or closed.

    Secrets live by real time, as the tokens do that are asked for with them.
    """
    now = clock.real_now()
    found = shown_client(connection, client_id, now=now)
    right = _fitting(found.secrets if found else (), client_secret)
    if found is None or right is None or not found.is_open:
        raise InvalidClient("wrong")
    with told_to_programs():
        # It was seen before this: who suspends now comes later, and ends what is issued of it.
        check_let_in(connection, [found.organisation_id])
    keep_use(connection, found, now=now)
    return ProvenClient(
        found.client_id,
        found.organisation_id,
        found.role,
        right.secret_id,
        found.seen_at,
        right.good_until,
    )


def _fitting(kept: tuple[KeptSecret, ...], shown: str) -> KeptSecret | None:
    """The secret that was shown; as many are compared for a name that nobody has."""
    right = None
    for _, each in zip_longest(range(MOST_SECRETS), kept):
        if fits(CLIENT_SECRETS, each.secret_hash if each else NOBODYS_SECRET, shown):
            right = each
    return right
