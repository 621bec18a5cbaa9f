"""Verifications as pages: who verified a bundle, how it was chosen, and what it looked at."""

from __future__ import annotations

from typing import TypedDict

from flask import Response, url_for

from app.auth import allow_public
from app.http.current import wiring
from app.ids import parse, public
from app.shown.standing import stands
from app.shown.verifications import shown_verification
from app.usecases.pooling.read_verifications import read_verifications
from app.usecases.pooling.read_verifiers import read_verifiers
from app.web.reading import Pages, listed_page, reading_page
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg

blueprint = Pages("verifications_page", __name__, description="Verifications as pages to read.")


@blueprint.route("/registry/verifications")
@allow_public
@blueprint.paged
@blueprint.page
def read_verifications_page() -> Response:
    """Every bundle that was ever opened, newest first: its state, its verifier, its sample."""
    return listed_page("verifications.html", shown_verification, read_verifications, **_verifiers())


@blueprint.route("/registry/verifications/<bundle_id>")
@allow_public
@blueprint.page
def read_verification_page(bundle_id: str) -> Response:
    """One bundle: commitment, plan, draw and every step, with the reasons that were given."""
    (found,) = wiring().database.transact(
        read_verifications, bundle_id=parse("bdl", bundle_id), before=None, most=1
    )
    one = shown_verification(found)
    return reading_page(
        "verification.html",
        one=one,
        plan=one["sampling_plan"] or {},
        floor=one["sampling_floor"],
        kg=kg,
        **_verifiers(),
        json_url=url_for("verifications.read_verification", bundle_id=bundle_id),
    )


class NamedVerifiers(TypedDict):
    """By public id; whoever was given a bundle has declared its ties, and is among them."""

    names: dict[str, str]
    stand: dict[str, JsonObject]


def _verifiers() -> NamedVerifiers:
    known = wiring().database.transact(read_verifiers)
    return {
        "names": {public("org", each.organisation_id): each.name for each in known},
        "stand": {public("org", each.organisation_id): stands(each.standing) for each in known},
    }
