"""The authority's pool of verifiers as a file: out with what it knows of ties, and in."""

from __future__ import annotations

from typing import Final, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.api.pooling.verifiers import MOST_INTERESTS, PoolBody, SentTies, TiesBody
from app.auth import allow, allow_public
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import PublicId
from app.http.registers import Register, Shown, exported, sent_rows, take_rows, takes_file
from app.http.validators import Count
from app.shown.verifiers import pooled_row
from app.usecases.pooling.read_verifiers import read_verifiers
from app.usecases.pooling.sign_pool import PooledVerifier, sign_pool
from app.usecases.pooling.sign_verifiers import PoolAdmission
from app.wiring import Wiring
from rewards.registry.ties import ToldTies
from rewards.signing import ROLES

blueprint = Blueprint(
    "verifier_register", __name__, description="The pool of verifiers, as files of a register."
)


class TiesOnFileBody(TiesBody):
    """What the authority states of ties; of interests that are left out there are none."""

    interests = plain.List(PublicId("org"), load_default=list, validate=Count(0, MOST_INTERESTS))


class PooledVerifierBody(PoolBody):
    """A verifier of the pool, and what the authority states of its ties."""

    ties = plain.Nested(TiesOnFileBody)


class SentPooledVerifier(TypedDict):
    """As ``PooledVerifierBody`` loads it."""

    organisation_id: UUID
    behaviours: NotRequired[list[str]]
    reason: str
    ties: NotRequired[SentTies]


POOL = Register("verifiers", PooledVerifierBody(), frozenset({"name", "decided_at", "own_ties"}))
COLUMNS: Final = (
    *("organisation_id", "name", "behaviours", "reason", "decided_at"),
    *(
        f"{member}.{name}"
        for member in ("ties", "own_ties")
        for name in ("interests", "of_operator", "group")
    ),
)
EXAMPLE_FILE: Final = (
    "organisation_id,behaviours,reason,ties.interests,ties.of_operator\n"
    f"org_{'0199' + 28 * '0'},metro_ride;bus_ride,Accredited until 2028.,,false\n"
)


@exported(blueprint, POOL, "The pool", to=allow_public)
def export_verifiers(parts: Wiring) -> Shown:
    """Who is in the pool now, in a file that `import` takes in again."""
    found = parts.database.transact(read_verifiers)
    return (pooled_row(each) for each in found if each.in_pool), list(COLUMNS)


@blueprint.route("/v1/verifiers/import", methods=["POST"])
@allow(*reversed(ROLES), step="verifier.import")
@takes_file(blueprint, POOL, EXAMPLE_FILE)
def import_verifiers() -> Response:
    """Sign that the verifiers of a file are of the pool, and what is stated of their ties, all or
    none; who is in stays as it is.

    They are once somebody of the other role takes the same file in: `rows` counts those that stand
    now. Nobody is removed by not standing in the file.
    """
    return take_rows(
        sign_pool,
        [said_of(each) for each in sent_rows(POOL)],
        known_behaviours=wiring().scenes.categories().keys(),
        **by_caller(),
    )


def said_of(body: SentPooledVerifier) -> PooledVerifier:
    """The verifier that a row of a file tells of."""
    behaviours, ties = body.get("behaviours"), body.get("ties")
    scope = None if behaviours is None else frozenset(behaviours)
    return PooledVerifier(
        PoolAdmission(body["organisation_id"], scope, body["reason"]),
        ties and ToldTies(frozenset(ties["interests"]), ties["of_operator"], ties.get("group")),
    )
