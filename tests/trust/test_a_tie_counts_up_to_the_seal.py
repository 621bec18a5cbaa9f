"""A tie that is declared after the draw voids what a verifier said, as long as nothing is sealed.

And whoever is tied to the verifier does not get the units, whenever the tie was declared.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.ids import new_id, public
from app.outbox import names
from app.usecases.pooling.give_notice import give_notice
from app.usecases.pooling.sign_seal import sign_seal
from app.usecases.registry.transfer_units import transfer_units
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.wiring import Wiring
from behaviours.refusal import Refusal
from rewards.pooling.refusals import BundleStateConflict, VerifierConflict
from rewards.pooling.seen_bundle import SignedBundle
from rewards.registry.refusals import VerifierNotIndependent
from tests.builders.at_once import at_once
from tests.builders.audit import audited
from tests.builders.empty_market import market, shut
from tests.builders.market import (
    NO_NOTICE,
    NOW,
    bundle,
    declare,
    issued,
    pooled_pv,
    rows,
    run,
    somebody,
    task,
)
from tests.builders.people import an_organisation
from tests.builders.selling import bought, listed, programme_block
from tests.builders.trading import trade_terms
from tests.builders.verifier_pool import NUMBER, Pool
from tests.builders.viewers import enterprise

__all__ = ["market", "shut"]
OPINION = {"opinion": "positive", "statement": "Reasonable assurance."}


@pytest.fixture
def pool(market: Wiring) -> Pool:
    """Two verifiers."""
    made = Pool(market)
    for _ in range(2):
        made.verifier()
    return made


class Verified:
    """A bundle on its way to the seal, with the verifier that was drawn for it."""

    def __init__(self, pool: Pool) -> None:
        self.pool, self.path = pool, pool.reported()
        self.id = UUID(hex=self.path[-32:])
        self.verifier = UUID(hex=pool.submit(self.path).get_json()["verifier_id"][-32:])

    def accept(self) -> None:
        assert self.post("accept", NUMBER).status_code == 200

    def find(self) -> Any:
        token = self.pool.token(self.verifier)
        drawn = self.pool.http.get(f"{self.path}/sample", token=token).get_json()["data"]
        found = [{"action_id": each["action_id"]} for each in drawn]
        return self.post("findings", {"findings": found})

    def give_opinion(self) -> Any:
        return self.post("opinion", OPINION)

    def notice(self) -> None:
        before = datetime.now(UTC) - timedelta(days=2)
        run(
            self.pool.wiring,
            give_notice,
            self.id,
            terms=NO_NOTICE,
            zone=self.pool.wiring.zone,
            by=somebody("operator"),
            clock=StandingClock(before),
        )

    def sign(self, role: str) -> SignedBundle:
        wiring, by = self.pool.wiring, somebody(role)
        return run(wiring, sign_seal, self.id, by=by, zone=wiring.zone, clock=wiring.clock)

    def tie(self) -> Any:
        return self.pool.declare(self.verifier, interests=[public("org", self.pool.provider)])

    def post(self, verb: str, body: Any) -> Any:
        return self.pool.post(f"{self.path}/{verb}", body, self.verifier)

    def replaced(self) -> int:
        return int(task(self.pool.wiring, names.REPLACE_VERIFIERS, UUID(int=0))["replaced"])

    def state(self) -> str:
        return bundle(self.pool.wiring, self.id).state

    def again(self) -> None:
        """Whoever is seated now does everything up to the notice."""
        seated = bundle(self.pool.wiring, self.id).verifier_id
        assert seated is not None
        assert seated != self.verifier
        self.verifier = seated
        self.accept()
        self.find()
        assert self.give_opinion().status_code == 200
        self.notice()


@pytest.fixture
def verified(pool: Pool) -> Verified:
    return Verified(pool)


STAGES = ("seated", "accepted", "found", "verified", "noticed", "signed")


def at(verified: Verified, stage: str) -> None:
    """Bring it there."""
    work = {
        "accepted": verified.accept,
        "found": verified.find,
        "verified": verified.give_opinion,
        "noticed": verified.notice,
        "signed": partial(verified.sign, "operator"),
    }
    for each in STAGES[1 : STAGES.index(stage) + 1]:
        work[each]()


@pytest.mark.parametrize("stage", STAGES)
def test_a_tie_before_the_seal_ends_the_seat_and_what_was_said_does_not_count(
    verified: Verified, stage: str
) -> None:
    at(verified, stage)
    first = verified.verifier
    assert verified.tie().status_code == 201
    if stage in ("accepted", "found"):
        for refused in (verified.find(), verified.give_opinion()):
            assert refused.get_json()["code"] == "VERIFIER_CONFLICT"
    if stage in ("noticed", "signed"):
        with pytest.raises(VerifierConflict):
            verified.sign("authority")
    assert verified.replaced() == 1
    stands = bundle(verified.pool.wiring, verified.id)
    assert (stands.state, stands.opinion, stands.deducted_mg) == ("submitted", None, None)
    assert (stands.noticed_at, stands.notice_until) == (None, None)
    (end,) = verified.pool.steps(verified.path, "unseat")
    assert (end["why"], end["obstacle"], end["organisation_id"]) == (
        "unfree",
        "interest",
        public("org", verified.pool.provider),
    )
    assert end["verifier_id"] == public("org", first)
    assert all(each.ok for each in audited(verified.pool.wiring))
    # A signature that was given for the other opinion seals nothing.
    verified.again()
    assert verified.sign("authority").awaiting == ["operator"]
    assert verified.sign("operator").awaiting == []
    task(verified.pool.wiring, names.SEAL_BUNDLE, verified.id)
    assert verified.state() == "sealed"
    assert all(each.ok for each in audited(verified.pool.wiring))


def test_a_tie_after_the_seal_leaves_the_unit_what_it_is_and_is_public(verified: Verified) -> None:
    at(verified, "signed")
    verified.sign("authority")
    task(verified.pool.wiring, names.SEAL_BUNDLE, verified.id)
    assert verified.tie().status_code == 201
    assert verified.replaced() == 0
    assert verified.state() == "sealed"
    listed_ties = verified.pool.http.get("/v1/registry/verifiers").get_json()["data"]
    (told,) = [each for each in listed_ties if each["id"] == public("org", verified.verifier)]
    assert told["ties"][-1]["interests"] == [public("org", verified.pool.provider)]
    assert all(each.ok for each in audited(verified.pool.wiring))


@pytest.mark.parametrize("attempt", range(4))
def test_a_tie_beside_the_second_signature_voids_it_or_comes_too_late(
    verified: Verified, attempt: int
) -> None:
    at(verified, "signed")
    calls = [partial(verified.sign, "authority"), verified.tie]
    answers = at_once(calls if attempt % 2 else calls[::-1])
    signed, tied = answers[:: 1 if attempt % 2 else -1]
    assert tied.status_code == 201
    sealed = not isinstance(signed, Refusal)
    assert verified.state() == ("sealing" if sealed else "noticed")
    if not sealed:
        assert isinstance(signed, (VerifierConflict, BundleStateConflict))
    assert verified.replaced() == (0 if sealed else 1)
    task(verified.pool.wiring, names.SEAL_BUNDLE, verified.id)
    assert verified.state() == ("sealed" if sealed else "submitted")
    assert all(each.ok for each in audited(verified.pool.wiring))


def test_the_audit_names_an_opinion_of_somebody_tied_before_the_seal(verified: Verified) -> None:
    at(verified, "signed")
    # As if the seal had not looked: the declaration is in the books, and the signature after it.
    verified.tie()
    signed_at = datetime.now(UTC) + timedelta(seconds=1)
    rows(
        verified.pool.wiring,
        "insert into signature values ('bundle', :id, 'seal', 'authority', :who, :now) returning 1",
        id=verified.id,
        who=new_id(),
        now=signed_at,
    )
    seal = "update bundle set state = 'sealing', frozen_at = :now where bundle_id = :id returning 1"
    rows(verified.pool.wiring, seal, id=verified.id, now=signed_at)
    found = {each.name: each for each in audited(verified.pool.wiring)}
    assert not found["verifiers_seated"].ok


def test_whoever_is_tied_to_the_verifier_gets_no_units(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id = issued(market)
    verifier = bundle(market, bundle_id).verifier_id
    assert verifier is not None
    buyer, mate, free = (an_organisation(market, "enterprise") for _ in range(3))
    listing_id = listed(market, programme_block(market, bundle_id), 4)

    def order(by: UUID) -> Any:
        return run(
            market,
            order_units,
            listing_id,
            quantity_t=1,
            buyer_id=by,
            client_reference=str(new_id()),
            terms=trade_terms(timedelta(minutes=30)),
            clock=StandingClock(NOW),
        )

    ordered = order(buyer)
    # Tied while the order waits for its payment: by an interest, and through a group.
    declare(market, buyer, by=somebody("authority"), interests=[verifier], group="lotus")
    declare(market, mate, by=somebody("authority"), group="Lotus")
    with pytest.raises(VerifierNotIndependent):
        run(
            market,
            pay_trade,
            ordered.trade_id,
            payment_reference="A-1",
            terms=trade_terms(),
            viewer=enterprise(buyer),
            clock=StandingClock(NOW),
        )
    for each in (buyer, mate):
        with pytest.raises(VerifierNotIndependent):
            order(each)
    bought(market, listing_id, 1, free)
    (held,) = rows(market, "select block_id from unit_block where owner_id = :id", id=free)
    for each in (buyer, mate):
        with pytest.raises(VerifierNotIndependent):
            run(
                market,
                transfer_units,
                held["block_id"],
                quantity_t=1,
                from_id=free,
                to_id=each,
                client_reference=str(new_id()),
                clock=StandingClock(NOW),
            )


def test_a_bundle_that_is_replaced_twice_counts_every_seat(verified: Verified) -> None:
    verified.pool.verifier()
    for _ in range(2):
        at(verified, "found")
        verified.tie()
        assert verified.replaced() == 1
        seated = bundle(verified.pool.wiring, verified.id).verifier_id
        assert seated is not None
        verified.verifier = seated
    ended = rows(verified.pool.wiring, "select attempt, why from seat_end order by attempt")
    assert [tuple(each.values()) for each in ended] == [(1, "unfree"), (2, "unfree")]
    kept = rows(verified.pool.wiring, "select distinct attempt from earlier_sample order by 1")
    assert [each["attempt"] for each in kept] == [1, 2]
    commitments = [each["commitment"] for each in verified.pool.steps(verified.path, "unseat")]
    assert len(set(commitments)) == 2
