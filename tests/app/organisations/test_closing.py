"""Closing: what is open of other people's is settled first, what is its own ends, for good."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.ids import public
from app.store.redemption.offers import get_offer
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.redemption.capture import capture
from app.wiring import Wiring
from behaviours.closing import BLOCKING, BY_NAME, OpenMatters, OrganisationHasMatters
from behaviours.standing import OrganisationClosed
from rewards.redemption.offer import CLOSED
from rewards.redemption.refusals import MerchantStopped
from tests.app.organisations.test_suspension import path_of
from tests.app.organisations.test_tokens import ASK, credentials, opens
from tests.app.organisations.test_users_of_organisations import Company
from tests.app.recording.imports.conftest import RIDES
from tests.builders import files
from tests.builders.actions import a_ride, recording
from tests.builders.answers import refusal
from tests.builders.jobs import drain, task
from tests.builders.parallel import accepted, at_once, refused
from tests.builders.people import Http, a_participant, an_organisation
from tests.builders.points import a_person_with, points_of
from tests.builders.redemption import a_code, an_offer, capturing, redeeming, wanting
from tests.builders.scenes import admit_everywhere
from tests.builders.standing import closed, closing, suspended
from tests.trust.test_files_are_never_lost_whole import a_file

WHY = {"reason": "The contract ended on 31 March."}


def test_it_takes_two_people_of_two_roles_and_is_final(
    wiring: Wiring, http: Http, token_for: Callable[..., str]
) -> None:
    organisation_id = an_organisation(wiring, "enterprise")
    path = path_of(organisation_id, "/close")
    operator, authority = token_for("operator"), token_for("authority")
    assert http.post(path, {}, token=operator).status_code == 422
    own = token_for("enterprise", tenant=organisation_id)
    assert refusal(http.post(path, WHY, token=own)) == (403, "ROLE_NOT_ALLOWED")
    tried = http.post(f"{path}?dry_run=true", WHY, token=operator)
    assert tried.json["open"] | {"clients": 1} == tried.json["open"], "the numbers are shown"
    for token in (operator, operator, token_for("operator")):
        answer = http.post(path, WHY, token=token)
        assert (answer.status_code, answer.json["awaiting"]) == (202, ["authority"])
    done = http.post(path, WHY, token=authority)
    assert (done.status_code, done.json["status"]) == (200, "closed")
    for step in ("suspend", "lift", "close"):
        body = WHY if step != "suspend" else {**WHY, "ground": "unpaid"}
        again = http.post(path_of(organisation_id, f"/{step}"), body, token=operator)
        assert refusal(again) == (409, "ORGANISATION_STATE_CONFLICT")
    seen = http.get(path_of(organisation_id), token=authority).json
    assert [each["step"] for each in seen["steps"]] == ["sign_close", "close"]
    assert seen["name"].startswith("enterprise "), "the name stays"


def test_a_signature_before_a_suspension_counts_not_after_it(
    wiring: Wiring, http: Http, token_for: Callable[..., str]
) -> None:
    organisation_id = an_organisation(wiring, "enterprise")
    path = path_of(organisation_id, "/close")
    assert http.post(path, WHY, token=token_for("operator")).status_code == 202
    suspended(wiring, organisation_id)
    assert http.post(path, WHY, token=token_for("authority")).json["awaiting"] == ["operator"]
    done = http.post(path, WHY, token=token_for("operator"))
    assert done.json["status"] == "closed", "what is suspended can be closed"


def test_what_people_hold_at_a_merchant_is_settled_first(
    wiring: Wiring, http: Http, token_for: Callable[..., str]
) -> None:
    person, offer = a_person_with(wiring, 1000), an_offer(wiring, reversal_window_s=3600)
    voucher = redeeming(wiring, person, offer)
    capturing(wiring, wanting(offer, a_code(wiring, person)))
    path = path_of(offer.merchant_id, "/close")
    refused_first = http.post(path, WHY, token=token_for("operator"))
    assert refusal(refused_first) == (409, "ORGANISATION_HAS_MATTERS")
    told = refused_first.json["details"]
    assert told["count"] == 1
    assert told["settled_by"]["held_redemptions"] == ["organisation", "participant", "time"]
    assert told["matters"] == {"held_redemptions": 1, "reversible_redemptions": 1}
    assert "1 vouchers" in refused_first.json["detail"]
    cancel = f"/v1/redemptions/{public('rdm', voucher.redemption.redemption_id)}/cancel"
    token = token_for("participant", tenant=person)
    assert http.post(cancel, token=token, key=secrets.token_hex(8)).status_code == 200
    with pytest.raises(OrganisationHasMatters) as second:
        closed(wiring, offer.merchant_id)
    assert second.value.case == "reversible_redemptions"
    over = secrets.token_hex(4)
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update redemption set reversible_until = now() where merchant_id = %s",
            (offer.merchant_id,),
        )
    code = a_code(wiring, person)
    assert closed(wiring, offer.merchant_id).matters.ending["offers"] == 1
    with pytest.raises(MerchantStopped):
        capturing(wiring, wanting(offer, code, out_request_no=f"late-{over}"))
    assert points_of(wiring, person)["available"] == 900
    kept = wiring.database.transact(get_offer, offer.offer_id)
    assert kept is not None
    assert (kept.state, kept.is_stopped) == (CLOSED, True)


def test_what_is_its_own_ends_with_it(
    wiring: Wiring, http: Http, token_for: Callable[..., str]
) -> None:
    new = NewClient(kind="provider", name=f"A metro {secrets.token_hex(4)}")
    [client] = wiring.database.transact(create_client, [new], now=wiring.clock.now())
    provider = client.organisation_id
    admit_everywhere(wiring, provider)
    person = a_participant(wiring, provider_id=provider, subject=secrets.token_hex(6))
    [ride] = recording(wiring, [a_ride(person, provider)])
    raw, _ = a_file(20)
    waiting = files.accepted(wiring, provider, raw, RIDES)
    token = http.post(ASK, credentials(client)).json["access_token"]
    done = closed(wiring, provider)
    assert done.matters.ending == {"imports": 1, "links": 1, "clients": 1}
    assert not opens(http, token)
    again = http.post(ASK, credentials(client))
    assert refusal(again) == (401, "INVALID_CLIENT")
    drain(wiring)
    ended = task(wiring, waiting)
    assert (ended["state"], ended["problem"].split(":")[0]) == ("failed", "ORGANISATION_CLOSED")
    own = token_for("participant", tenant=person)
    [link] = http.get("/v1/me/links", token=own).json["data"]
    assert link["ended_because"] == "provider_closed"
    assert "stay yours" in link["notice"]
    [kept] = http.get("/v1/me/actions", token=own).json["data"]
    assert kept["id"] == public("act", ride.action_id), "what was done stays"
    with pytest.raises(OrganisationClosed):
        recording(wiring, [a_ride(person, provider)])


def test_its_users_come_in_no_more(office: Any, live: Wiring) -> None:
    company = Company(office, live)
    boss = company.boss
    token = boss.token()
    path = path_of(company.id, "/close")
    assert office.http.post(path, WHY, token=office.operator).status_code == 202
    done = office.http.post(path, WHY, token=office.authority)
    assert (done.status_code, done.json["open"]["users"]) == (200, 1), done.text
    assert refusal(office.http.get("/v1/users/me", token=token)) == (401, "TOKEN_REVOKED")
    assert refusal(boss.come_in(boss.fresh_code())) == (400, "INVALID_GRANT")


def test_a_closing_beside_new_vouchers_leaves_none_behind(
    wiring: Wiring, database_url: str
) -> None:
    offer = an_offer(wiring)
    people = [a_person_with(wiring, 100) for _ in range(5)]
    wiring.database.transact(closing(wiring, offer.merchant_id, "operator"))
    key = wiring.settings.identity_key

    def buy(person: UUID) -> Callable[..., Any]:
        wanted = wanting(offer, a_code(wiring, person))
        return partial(capture, wanted=wanted, code_key=key, zone=wiring.zone, clock=wiring.clock)

    works = [closing(wiring, offer.merchant_id, "authority"), *(buy(person) for person in people)]
    last, *answers = at_once(database_url, works)
    sold = accepted(answers)
    assert len(sold) + len(refused(answers, MerchantStopped)) == len(people)
    if isinstance(last, OrganisationHasMatters):
        assert last.facts["count"] >= 1, "some were sold before"
    else:
        assert sold == [], "nobody is left with what cannot be taken back"


@pytest.mark.parametrize("name", BLOCKING)
def test_each_matter_is_told_by_its_name(name: str) -> None:
    matters = OpenMatters("merchant", dict.fromkeys(BY_NAME, 0))
    matters.check_settled()
    with pytest.raises(OrganisationHasMatters) as refused_one:
        matters.with_counted(name, 3).check_settled()
    assert matters.with_counted(name, 3).shown[name] == 3, "of whatever kind it is"
    assert (refused_one.value.case, refused_one.value.facts["count"]) == (name, 3)


def test_what_ends_by_itself_keeps_nobody() -> None:
    counts = {name: 0 if name in BLOCKING else 7 for name in BY_NAME}
    OpenMatters("provider", counts).check_settled()
