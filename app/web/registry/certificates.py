"""Certificates and units as pages: what was retired, and what became of which numbers."""

from __future__ import annotations

from flask import Response

from app.auth import allow_public
from app.http.current import wiring
from app.http.fields import Line
from app.http.languages import wanted_language
from app.http.web_page import PLAIN_POLICY, asset, page_file
from app.ids import parse, public
from app.shown.covers import cover_sentences
from app.shown.units import block_answer, retirement_answer, transfer_answer
from app.usecases.registry.read_registry_blocks import read_registry_blocks
from app.usecases.registry.read_retirement import read_retirement
from app.usecases.registry.read_transfers import read_transfers
from app.web.page_query import PageQuery, SentPageQuery
from app.web.reading import DEFAULT_LANGUAGE, Pages, reading_page
from behaviours.region_register import named_regions
from rewards.registry.certificate import BENEFICIARY_REGION
from rewards.registry.cover import BundleCover

blueprint = Pages(
    "certificates_page", __name__, description="Certificates and units as pages to read."
)

# Of a serial that became very many blocks or was sold very often, the JSON has the rest.
MOST = 100
# A page with our own script, which fetches what it checks from here.
CHECK_POLICY = f"{PLAIN_POLICY}; script-src 'self'; connect-src 'self'"


class SerialAsked(PageQuery):
    """Which numbers."""

    serial = Line(required=True, metadata={"example": "TPH-V-GD.DISTRIBUTED_PV-2026-1-12-97"})


class SentSerial(SentPageQuery):
    """As ``SerialAsked`` loads it."""

    serial: str


@blueprint.route("/registry/retirements/<retirement_id>")
@allow_public
@blueprint.page
def read_retirement_page(retirement_id: str) -> Response:
    """The certificate of a retirement, with what became since of the bundles behind it."""
    found = wiring().database.transact(read_retirement, parse("ret", retirement_id))
    return reading_page(
        "retirement.html",
        policy=CHECK_POLICY,
        one=retirement_answer(found),
        region=named_regions().get(str(found.certificate.get(BENEFICIARY_REGION)), ""),
        certificate=found.certificate,
        notes=[_note(each) for each in found.covers],
    )


@blueprint.route("/registry/check.js")
@allow_public
@blueprint.response(200, content_type="text/javascript", description="The script of the page")
def check_script() -> Response:
    """Checks a certificate in the browser, against the published keys."""
    return asset(page_file("check.js"), "text/javascript; charset=utf-8")


@blueprint.route("/registry/units")
@allow_public
@blueprint.arguments(SerialAsked, location="query")
@blueprint.response(200, content_type="text/html", description="A page")
def read_units_page(asked: SentSerial) -> Response:
    """What became of the numbers of a printed serial: holders, uses, changes of hands, notes."""
    transact, prefix = wiring().database.transact, wiring().programme.serial_prefix
    # One more than is shown, to say that there are more.
    blocks = transact(
        read_registry_blocks,
        serial=asked["serial"],
        serial_prefix=prefix,
        before=None,
        most=MOST + 1,
    )
    transfers = transact(
        read_transfers, serial=asked["serial"], serial_prefix=prefix, before=None, most=MOST + 1
    )
    covers = {each.bundle_id: each.cover for each in blocks if each.cover}
    return reading_page(
        "units.html",
        serial=asked["serial"],
        blocks=[block_answer(each) for each in blocks[:MOST]],
        transfers=[transfer_answer(each) for each in transfers[:MOST]],
        more=max(len(blocks), len(transfers)) > MOST,
        notes=[_note(each) for each in covers.values()],
    )


def _note(cover: BundleCover) -> tuple[str, list[str]]:
    """The bundle, and what is said of it in the language of the page."""
    language = wanted_language() or DEFAULT_LANGUAGE
    return public("bdl", cover.bundle_id), cover_sentences(cover, language)
