"""Give a client another secret; the one before stays good for a while that the programme states."""

from __future__ import annotations

from app.clock import Clock
from app.ids import new_id
from app.secrecy.hashing import CLIENT_SECRETS, new_client_secret
from app.secrecy.one_time_codes import GivenCode
from app.store.database import Connection
from app.store.organisations.clients import write_rotation
from app.usecases.organisations.hold_own_client import hold_own_client
from app.usecases.organisations.prove_administrator import prove_administrator
from app.usecases.organisations.sign_client import sign_client
from behaviours.client_terms import ClientTerms
from behaviours.clients import ROTATE, NamedClient, NewSecret
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer


def rotate_client(
    connection: Connection,
    named: NamedClient,
    shown: GivenCode,
    *,
    by: Viewer,
    limits: ClientTerms,
    clock: Clock,
) -> NewSecret | Refusal:
    """The client with its new secret, shown this once.

    Raises UnknownClient, UsersOnly, NotAdministrator, ClientRevoked and SecretsStillGood; a refusal
    of the code that was counted is returned.
    """
    refused = prove_administrator(connection, named.organisation_id, shown, by=by, clock=clock)
    if refused is not None:
        return refused
    held = hold_own_client(connection, named, by=by)
    now, secret, secret_id = clock.real_now(), new_client_secret(), new_id()
    rotated = held.rotated(secret_id, limits, now=now)
    write_rotation(connection, rotated, CLIENT_SECRETS.hash(secret), now=now)
    sign_client(connection, named, ROTATE, secret_id=secret_id, by=by, clock=clock)
    return NewSecret(rotated, secret)
