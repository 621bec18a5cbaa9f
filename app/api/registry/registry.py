"""The public registry: read by everybody, about nobody's person."""

from __future__ import annotations

from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.auth import allow_public
from app.http.blueprint import ANY_OBJECT, Blueprint
from app.http.current import wiring
from app.http.fields import Line, PublicId, moment
from app.http.languages import LANGUAGE, wanted_language
from app.http.pages import OfAPage, WantedPage, read_one, read_page
from app.http.paper import printed
from app.ids import parse, public
from app.messages.catalogues import DEFAULT
from app.secrecy.signatures import public_key_of, published_key
from app.shown.bundle_report_pdf import bundle_report_pdf
from app.shown.bundles import PublicBundles, SeenPublicBundle, seen_public_bundle
from app.shown.certificate_pdf import certificate_pdf
from app.shown.units import (
    BlockAnswer,
    Blocks,
    RetirementAnswer,
    Retirements,
    SerialAnswer,
    Statistics,
    Transfers,
    block_answer,
    retirement_answer,
    serial_answer,
    statistics,
    transfer_answer,
)
from app.usecases.pooling.read_bundles import read_bundles
from app.usecases.pooling.read_report import read_report as report_of
from app.usecases.registry.look_up_serial import look_up_serial
from app.usecases.registry.read_keys import read_keys
from app.usecases.registry.read_published_bundle import PublishedBundle, read_published_bundle
from app.usecases.registry.read_register_totals import read_register_totals
from app.usecases.registry.read_registry_block import read_registry_block
from app.usecases.registry.read_registry_blocks import read_registry_blocks
from app.usecases.registry.read_retirement import read_retirement
from app.usecases.registry.read_retirements import read_retirements
from app.usecases.registry.read_transfers import read_transfers
from behaviours.json_value import JsonObject
from rewards.registry.signing_key import PublishedKey

blueprint = Blueprint(
    "registry", __name__, description="What was bundled, issued, handed on and retired."
)


class PublishedBundleAnswer(SeenPublicBundle):
    """A published bundle with its monitoring report and the blocks made of it."""

    report = plain.Dict(allow_none=True)
    blocks = plain.List(plain.Nested(BlockAnswer))


class SerialFilter(OfAPage):
    """Of which numbers."""

    serial = Line(
        metadata={
            "description": "A printed serial: what there is of any of its numbers.",
            "example": "TPH-V-GD.DISTRIBUTED_PV-2026-1-12-97",
        }
    )


class SentSerialFilter(WantedPage, total=False):
    """As ``SerialFilter`` loads it."""

    serial: str


class TransferFilter(SerialFilter):
    """Of which numbers, and closed where."""

    exchange_id = PublicId(
        "org", metadata={"description": "Those whose trade was closed at this exchange."}
    )


class SentTransferFilter(SentSerialFilter, total=False):
    """As ``TransferFilter`` loads it."""

    exchange_id: UUID


class Keys(Schema):
    """The keys that certificates are signed with."""

    keys = plain.List(plain.Dict())


@blueprint.route("/v1/registry/bundles")
@allow_public
@blueprint.lists(PublicBundles)
def list_published_bundles() -> Response:
    """Bundles under notice, sealed or issued, newest first."""
    return read_page(seen_public_bundle, read_bundles, viewer=None)


@blueprint.route("/v1/registry/bundles/<bundle_id>")
@allow_public
@blueprint.response(200, PublishedBundleAnswer)
def read_published(bundle_id: str) -> Response:
    """A published bundle whole: conditions, report, opinion, root, where its mass went."""
    return read_one(_published, read_published_bundle, parse("bdl", bundle_id))


@blueprint.route("/v1/registry/bundles/<bundle_id>/report.pdf")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, description="The report as pages", content_type="application/pdf")
def read_published_report(bundle_id: str) -> Response:
    """The monitoring report of a published bundle as pages, in `lang` or `Accept-Language`."""
    language = wanted_language() or DEFAULT
    report = wiring().database.transact(report_of, parse("bdl", bundle_id), viewer=None)
    return printed(bundle_report_pdf(report, language), report.bundle, language)


@blueprint.route("/v1/registry/blocks")
@allow_public
@blueprint.lists(Blocks, narrowed_by=SerialFilter)
def list_registry_blocks(asked: SentSerialFilter) -> Response:
    """Blocks of units as they stand, newest first; or those that a printed serial is of."""
    return read_page(block_answer, read_registry_blocks, **_numbers(asked))


