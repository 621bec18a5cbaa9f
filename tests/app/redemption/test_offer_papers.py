"""A tree with its evidence and inspections, and a benefit with the receipt of who gave it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.ids import public
from app.usecases.redemption.state_receipt import state_receipt
from app.wiring import Wiring
from rewards.redemption.papers import NoReceiptOfThis
from rewards.redemption.redemption import Redemption
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.evidence import FILES
from tests.builders.people import Http
from tests.builders.points import a_person_with
from tests.builders.redemption import an_offer, redeeming, reversing

A_PDF = FILES["application/pdf"]
pytestmark = pytest.mark.usefixtures("one_minute")


def send_file(http: Http, path: str, content: bytes, token: str) -> Any:
    """Send a form with a file."""
    form = {"file": (io.BytesIO(content), "a.bin")}
    return http.send("POST", path, token=token, data=form, content_type="multipart/form-data")


def theirs(wiring: Wiring, kind: str) -> tuple[UUID, Redemption]:
    """Who redeemed one of an offer of this kind, and what they have of it."""
    person = a_person_with(wiring, 300)
    return person, redeeming(wiring, person, an_offer(wiring, kind=kind)).redemption


def test_evidence_and_inspections_are_read_by_who_redeemed_the_tree_and_nobody_else(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    person, sale = theirs(wiring, "nature")
    stranger, other_sale = theirs(wiring, "nature")
    till = token_for("merchant", tenant=sale.merchant_id)
    path = f"/v1/merchant/offers/{public('ofr', sale.offer_id)}"
    first = send_file(http, f"{path}/evidence", A_PDF, till)
    again = send_file(http, f"{path}/evidence", A_PDF, till)
    assert (first.status_code, first.json) == (201, again.json)
    assert first.json["sha256"] == hashlib.sha256(A_PDF).hexdigest()
    found = FILES["image/png"]
    assert send_file(http, f"{path}/inspections", found, till).json["number"] == 2
    refused = send_file(http, f"{path}/inspections", b"<html>", till)
    assert refusal(refused) == (422, "FILE_NOT_TAKEN")
    foreign = token_for("merchant", tenant=other_sale.merchant_id)
    assert send_file(http, f"{path}/evidence", A_PDF, foreign).status_code == 404
    papers = f"/v1/redemptions/{public('rdm', sale.redemption_id)}/papers"
    mine = token_for("participant", tenant=person)
    shown = http.get(papers, token=mine).json
    assert [each["kind"] for each in shown["papers"]] == ["evidence", "inspection"]
    fetched = http.get(f"{papers}/2", token=mine)
    assert (fetched.data, fetched.content_type) == (found, "image/png")
    assert http.get(papers, token=token_for("participant", tenant=stranger)).status_code == 404
    for number in ("0", "3", "01", "x"):
        assert refusal(http.get(f"{papers}/{number}", token=mine)) == (404, "NOT_FOUND")


def test_no_papers_are_taken_of_what_is_no_tree(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    offer = an_offer(wiring, kind="donation")
    till = token_for("merchant", tenant=offer.merchant_id)
    path = f"/v1/merchant/offers/{public('ofr', offer.offer_id)}/evidence"
    assert refusal(send_file(http, path, A_PDF, till)) == (409, "NO_PAPERS_OF_THIS")


def test_the_receipt_of_a_benefit_is_stated_once_and_read_by_its_person(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    person, sale = theirs(wiring, "external")
    till, mine = (
        token_for("merchant", tenant=sale.merchant_id),
        token_for("participant", tenant=person),
    )
    papers = f"/v1/redemptions/{public('rdm', sale.redemption_id)}/papers"
    assert http.get(papers, token=mine).json == {"papers": [], "receipt": None}
    path = f"/v1/merchant/redemptions/{sale.out_request_no}/receipt"
    first = http.post(path, {"reference": "LOAN-42"}, token=till)
    assert (first.status_code, first.json["reference"]) == (200, "LOAN-42")
    assert http.post(path, {"reference": "LOAN-42"}, token=till).json == first.json
    refused = http.post(path, {"reference": "LOAN-43"}, token=till)
    assert refusal(refused) == (409, "OTHER_RECEIPT_STATED")
    assert http.get(papers, token=mine).json["receipt"] == first.json


def test_of_two_receipts_at_one_moment_one_stays(wiring: Wiring) -> None:
    _, sale = theirs(wiring, "external")
    answers = at_once([lambda name=name: stating(wiring, sale, name) for name in "abcd"])
    assert len([each for each in answers if not isinstance(each, Exception)]) == 1


def test_what_was_taken_back_has_no_receipt(wiring: Wiring) -> None:
    for kind in ("external", "donation"):
        _, sale = theirs(wiring, kind)
        reversing(wiring, sale)
        with pytest.raises(NoReceiptOfThis):
            stating(wiring, sale, "LOAN-1")


def stating(wiring: Wiring, sale: Redemption, reference: str) -> Any:
    return wiring.database.transact(
        state_receipt, sale.merchant_id, sale.out_request_no or "", reference, clock=wiring.clock
    )
