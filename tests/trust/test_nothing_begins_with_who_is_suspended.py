"""Nothing begins with an organisation that is suspended or closed, whoever asks for it.

Its own tokens are dead within a second. What people ask for, and what was on its way when it was
suspended, is decided by how it stands under the lock.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask

from app.ids import parse
from app.secrecy.identities import identity_digests
from app.store.people.identities import people_of
from app.usecases.people.enrol import Enrolment, enrol
from app.usecases.pooling.accept_verification import accept_verification
from app.usecases.pooling.give_opinion import give_opinion
from app.usecases.recording.change_holders import change_holders
from app.usecases.recording.confirm_actions import Confirming, confirm_actions
from app.usecases.recording.confirm_installations import confirm_installations
from app.usecases.recording.register_installations import register_installations
from app.usecases.trading.list_units import list_units
from app.wiring import Wiring
from behaviours.standing import STOPS, OrganisationClosed, OrganisationSuspended
from behaviours.viewer import Viewer
from rewards.pooling.terms import verifier_terms
from tests.app.organisations.test_token_exchange import Login
from tests.app.recording.conftest import Scene
from tests.builders.answers import refusal
from tests.builders.held import while_held
from tests.builders.identity_services import Service
from tests.builders.people import Http, Tokens, a_participant, an_organisation
from tests.builders.standing import closed, lifted, suspended, suspending
from tests.trust.test_children_have_guardians import Family, a_number

NOT_PROVEN = (400, "IDENTITY_NOT_PROVEN")
SUSPENDED, CLOSED = (409, "ORGANISATION_SUSPENDED"), (409, "ORGANISATION_CLOSED")


@pytest.fixture(name="tokens")
def _tokens(app: Flask, wiring: Wiring) -> Tokens:
    return Tokens(app, wiring)


def found(wiring: Wiring, identity: str) -> bool:
    digests = identity_digests(identity, wiring.settings.identity_key)
    return bool(wiring.database.transact(people_of, digests))


@pytest.mark.parametrize("stop", [suspended, closed])
def test_an_identity_service_of_a_stopped_provider_opens_no_account(
    http: Http, tokens: Tokens, wiring: Wiring, stop: Callable[..., Any]
) -> None:
    """Whoever stole its key would open everybody's account with a login of the person's own."""
    service = Service(http, tokens, wiring)
    known, unknown = a_number(), a_number()
    a_participant(wiring, identity=known)
    documents = [service.document(each) for each in (known, unknown, known)]
    provider = parse("org", service.body["provider_id"])
    stop(wiring, provider)
    for document in documents[:2]:
        assert refusal(service.shown(document)) == NOT_PROVEN
    assert not found(wiring, unknown)
    if stop is suspended:
        lifted(wiring, provider)
        assert service.shown(documents[0]).status_code == 200, "nothing was used up"


def test_a_document_that_waits_while_its_provider_is_suspended_proves_nothing(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    service = Service(http, tokens, wiring)
    document, provider = service.document(a_number()), parse("org", service.body["provider_id"])
    shown = while_held(
        wiring.database, suspending(wiring, provider), lambda: service.shown(document)
    )
    assert refusal(shown) == NOT_PROVEN


def test_no_guardian_is_named_by_a_stopped_provider(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    family = Family(http, tokens, wiring)
    suspended(wiring, parse("org", family.service.body["provider_id"]))
    assert refusal(family.enrol()) == NOT_PROVEN
    assert not found(wiring, family.childs)


def test_nobody_links_a_stopped_provider(http: Http, tokens: Tokens, wiring: Wiring) -> None:
    login = Login(http, wiring, tokens("operator"))
    own, subject = tokens("participant"), f"user-{secrets.token_hex(8)}"
    assertion = {"assertion": login.subject_token(subject)}
    suspended(wiring, login.provider.organisation_id)
    assert refusal(http.post("/v1/me/links", assertion, token=own)) == SUSPENDED
    lifted(wiring, login.provider.organisation_id)
    assert http.post("/v1/me/links", assertion, token=own).status_code == 201, "not used up"
    closed(wiring, login.provider.organisation_id)
    again = {"assertion": login.subject_token(f"user-{secrets.token_hex(8)}")}
    assert refusal(http.post("/v1/me/links", again, token=own)) == CLOSED


@pytest.mark.parametrize("path", ["", "ward"])
def test_nobody_agrees_to_a_stopped_provider(
    http: Http, tokens: Tokens, wiring: Wiring, path: str
) -> None:
    family = Family(http, tokens, wiring)
    agreeing = partial(family.agree, family.path if path else "/v1/me")
    suspended(wiring, family.provider)
    assert refusal(agreeing()) == SUSPENDED
    lifted(wiring, family.provider)
    assert agreeing().status_code == 201
    closed(wiring, family.provider)
    assert refusal(agreeing()) == CLOSED, "nor the same once more"


def test_what_a_stopped_provider_asked_for_is_declined_and_not_confirmed(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    provider = an_organisation(wiring)
    identity = f"person-{secrets.token_hex(8)}"
    person = a_participant(wiring, provider_id=provider, scenes=("travel",), identity=identity)
    own = tokens("participant", tenant=person)
    [given] = http.get("/v1/me/consents", token=own).json["data"]
    assert http.delete(f"/v1/me/consents/{given['id']}", token=own).status_code == 204
    a_participant(wiring, provider_id=provider, scenes=("travel",), identity=identity)
    [asked] = http.get("/v1/me/requests", token=own).json["data"]
    suspended(wiring, provider)
    path = f"/v1/me/requests/{asked['id']}"
    assert refusal(http.post(f"{path}/confirm", token=own)) == SUSPENDED
    [listed] = http.get("/v1/me/requests", token=own).json["data"]
    assert listed["state"] == "open"
    assert http.post(f"{path}/decline", token=own).status_code == 200


def verbs(scene: Scene) -> dict[str, Callable[[Any], Any]]:
    """What an organisation does by its token, each as it would be on its way; ``by`` asks."""
    wiring = scene.wiring
    clock, rulebook, somewhere = wiring.clock, wiring.rulebook, scene.person
    programme = {"identity_key": wiring.settings.identity_key, "scenes": wiring.scenes}
    return {
        "enrol": lambda by: partial(
            enrol,
            people=[Enrolment(a_number(), "CN-33")],
            organisation_id=by.tenant_id,
            clock=clock,
            **programme,
        ),
        "confirm actions": lambda by: partial(
            confirm_actions,
            asked=[Confirming(somewhere, "confirm", "seen")],
            viewer=by,
            decided_by="provider:x",
            rulebook=rulebook,
            policy=wiring.policies,
            clock=clock,
        ),
        "register": lambda by: partial(
            register_installations,
            new=[],
            viewer=by,
            reported_by="provider:x",
            rulebook=rulebook,
            clock=clock,
        ),
        "confirm installations": lambda by: partial(
            confirm_installations, asked=[], viewer=by, confirmed_by="provider:x", clock=clock
        ),
        "change holders": lambda by: partial(
            change_holders,
            asked=[],
            viewer=by,
            changed_by="provider:x",
            zone=wiring.zone,
            clock=clock,
        ),
        "accept": lambda by: partial(
            accept_verification,
            bundle_id=somewhere,
            number="271828182845",
            terms=verifier_terms(wiring.programme),
            by=by,
            clock=clock,
        ),
        "opinion": lambda by: partial(
            give_opinion, bundle_id=somewhere, positive=True, statement="so", by=by, clock=clock
        ),
        "list units": lambda by: partial(
            list_units,
            block_id=somewhere,
            quantity_t=1,
            price_fen_per_tonne=1,
            viewer=by,
            clock=clock,
        ),
    }


ROLE_OF = {"accept": "verifier", "opinion": "verifier", "list units": "enterprise"}
VERBS = ("enrol", "confirm actions", "register", "confirm installations", "change holders",
         "accept", "opinion", "list units")  # fmt: skip


@pytest.mark.parametrize("name", VERBS)
def test_what_is_on_its_way_is_stopped_under_the_lock(
    make_scene: Callable[..., Scene], wiring: Wiring, name: str
) -> None:
    scene, role = make_scene(), ROLE_OF.get(name, "provider")
    organisation = an_organisation(wiring, role)
    work = verbs(scene)[name](Viewer(role, organisation, organisation))

    def asking() -> Any:
        try:
            return wiring.database.transact(work)
        except STOPS as stop:
            return type(stop)

    stopping = suspending(wiring, organisation)
    assert while_held(wiring.database, stopping, asking) is OrganisationSuspended
    closed(wiring, organisation)
    assert asking() is OrganisationClosed
