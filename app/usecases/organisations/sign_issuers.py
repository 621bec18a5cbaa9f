"""Sign that issuers are registered: who gives out the numbers by which actions are told apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.versions import raise_epoch
from app.store.organisations.issuers import add_issuers, find_issuers
from app.store.signing import sign_by
from behaviours.issuers import ISSUER, Issuer, IssuerExists, check_terms
from behaviours.logbook import LoggedSubject
from behaviours.viewer import Viewer
from rewards.signing import Matter


def sign_issuers(
    connection: Connection,
    issuers: Sequence[Issuer],
    *,
    kinds: Collection[str],
    by: Viewer,
    clock: Clock,
) -> list[tuple[Issuer, list[str]]]:
    """The issuers, in order, and the roles that have yet to sign the same terms of each.

    With none it is in force. Terms that wait are replaced by others, which both sign anew. An
    issuer that stands in force with the same terms is answered as it is. ``kinds`` are those of
    which rules make claims. Raises UnknownNumberKind, NumberShapeWrong, IssuerExists and
    SamePersonTwice.
    """
    assert by.user_id is not None, "a user signs"
    check_terms(issuers, kinds)
    # First, so that whoever else says something of issuers at this moment waits.
    raise_epoch(connection)
    kept = find_issuers(connection, [each.code for each in issuers])
    for each in issuers:
        if kept.get(each.code, each) != each:
            raise IssuerExists(pointer="/code", issuer=each.code)
    now = clock.now()
    awaiting: dict[str, list[str]] = {code: [] for code in kept}
    fresh = [*{each.code: each for each in issuers if each.code not in kept}.values()]
    for each in fresh:
        matter = Matter(ISSUER, each.matter_id, each.register_verb)
        named = LoggedSubject(ISSUER, each.code)
        awaiting[each.code] = sign_by(connection, matter, by, now, subject=named)
    _add(connection, fresh, awaiting, by.user_id, clock)
    return [(each, awaiting[each.code]) for each in issuers]


def _add(
    connection: Connection,
    fresh: Sequence[Issuer],
    awaiting: dict[str, list[str]],
    registered_by: UUID,
    clock: Clock,
) -> None:
    waiting = [each for each in fresh if awaiting[each.code]]
    signed = [each for each in fresh if not awaiting[each.code]]
    for issuers, in_force in ((waiting, False), (signed, True)):
        add_issuers(
            connection, issuers, registered_by=registered_by, now=clock.now(), in_force=in_force
        )
