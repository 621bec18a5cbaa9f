"""State what an issuer's numbers are like, or say it better than before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.store.database import Connection
from app.store.methodologies.versions import raise_epoch
from app.store.organisations.issuers import find_issuers, state_shapes
from behaviours.issuers import Issuer, NumberShape, UnknownIssuer
from behaviours.refusal import found_or


def state_numbers(connection: Connection, code: str, numbers: Sequence[NumberShape]) -> Issuer:
    """The issuer, whose numbers are of these shapes from now on; of others nothing is said.

    What was recorded stays recorded and claimed. Raises UnknownIssuer and NumberShapeWrong.
    """
    found = found_or(find_issuers(connection, [code]).get(code), UnknownIssuer("issuer"))
    stated = replace(found, numbers=tuple(numbers))
    stated.check_numbers()
    state_shapes(connection, stated)
    raise_epoch(connection)
    return stated
