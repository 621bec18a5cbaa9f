"""Retiring for a use: the fitting class first, a case, a place, a footprint that is covered."""

from __future__ import annotations

import re
import secrets
from contextlib import closing
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from pypdfium2 import PdfDocument
from sqlalchemy import text

from app.clock import StandingClock
from app.secrecy.signatures import public_key_of
from app.store.database import Connection
from app.store.platform.references import claim_reference
from app.usecases.pooling.sign_issue import sign_issue
from app.usecases.registry.transfer_units import transfer_units
from app.wiring import Wiring
from behaviours.signed_document import check_signature, key_id
from rewards.reference import RETIRING, reference
from rewards.registry.retirement import RetirementTerms
from tests.builders.answers import RETIREMENT, code, key, refusal
from tests.builders.market import NOW, PV, pooled_pv, rows, run, sealed, sign_by_both
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import an_owner, bought, listed, programme_block

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")
LINE = {
    "source": "场馆用电 Electricity of the venue",
    "quantity": "2000",
    "unit": "kWh",
    "quantity_source": "国网账单 Bill, 2026-05",
    "factor_kg_per_unit": "0.5",
    "factor_source": "公告2025年第47号",
}


def an_owner_of_two_classes(wiring: Wiring) -> UUID:
    """Three tonnes for compliance, which are the older numbers, and two voluntary ones."""
    owner = an_organisation(wiring, "enterprise")
    for unit_class, tonnes in (("compliance", 3), ("voluntary", 2)):
        pooled_pv(wiring, people=1, kwh=str(tonnes * 2000))
        bundle_id = sealed(wiring, methodology=PV)
        # No rule of the tests has figures of the grade that enters compliance by itself.
        run(wiring, in_class, bundle_id, unit_class)
        sign_by_both(wiring, sign_issue, bundle_id)
        block_id = programme_block(wiring, bundle_id)
        bought(wiring, listed(wiring, block_id, tonnes), tonnes, owner)
    return owner


def in_class(connection: Connection, bundle_id: UUID, unit_class: str) -> None:
    given = {"bundle_id": bundle_id, "unit_class": unit_class}
    connection.execute(
        text("update bundle set unit_class = :unit_class where bundle_id = :bundle_id"), given
    )


