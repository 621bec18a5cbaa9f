"""What shows that a tree stands or a benefit was given: handed in by merchants, read by people."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.body import large_body
from app.http.current import wiring
from app.http.evidence import FILE_FORM, file_answer, sent_file
from app.http.fields import Line, Moment, Strict, moment
from app.ids import parse
from app.usecases.redemption.hand_in_paper import hand_in_paper
from app.usecases.redemption.read_paper import read_paper as paper_for
from app.usecases.redemption.read_papers import read_papers as papers_for
from app.usecases.redemption.state_receipt import state_receipt
from behaviours.evidence_files import file_name
from behaviours.json_value import JsonObject
from rewards.redemption.papers import (
    EVIDENCE,
    INSPECTION,
    LONGEST_REFERENCE,
    MOST_PAPERS,
    PAPERS,
    BenefitReceipt,
    OfferPaper,
)

blueprint = Blueprint(
    "offer_papers", __name__, description="What shows that what was redeemed was done."
)

_NUMBERS = frozenset(str(number) for number in range(1, MOST_PAPERS + 1))


class OfferPaperAnswer(Schema):
    """A file that its merchant handed in."""

    number = plain.Integer()
    kind = plain.String(metadata={"enum": list(PAPERS)})
    media_type = plain.String()
    size_bytes = plain.Integer()
    sha256 = plain.String(metadata={"description": "Of its bytes, in hexadecimal."})
    added_at = Moment()


class BenefitReceiptBody(Strict):
    """Under which reference the benefit stands in the books of whoever gave it."""

    reference = Line(required=True, most=LONGEST_REFERENCE, metadata={"example": "LOAN-2026-0042"})


class SentBenefitReceipt(TypedDict):
    """As ``BenefitReceiptBody`` loads it."""

    reference: str


class BenefitReceiptAnswer(Schema):
    """The receipt of an external benefit."""

    reference = plain.String()
    stated_at = Moment()


class RedemptionPapersAnswer(Schema):
    """What there is of one redemption."""

    papers = plain.List(plain.Nested(OfferPaperAnswer))
    receipt = plain.Nested(BenefitReceiptAnswer, allow_none=True)


@blueprint.route("/v1/merchant/offers/<offer_id>/evidence", methods=["POST"])
@allow("merchant", step="offer.hand_in_evidence")
@large_body
@blueprint.doc(requestBody=FILE_FORM)
@blueprint.response(201, OfferPaperAnswer)
def hand_in_evidence(offer_id: str) -> Response:
    """Hand in what shows a tree or a project; sending it again changes nothing."""
    return _handed_in(offer_id, EVIDENCE)


@blueprint.route("/v1/merchant/offers/<offer_id>/inspections", methods=["POST"])
@allow("merchant", step="offer.hand_in_inspection")
@large_body
@blueprint.doc(requestBody=FILE_FORM)
@blueprint.response(201, OfferPaperAnswer)
def hand_in_inspection(offer_id: str) -> Response:
    """Hand in what an inspection found, also long after; who redeemed it reads it."""
    return _handed_in(offer_id, INSPECTION)


@blueprint.route("/v1/merchant/redemptions/<out_request_no>/receipt", methods=["POST"])
@allow("merchant", step="redemption.state_receipt")
@blueprint.arguments(BenefitReceiptBody)
@blueprint.response(200, BenefitReceiptAnswer)
def state_benefit(body: SentBenefitReceipt, out_request_no: str) -> Response:
    """State the receipt of an external benefit, once; its person reads it."""
    stated = wiring().database.transact(
        state_receipt, _merchant(), out_request_no, body["reference"], clock=wiring().clock
    )
    return json_answer(_receipt(stated))


@blueprint.route("/v1/redemptions/<redemption_id>/papers")
@allow("participant", by_word=True)
@blueprint.response(200, RedemptionPapersAnswer)
def read_papers(redemption_id: str) -> Response:
    """What shows that what was redeemed was done: files, and the receipt of a benefit."""
    shown = wiring().database.transact(papers_for, caller().viewer, parse("rdm", redemption_id))
    return json_answer(
        {
            "papers": [_paper(each) for each in shown.papers],
            "receipt": None if shown.receipt is None else _receipt(shown.receipt),
        }
    )


@blueprint.route("/v1/redemptions/<redemption_id>/papers/<paper_no>")
@allow("participant", by_word=True)
@blueprint.response(200, content_type="application/octet-stream", description="The file, to keep")
def fetch_paper(redemption_id: str, paper_no: str) -> Response:
    """Fetch a file of what was redeemed; it comes to be kept, not to be shown."""
    identifier = parse("rdm", redemption_id)
    # No such number is that of no paper.
    number = int(paper_no) if paper_no in _NUMBERS else 0
    paper, content = wiring().database.transact(paper_for, caller().viewer, identifier, number)
    name = file_name(f"paper-{paper.number}", paper.media_type)
    return file_answer(content, media_type=paper.media_type, name=name, sha256=paper.sha256)


def _handed_in(offer_id: str, kind: str) -> Response:
    paper = wiring().database.transact(
        hand_in_paper,
        _merchant(),
        parse("ofr", offer_id),
        kind,
        sent_file(),
        clock=wiring().clock,
    )
    return json_answer(_paper(paper), 201)


def _merchant() -> UUID:
    merchant_id = caller().tenant_id
    assert merchant_id is not None, "a merchant has an organisation"
    return merchant_id


def _paper(paper: OfferPaper) -> JsonObject:
    return {
        "number": paper.number,
        "kind": paper.kind,
        "media_type": paper.media_type,
        "size_bytes": paper.size_bytes,
        "sha256": paper.sha256.hex(),
        "added_at": moment(paper.added_at),
    }


def _receipt(receipt: BenefitReceipt) -> JsonObject:
    return {"reference": receipt.reference, "stated_at": moment(receipt.stated_at)}