@blueprint.route("/v1/registry/serials/<serial>")
@allow_public
@blueprint.response(200, SerialAnswer)
def read_serial(serial: str) -> Response:
    """What became of the numbers of a printed serial, copied exactly as it is printed.

    A serial reads prefix, class (C compliance, V voluntary), origin, vintage, first and last
    tonne, and two check digits of ISO 7064 MOD 97-10 over everything before them; those of before
    have no class.
    """
    return read_one(
        serial_answer, look_up_serial, serial, serial_prefix=wiring().programme.serial_prefix
    )


@blueprint.route("/v1/registry/blocks/<block_id>")
@allow_public
@blueprint.response(200, BlockAnswer)
def read_block(block_id: str) -> Response:
    """One block, also one that was split since."""
    return read_one(block_answer, read_registry_block, parse("blk", block_id))


@blueprint.route("/v1/registry/transfers")
@allow_public
@blueprint.lists(Transfers, narrowed_by=TransferFilter)
def list_registry_transfers(asked: SentTransferFilter) -> Response:
    """Changes of hands, newest first; or those of the numbers of a printed serial, or those whose
    trade was closed at an exchange.

    Of a serial also those of blocks that were split since, as they were handed over.
    """
    return read_page(
        transfer_answer, read_transfers, exchange_id=asked.get("exchange_id"), **_numbers(asked)
    )


@blueprint.route("/v1/registry/retirements")
@allow_public
@blueprint.lists(Retirements)
def list_registry_retirements() -> Response:
    """Retirements, newest first."""
    return read_page(retirement_answer, read_retirements)


@blueprint.route("/v1/registry/retirements/<retirement_id>")
@allow_public
@blueprint.response(200, RetirementAnswer)
def read_registry_retirement(retirement_id: str) -> Response:
    """One retirement."""
    return read_one(retirement_answer, read_retirement, parse("ret", retirement_id))


@blueprint.route("/v1/retirements/<retirement_id>/certificate.json")
@allow_public
@blueprint.response(200, ANY_OBJECT)
def read_certificate(retirement_id: str) -> Response:
    """The signed certificate, as it was handed out.

    It proves itself offline. `signature.jws` is a compact JSON Web Signature (EdDSA): any JOSE
    library verifies it with the key that /v1/registry/keys publishes under its `kid`, and its
    payload is the certificate without `signature`. Without such a library: write the rest as
    JSON with members sorted by name, without spaces and in UTF-8, and check `signature.value`
    with Ed25519.
    """
    found = wiring().database.transact(read_retirement, parse("ret", retirement_id))
    return jsonify(found.certificate)


@blueprint.route("/v1/retirements/<retirement_id>/certificate.pdf")
@allow_public
@blueprint.response(200, description="A page to print", content_type="application/pdf")
def read_certificate_page(retirement_id: str) -> Response:
    """The certificate as a page to print, with a QR code that leads to the signed text.

    When it rests in part on reversed reductions, the page says so, with the postings that made
    them good and what is still short.
    """
    found = wiring().database.transact(read_retirement, parse("ret", retirement_id))
    name = public("ret", found.retirement_id)
    base = wiring().settings.base_url
    page = certificate_pdf(
        found.certificate,
        f"{base}/v1/retirements/{name}/certificate.json",
        wiring().zone,
        found.covers,
        page_url=f"{base}/registry/retirements/{name}",
    )
    return printed(page, name)


@blueprint.route("/v1/registry/keys")
@allow_public
@blueprint.response(200, Keys)
def read_registry_keys() -> Response:
    """The public keys that certificates are signed with, as a JSON Web Key Set (Ed25519).

    The first is the one in use; the others were in use before, and what they signed is verified by
    them for ever. `published_at` says since when a key is known; null: nothing that is kept was
    signed by it yet. `public_key` is the same key as 32 bytes in base64.
    """
    current = public_key_of(wiring().settings.signing_key)
    found = wiring().database.transact(read_keys, current)
    return jsonify({"keys": [_key(each) for each in found]})


@blueprint.route("/v1/registry/statistics")
@allow_public
@blueprint.response(200, Statistics)
def read_statistics() -> Response:
    """Totals: what was bundled, issued, held and retired, by methodology, vintage and class."""
    return jsonify(statistics(wiring().database.transact(read_register_totals)))


def _key(key: PublishedKey) -> JsonObject:
    published_at = key.published_at
    return {
        **published_key(key.public_key),
        "published_at": moment(published_at) if published_at else None,
    }


def _published(found: PublishedBundle) -> JsonObject:
    seen, blocks = found
    bundle = seen.bundle
    return {
        **seen_public_bundle(seen),
        "report": bundle.report.as_document() if bundle.report else None,
        "blocks": [block_answer(each) for each in blocks],
    }


def _numbers(asked: SentSerialFilter) -> dict[str, str | None]:
    """Of a list that may be narrowed to the numbers of a printed serial."""
    return {"serial": asked.get("serial"), "serial_prefix": wiring().programme.serial_prefix}
