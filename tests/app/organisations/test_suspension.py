"""Suspension: nothing new begins with an organisation, what was done stands, and it comes back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.factory import create_app
from app.ids import public
from app.store.pooling.verifiers import pool_now
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.pooling.sign_verifiers import PoolAdmission, sign_verifiers
from app.usecases.recording.record import Recorded
from app.usecases.redemption.capture import capture
from app.usecases.redemption.read_offers_on_sale import read_offers_on_sale
from app.wiring import Wiring, wire
from behaviours.standing import OrganisationSuspended
from behaviours.viewer import Viewer
from rewards.redemption.refusals import MerchantStopped
from rewards.signing import ROLES
from tests.app.organisations.test_tokens import ASK, assert_ends_within_a_second, credentials, opens
from tests.builders.actions import a_ride, recording
from tests.builders.answers import refusal
from tests.builders.at_once import at_once as calls_at_once
from tests.builders.parallel import accepted, at_once, refused
from tests.builders.people import Http, a_participant, a_user, an_organisation
from tests.builders.points import a_person_with, assert_points_balance, points_of
from tests.builders.redemption import (
    a_code,
    an_offer,
    assert_stock_balances,
    capturing,
    redeeming,
    wanting,
)
from tests.builders.standing import BECAUSE, lifted, suspended, suspending

WHY = {"reason": "It was corrected."}


@pytest.fixture
def client(wiring: Wiring) -> Any:
    new = NewClient(kind="provider", name=f"A metro {secrets.token_hex(4)}")
    [made] = wiring.database.transact(create_client, [new], now=wiring.clock.now())
    return made


def path_of(organisation_id: UUID, step: str = "") -> str:
    return f"/v1/organisations/{public('org', organisation_id)}{step}"


def test_tokens_are_dead_in_every_process_and_a_lifting_brings_new_ones(
    wiring: Wiring, http: Http, token_for: Callable[..., str], client: Any
) -> None:
    other_process = wire(wiring.settings)
    elsewhere = Http(create_app(other_process))
    token = http.post(ASK, credentials(client)).json["access_token"]
    assert opens(http, token)
    assert opens(elsewhere, token)
    operator, authority = token_for("operator"), token_for("authority")
    answer = http.post(path_of(client.organisation_id, "/suspend"), BECAUSE, token=operator)
    assert (answer.status_code, answer.json["status"]) == (200, "suspended"), answer.text
    assert answer.json["open"]["clients"] == 1
    assert not opens(http, token), "at once, where it was suspended"
    assert_ends_within_a_second(elsewhere, token)
    again = http.post(ASK, credentials(client))
    assert (again.status_code, again.json["error"]) == (401, "invalid_client"), again.text

    lift = path_of(client.organisation_id, "/lift")
    first = http.post(lift, WHY, token=authority)
    assert (first.status_code, first.json["awaiting"]) == (202, ["operator"])
    assert http.post(lift, WHY, token=authority).status_code == 202, "one person is not two"
    assert http.post(ASK, credentials(client)).status_code == 401, "not yet"
    done = http.post(lift, WHY, token=operator)
    assert (done.status_code, done.json["status"]) == (200, "active")
    fresh = http.post(ASK, credentials(client)).json["access_token"]
    assert opens(http, fresh)
    assert opens(elsewhere, fresh)
    assert not opens(http, token), "what was revoked stays so"
    seen = http.get(path_of(client.organisation_id), token=operator).json
    assert [each["step"] for each in seen["steps"]] == ["suspend", "sign_lift", "lift"]
    assert seen["steps"][0]["ground"] == "false_reports"
    other_process.close()


def test_a_signature_for_one_suspension_counts_for_no_other(
    wiring: Wiring, http: Http, token_for: Callable[..., str]
) -> None:
    organisation_id = an_organisation(wiring, "merchant")
    operator, authority = token_for("operator"), token_for("authority")
    lift, suspend = path_of(organisation_id, "/lift"), path_of(organisation_id, "/suspend")
    assert refusal(http.post(lift, WHY, token=operator)) == (409, "ORGANISATION_STATE_CONFLICT")
    suspended(wiring, organisation_id)
    assert refusal(http.post(suspend, BECAUSE, token=operator)) == (
        409, "ORGANISATION_STATE_CONFLICT",
    )  # fmt: skip
    lifted(wiring, organisation_id)
    suspended(wiring, organisation_id)
    assert http.post(lift, WHY, token=authority).status_code == 202, "it takes two again"
    tried = http.post(f"{lift}?dry_run=true", WHY, token=operator)
    assert (tried.status_code, tried.json["status"]) == (200, "active")
    seen = http.get(path_of(organisation_id), token=operator).json
    assert seen["status"] == "suspended", "a dry run lifts nothing"


@pytest.mark.parametrize("body", [{}, {"ground": "mood", "reason": "x"}, {"ground": "unpaid"}])
def test_a_suspension_has_a_ground_and_words(
    wiring: Wiring, http: Http, token_for: Callable[..., str], body: dict[str, str]
) -> None:
    organisation_id = an_organisation(wiring, "merchant")
    answer = http.post(path_of(organisation_id, "/suspend"), body, token=token_for("operator"))
    assert refusal(answer) == (422, "VALIDATION_FAILED")
    own = token_for("merchant", tenant=organisation_id)
    answer = http.post(path_of(organisation_id, "/suspend"), BECAUSE, token=own)
    assert refusal(answer) == (403, "ROLE_NOT_ALLOWED")


def test_what_is_held_and_sold_stays_and_nothing_new_is_sold(
    wiring: Wiring, http: Http, token_for: Callable[..., str]
) -> None:
    person = a_person_with(wiring, 1000)
    offer = an_offer(wiring)
    sold = capturing(wiring, wanting(offer, a_code(wiring, person)))
    voucher = redeeming(wiring, person, offer)
    code = a_code(wiring, person)
    done = suspended(wiring, offer.merchant_id)
    assert {
        name: done.matters.counts[name] for name in ("held_redemptions", "reversible_redemptions")
    } == {
        "held_redemptions": 1,
        "reversible_redemptions": 1,
    }
    for refused_capture in (code, voucher.code):
        with pytest.raises(MerchantStopped):
            capturing(wiring, wanting(offer, refused_capture))
    with pytest.raises(MerchantStopped):
        redeeming(wiring, person, offer)
    now = wiring.clock.now()
    mall = wiring.database.transact(
        read_offers_on_sale, region=None, now=now, before=None, most=100
    )
    assert offer.offer_id not in {each.offer.offer_id for each in mall}
    shown = http.get(f"/v1/offers/{public('ofr', offer.offer_id)}").json["merchant"]
    assert (shown["id"], shown["status"]) == (public("org", offer.merchant_id), "suspended")
    assert shown["status_since"]

    path = path_of(offer.merchant_id, f"/redemptions/{sold.out_request_no}/reverse")
    operator = token_for("operator")
    why = {"reason_code": "goods_returned", "reason": "The cake came back."}
    back = http.post(path, why, token=operator, key="undo-1")
    assert (back.status_code, back.json["state"]) == (200, "reversed"), back.text
    own = token_for("participant", tenant=person)
    cancel = f"/v1/redemptions/{public('rdm', voucher.redemption.redemption_id)}/cancel"
    assert http.post(cancel, token=own, key="c").status_code == 200, "a person gives back"
    assert points_of(wiring, person)["available"] == 1000
    assert_points_balance(wiring, [person])
    assert_stock_balances(wiring, [offer.offer_id])

    lifted(wiring, offer.merchant_id)
    shown = http.get(f"/v1/offers/{public('ofr', offer.offer_id)}").json["merchant"]
    assert shown["status"] == "active"
    capturing(wiring, wanting(offer, a_code(wiring, person)))
    late = http.post(path, why, token=operator, key="undo-2")
    assert refusal(late) == (409, "MERCHANT_TAKES_PART")


def test_a_capture_and_a_suspension_at_the_same_moment_leave_no_third_outcome(
    wiring: Wiring, database_url: str
) -> None:
    offer = an_offer(wiring, stock_total=200)
    people = [a_person_with(wiring, 100) for _ in range(6)]
    key = wiring.settings.identity_key

    def buy(person: UUID) -> Callable[..., Any]:
        wanted = wanting(offer, a_code(wiring, person))
        return partial(capture, wanted=wanted, code_key=key, zone=wiring.zone, clock=wiring.clock)

    works = [suspending(wiring, offer.merchant_id), *(buy(person) for person in people)]
    stopped, *answers = at_once(database_url, works)
    sold, late = accepted(answers), refused(answers, MerchantStopped)
    assert len(sold) + len(late) == len(people)
    # Whoever suspended was told of every sale that there is: none came after.
    assert stopped.matters.counts["reversible_redemptions"] == len(sold)
    assert_points_balance(wiring, people)
    assert_stock_balances(wiring, [offer.offer_id])


def test_a_batch_on_its_way_is_recorded_whole_or_not_at_all(wiring: Wiring) -> None:
    provider = an_organisation(wiring, "provider")
    person = a_participant(wiring, provider_id=provider)
    began = wiring.clock.now() - timedelta(hours=20)

    def batch(number: int) -> Callable[[], Any]:
        rides = [
            a_ride(person, provider, occurred_at=began + timedelta(minutes=40 * each + number))
            for each in range(3)
        ]
        return partial(recording, wiring, rides)

    stop = partial(wiring.database.transact, suspending(wiring, provider))
    stopped, *answers = calls_at_once([stop, *(batch(number) for number in range(4))])
    assert not stopped.standing.takes_part
    assert len(accepted(answers)) + len(refused(answers, OrganisationSuspended)) == 4
    for rides in ([a_ride(person, provider)], [a_ride(person, provider) for _ in range(2)]):
        with pytest.raises(OrganisationSuspended):
            recording(wiring, rides)
    lifted(wiring, provider)
    [done] = recording(wiring, [a_ride(person, provider)])
    assert isinstance(done, Recorded)


def test_a_suspended_verifier_is_not_drawn(wiring: Wiring) -> None:
    verifier = an_organisation(wiring, "verifier")
    for role in ROLES:
        wiring.database.transact(
            sign_verifiers,
            [PoolAdmission(verifier, None, "Accredited.")],
            known_behaviours=(),
            by=Viewer(role, None, a_user(wiring, role)),
            clock=wiring.clock,
        )
    assert verifier in wiring.database.transact(pool_now)
    suspended(wiring, verifier)
    assert verifier not in wiring.database.transact(pool_now)
    lifted(wiring, verifier)
    assert verifier in wiring.database.transact(pool_now)
