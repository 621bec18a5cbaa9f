"""Use for compliance stops at the caps of the year, whoever comes at the same time."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.clock import StandingClock
from app.factory import create_app
from app.store.database import Connection
from app.usecases.pooling.sign_issue import sign_issue
from app.usecases.registry.retire_units import retire_units
from app.wiring import Wiring
from rewards.registry.compliance import ComplianceCaps
from rewards.registry.refusals import ComplianceCapReached
from rewards.registry.retirement import RetirementTerms
from tests.builders.answers import RETIREMENT, code, key
from tests.builders.market import NOW, PV, pooled_pv, rows, run, sealed, sign_by_both
from tests.builders.parallel import accepted, at_once, refused
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.programmes import stating
from tests.builders.selling import bought, listed, programme_block

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")
PURPOSE = "compliance_offset"


def capped(wiring: Wiring, clause: str) -> Wiring:
    return replace(wiring, programmes=stating(compliance=clause))


def owners_for_compliance(wiring: Wiring, *tonnes: int) -> list[UUID]:
    """Enterprises that hold so many tonnes of the class that compliance may use."""
    pooled_pv(wiring, people=1, kwh=str(sum(tonnes) * 2000))
    bundle_id = sealed(wiring, methodology=PV)

    def in_class(connection: Connection) -> None:
        # No rule of the tests has figures of the grade that enters compliance by itself.
        connection.execute(
            text("update bundle set unit_class = 'compliance' where bundle_id = :id"),
            {"id": bundle_id},
        )

    run(wiring, in_class)
    sign_by_both(wiring, sign_issue, bundle_id)
    listing_id = listed(wiring, programme_block(wiring, bundle_id), sum(tonnes))
    owners = [an_organisation(wiring, "enterprise") for _ in tonnes]
    for owner, count in zip(owners, tonnes, strict=True):
        bought(wiring, listing_id, count, owner)
    return owners


def retiring(
    wiring: Wiring,
    owner: UUID,
    tonnes: int = 1,
    *,
    purpose: str = PURPOSE,
    at: datetime = NOW,
    reference: str | None = None,
    caps: ComplianceCaps | None = None,
) -> Callable[[Connection], UUID]:
    client_reference = reference or secrets.token_hex(8)
    return lambda connection: (
        retire_units(
            connection,
            enterprise_id=owner,
            block_id=None,
            quantity_t=tonnes,
            terms=RetirementTerms("Tea House", purpose, "2026"),
            client_reference=client_reference,
            serial_prefix=wiring.programme.serial_prefix,
            signing_key=wiring.settings.signing_key,
            clock=StandingClock(at),
            caps=caps or wiring.compliance_caps,
        ).retirement_id
    )


def test_two_enterprises_at_once_stop_at_their_caps_and_at_the_programmes(market: Wiring) -> None:
    one, other = owners_for_compliance(market, 6, 6)
    wiring = capped(market, '{buyer_tonnes_per_year: "4", programme_tonnes_per_year: "7"}')
    url = market.settings.database_url or ""
    works = [retiring(wiring, owner) for owner in (one, other) * 6]
    answers = at_once(url, works)
    assert len(accepted(answers)) == 7
    said = refused(answers, ComplianceCapReached)
    assert len(said) == 5
    used = rows(
        market, "select enterprise_id, sum(quantity_t)::int as t from retirement group by 1"
    )
    assert sorted(each["t"] for each in used) == [3, 4]
    # What was refused took nothing, and voluntary uses are not capped.
    run(market, retiring(wiring, one, 2, purpose="voluntary_offset"))
    free = rows(
        market,
        "select sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where state = 'active' and owner_id is not null",
    )
    assert free == [{"t": 12 - 7 - 2}]


def test_a_new_year_begins_at_nothing_and_a_request_sent_again_is_not_counted_twice(
    market: Wiring,
) -> None:
    (owner,) = owners_for_compliance(market, 6)
    wiring = capped(market, '{buyer_tonnes_per_year: "2"}')
    first = run(market, retiring(wiring, owner, 2, reference="R-1"))
    assert run(market, retiring(wiring, owner, 2, reference="R-1")) == first
    with pytest.raises(ComplianceCapReached) as told:
        run(market, retiring(wiring, owner))
    assert (told.value.facts["left_t"], told.value.facts["used_t"]) == ("0", "2")
    caps = wiring.compliance_caps
    last = caps.year_of(NOW).ends_at
    before = datetime.fromtimestamp(last.timestamp() - 1, UTC)
    with pytest.raises(ComplianceCapReached):
        run(market, retiring(wiring, owner, at=before))
    run(market, retiring(wiring, owner, 2, at=last))


def test_the_route_refuses_by_name_with_what_is_left(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    (owner,) = owners_for_compliance(market, 4)
    wiring = capped(market, '{buyer_tonnes_per_year: "3"}')
    asking, token = Http(create_app(wiring)), token_for("enterprise", tenant=owner)

    def retire(client: Http, tonnes: str) -> Any:
        body = {**RETIREMENT, "purpose": PURPOSE, "quantity_t": tonnes}
        return client.post("/v1/retirements", body, token=token, key=key())

    assert retire(asking, "1").status_code == 201
    answer = retire(asking, "3")
    assert (answer.status_code, code(answer)) == (409, "COMPLIANCE_CAP_REACHED")
    assert "Retire 2 at the most" in answer.text
    said = asking.get("/v1/programme").get_json()["compliance"]
    assert said == {
        "buyer_tonnes_per_year": "3",
        "programme_tonnes_per_year": None,
        "buyers": [],
    }
    # The shipped programme states no cap.
    assert retire(http, "3").status_code == 201
