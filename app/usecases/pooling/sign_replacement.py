"""Sign a replacement; with the second signature the units are cancelled and the bundle is whole."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.registry.replacing import KIND
from app.store.signing import sign_by
from app.usecases.pooling.hold_replacement import hold_replacement
from app.usecases.pooling.read_replacement import read_replacement
from app.usecases.pooling.replace_units import replace_units
from behaviours.viewer import Viewer
from rewards.pooling.bundle import REPLACE
from rewards.registry.replacement import VERB, Replacement
from rewards.signing import Matter


def sign_replacement(
    connection: Connection, replacement_id: UUID, *, by: Viewer, signed_for: timedelta, clock: Clock
) -> Replacement:
    """The replacement after a signature; what is done is answered as it was done.

    Raises UnknownUnits, ReplacementWithdrawn, ReplacementLapsed, SamePersonTwice; and with the last
    signature, when what was offered is not to be had or not lacked any more,
    BundleStateConflict, AlreadyRetired, BlockNotAvailable, UnitsNotCovered, MoreThanIsShort,
    NotEnoughUnits.
    """
    bundle, found = hold_replacement(connection, replacement_id, by=by)
    if found.posting_id is not None:
        return found
    now = clock.now()
    found.check_signable(now, signed_for)
    bundle.check(REPLACE, by=by)
    matter = Matter(KIND, replacement_id, VERB)
    if not sign_by(connection, matter, by, now):
        replace_units(connection, bundle, found.asked, clock=clock)
    return read_replacement(connection, replacement_id, viewer=by)
