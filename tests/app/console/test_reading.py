"""What a desk reads: an action's trace, proposals, bundles and the log, each by whose it is."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask

from app.ids import public
from tests.app.recording.conftest import Scene
from tests.builders.browser import Browser
from tests.builders.desks import at_desk
from tests.builders.people import Tokens, an_organisation

PAGES = ("actions", "holds", "proposals", "bundles", "log")


@pytest.fixture(name="operator")
def _operator(app: Flask, token_for: Tokens) -> Browser:
    return at_desk(app, token_for("operator"))


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_an_action_is_traced_from_its_evidence_to_its_sum(
    scene: Scene, operator: Browser, language: str
) -> None:
    body = scene.body(evidence={"ride_id": f"ride-<b>1</b>-{scene.person.hex}"})
    action = scene.report(body).json
    read = {"lang": language}
    found = operator.follow(
        operator.open("/console/actions", query_string={**read, "action_id": action["id"]})
    )
    assert found.status_code == 200
    assert operator.sent[-1] == f"/console/actions/{action['id']}?lang={language}"
    assert operator.says("ride-<b>1</b>-")
    assert "<b>1</b>" not in operator.page
    path = f"/v1/actions/{action['id']}/calculation?lang={language}"
    told = scene.http.get(path, token=scene.provider_token).json
    assert told["saved_mg"] == told["recomputed_mg"]
    for sentence in told["sentences"]:
        assert operator.says(sentence)
    assert operator.says(action["reduction"]["reduction_kg"])
    assert operator.says(action["reduction"]["methodology"])
    assert f'href="/console/actions?participant_id=par_{scene.person.hex}' in operator.page


def test_what_is_taken_back_stands_in_the_trace(scene: Scene, operator: Browser) -> None:
    action = scene.report(scene.body()).json
    path = f"/v1/actions/{action['id']}/reversals"
    taken = scene.http.post(path, {"reason": "A <i>wrong</i> ride"}, token=scene.provider_token)
    operator.open(f"/console/actions/{action['id']}?lang=en")
    assert operator.says("A <i>wrong</i> ride")
    assert operator.says(f"Points taken back: {taken.json['points']['taken']} pts") or re.search(
        rf"Points taken back:\s*<span[^>]*>{taken.json['points']['taken']} pts", operator.page
    )


def test_actions_are_searched_by_whose_they_are(scene: Scene, operator: Browser) -> None:
    ids = [scene.report(scene.body()).json["id"] for _ in range(3)]
    whose = {"participant_id": public("par", scene.person), "lang": "en", "limit": "2"}
    found: list[str] = []
    operator.open("/console/actions", query_string=whose)
    while True:
        found += re.findall(r'href="/console/actions/(act_\w+)', operator.page)
        more = re.search(r'rel="next" href="([^"]*)"', operator.page)
        if more is None:
            break
        assert operator.open("/console/actions" + unescape(more[1])).status_code == 200
    assert found == ids
    operator.open("/console/actions", query_string={"provider_id": public("org", scene.provider)})
    assert set(re.findall(r'href="/console/actions/(act_\w+)', operator.page)) == set(ids)
    # Without either it is no search; nobody browses everybody.
    assert operator.open("/console/actions?lang=en&behaviour=metro_ride").status_code == 422
    assert 'role="alert"' in operator.page
    assert "act_" not in operator.page.replace("act_…", "")


def test_a_proposal_is_signed_by_somebody_else(app: Flask, http, wiring, token_for: Tokens) -> None:
    who = token_for.caller("operator")
    asking, token = at_desk(app, token_for.of(who)), token_for.of(who)
    verifier = an_organisation(wiring, "verifier")
    body = {
        "organisation_id": public("org", verifier),
        "reason": "Both <script> roles looked at it.",
    }
    answer = http.post("/v1/verifiers", body, token=token)
    assert answer.status_code == 202, answer.text
    asking.open("/console/proposals?lang=en&limit=100")
    other = at_desk(app, token_for("authority"))
    other.open("/console/proposals?lang=en&limit=100")
    for browser in (asking, other):
        assert browser.says("Both <script> roles looked at it.")
        assert "<script" not in browser.page
        assert browser.says(public("org", verifier))
    assert asking.says("You asked for this; someone else must sign.")
    assert not other.says("You asked for this; someone else must sign.")


def test_the_log_tells_what_was_decided_on_a_page(scene: Scene, operator: Browser) -> None:
    body = scene.body(
        behaviour="clothing_recycling",
        quantities={"mass_kg": "80"},
        evidence={"weigh_ticket_no": f"W-{scene.person.hex}"},
    )
    held = scene.report(body).json
    path = f"/console/holds/{held['id']}"
    operator.open(f"{path}?lang=en")
    operator.send_to(path, outcome="confirm", reason="The weigh ticket was seen.")
    operator.open("/console/log", query_string={"subject": held["id"], "lang": "en"})
    assert operator.says("The weigh ticket was seen.")
    assert operator.page.count("<tr>") == 2
    operator.open("/console/log", query_string={"subject": "act_nobody", "lang": "en"})
    assert operator.says("No such step.")


def test_each_desk_has_its_pages_and_no_others(app: Flask, token_for: Tokens) -> None:
    verifier = replace(token_for.caller("verifier"), client_id=None)
    desks = {
        "operator": (token_for("operator"), PAGES),
        "authority": (token_for("authority"), PAGES),
        "verifier": (token_for.of(verifier), ("bundles",)),
    }
    for role, (token, pages) in desks.items():
        browser = at_desk(app, token)
        assert browser.open("/console?lang=en").status_code == 200, role
        named = re.findall(r'<li><a href="/console/(\w+)\?', browser.page)
        assert tuple(named) == pages
        for page in PAGES:
            expected = 200 if page in pages else 404
            assert browser.open(f"/console/{page}").status_code == expected, (role, page)
    for page in ("", *(f"/{each}" for each in PAGES)):
        assert Browser(app).open(f"/console{page}").status_code == 303