def used(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 201, answer.json
    return [
        (each["unit_class"], each["quantity_t"]) for each in answer.json["certificate"]["blocks"]
    ]


def test_without_a_named_block_the_scarcest_units_go_last(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    owner = an_owner_of_two_classes(market)
    token = token_for("enterprise", tenant=owner)

    def retire(**changes: object) -> Any:
        return http.post("/v1/retirements", {**RETIREMENT, **changes}, token=token, key=key())

    assert used(retire()) == [("voluntary", "1")]
    # An older voluntary tonne in the same hands does not stand in the way of compliance.
    assert used(retire(purpose="compliance_offset")) == [("compliance", "1")]
    too_many = retire(purpose="compliance_offset", quantity_t="3")
    assert refusal(too_many) == (409, "NOT_ENOUGH_UNITS")
    assert too_many.json["details"]["available_t"] == "2"
    assert used(retire(quantity_t="2")) == [("voluntary", "1"), ("compliance", "1")]


def test_compensation_of_damage_names_its_case_and_the_place(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    owner = an_owner_of_two_classes(market)
    token = token_for("enterprise", tenant=owner)
    body = {**RETIREMENT, "purpose": "eco_damage_compensation", "beneficiary_region": "CN-ZJ"}
    missing = http.post("/v1/retirements", body, token=token, key=key())
    assert refusal(missing) == (422, "GROUNDS_MISSING")
    body["case_reference"] = "(2026)浙0106民初1234号"
    nowhere = {**body, "beneficiary_region": "CN-99"}
    unknown = http.post("/v1/retirements", nowhere, token=token, key=key())
    assert unknown.json["errors"][0]["pointer"] == "/beneficiary_region"
    made = http.post("/v1/retirements", body, token=token, key=key())
    assert used(made) == [("compliance", "1")]
    name, certificate = made.json["id"], made.json["certificate"]
    assert certificate["case_reference"] == body["case_reference"]
    assert certificate["beneficiary_region"] == "CN-33"
    raw = public_key_of(market.settings.signing_key)
    assert check_signature(certificate, keys={key_id(raw): raw}).holds
    told = http.get(f"/v1/registry/retirements/{name}").json
    assert (told["case_reference"], told["beneficiary_region"]) == (body["case_reference"], "CN-33")
    assert told["footprint"] is None
    page = unescape(http.get(f"/registry/retirements/{name}?lang=zh-CN").text)
    assert body["case_reference"] in page
    assert "浙江" in page


def test_an_event_buys_what_its_footprint_needs_and_retires_it(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    owner, block_id = an_owner(market, 3)
    token = token_for("enterprise", tenant=owner)
    lines = [LINE, {**LINE, "quantity": "2000.000002"}]

    def worked_out() -> Any:
        return http.post(
            "/v1/footprints/quantify",
            {"purpose": "event_neutrality", "footprint": lines},
            token=token,
        ).json

    first = worked_out()
    # 2,000.000001 kg are three tonnes: it is rounded up.
    assert (first["total_kg"], first["needed_t"]) == ("2000.000001", "3")
    assert (first["held_t"], first["missing_t"]) == ("3", "0")
    other = an_organisation(market, "enterprise")
    run(
        market,
        transfer_units,
        block_id,
        quantity_t=2,
        from_id=owner,
        to_id=other,
        client_reference=secrets.token_hex(8),
        clock=StandingClock(NOW),
    )
    assert (worked_out()["held_t"], worked_out()["missing_t"]) == ("1", "2")
    other_token = token_for("enterprise", tenant=other)
    body = {**RETIREMENT, "purpose": "event_neutrality", "footprint": lines}
    low = http.post("/v1/retirements", {**body, "quantity_t": "2"}, token=other_token, key=key())
    assert refusal(low) == (422, "FOOTPRINT_NOT_COVERED")
    assert low.json["details"]["needed_t"] == "3"
    assert not rows(market, "select 1 from retirement")
    made = http.post(
        "/v1/retirements",
        {**body, "quantity_t": "2", "footprint": lines[:1] * 2},
        token=other_token,
        key=key(),
    )
    assert used(made) == [("voluntary", "2")]
    name = made.json["id"]
    assert made.json["certificate"]["footprint"]["total_kg"] == "2000.000000"
    assert [each["kg"] for each in made.json["footprint"]["lines"]] == ["1000.0", "1000.0"]
    page = unescape(http.get(f"/registry/retirements/{name}?lang=en").text)
    assert "Footprint that it covers" in page
    assert LINE["factor_source"] in page
    printed = http.get(f"/v1/retirements/{name}/certificate.pdf").data
    with closing(PdfDocument(printed)) as document:
        text = re.sub(r"\s+", "", document[0].get_textpage().get_text_bounded())
    assert "2000.000000kgCO2e" in text


def test_a_footprint_is_stated_whole(market: Wiring, http: Http, token_for: Tokens) -> None:
    owner, _ = an_owner(market, 1)
    token = token_for("enterprise", tenant=owner)

    def asked(lines: object, purpose: str = "event_neutrality") -> tuple[int, str]:
        body = {"purpose": purpose, "footprint": lines}
        return refusal(http.post("/v1/footprints/quantify", body, token=token))

    unsourced = {name: value for name, value in LINE.items() if name != "factor_source"}
    for lines in ([], [unsourced], [{**LINE, "quantity": "-1"}], [{**LINE, "quantity": "1e3"}]):
        assert asked(lines) == (422, "VALIDATION_FAILED")
    assert asked([LINE], "speculation") == (422, "USE_NOT_PERMITTED")


def test_what_was_asked_before_there_were_grounds_is_known_again(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    """An earlier release wrote this number of a request: it is not carried out a second time."""
    owner, _ = an_owner(market, 2)
    token = token_for("enterprise", tenant=owner)
    body = {**RETIREMENT, "client_reference": "2026-17"}
    first = http.post("/v1/retirements", body, token=token, key=key()).json
    terms = RetirementTerms("Hangzhou Tea House", "voluntary_offset", "2026")
    assert str(terms) == (
        "RetirementTerms(beneficiary='Hangzhou Tea House', purpose='voluntary_offset',"
        " period='2026')"
    )
    asked = reference(RETIRING, owner, "stated:2026-17", None, 1, terms)
    known = run(market, claim_reference, asked, UUID(int=1))
    assert f"ret_{known.hex}" == first["id"]
    other = http.post(
        "/v1/retirements", {**body, "beneficiary_region": "CN-33"}, token=token, key=key()
    )
    assert code(other) == "CLIENT_REFERENCE_REUSED"
