"""What waits for a look, as staff has it before them: over the real application and its books."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask

from app.ids import parse, public
from tests.app.recording.conftest import Scene
from tests.builders.browser import FORM, HIDDEN, Browser
from tests.builders.desks import at_desk
from tests.builders.people import Tokens

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(name="operator")
def _operator(app: Flask, token_for: Tokens) -> Browser:
    return at_desk(app, token_for("operator"))


def held(scene: Scene) -> Any:
    """More than a person brings on one day, by the rule."""
    body = scene.body(
        behaviour="clothing_recycling",
        quantities={"mass_kg": "80"},
        evidence={"weigh_ticket_no": f"W-{scene.person.hex}-1"},
    )
    answer = scene.report(body)
    assert answer.json["state"] == "held", answer.text
    return answer.json


def page_of(action: Any) -> str:
    return f"/console/holds/{action['id']}"


def sent_again(browser: Browser, path: str) -> dict[str, str]:
    """What the form of the page that is sent to ``path`` carries hidden."""
    for _, action, inside in FORM.findall(browser.page):
        if unescape(action).partition("?")[0] == path:
            return {name: unescape(value) for name, value in HIDDEN.findall(inside)}
    raise AssertionError(f"no form for {path}")


def action_of(scene: Scene, action: Any) -> Any:
    return scene.http.get(f"/v1/actions/{action['id']}", token=scene.provider_token).json


def walked(browser: Browser, path: str) -> list[str]:
    """The ids on every page of a list that the pager leads to."""
    found = []
    while path:
        assert browser.open(path).status_code == 200, browser.page
        found += re.findall(r'href="/console/holds/(act_\w+)', browser.page)
        more = re.search(r'rel="next" href="([^"]*)"', browser.page)
        path = "/console/holds" + unescape(more[1]) if more else ""
    return found


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_held_action_stands_in_the_queue_and_is_confirmed_there(
    scene: Scene, operator: Browser, language: str
) -> None:
    action = held(scene)
    assert action["id"] in walked(operator, f"/console/holds?lang={language}&limit=100")
    path = page_of(action)
    assert operator.open(f"{path}?lang={language}").status_code == 200
    assert operator.says(action["why"][0]["text"][language])
    assert operator.says(f"W-{scene.person.hex}-1")
    again = sent_again(operator, path)
    typed = {"outcome": "confirm", "reason": "The weigh ticket was seen."}
    assert operator.send_to(path, **typed).status_code == 200
    assert operator.sent[-1] == f"{path}?lang={language}"
    now = action_of(scene, action)
    assert now["state"] == "quantified"
    assert now["points"]["awarded"] == action["points"]["if_confirmed"]
    assert operator.says("The weigh ticket was seen.")
    assert f'action="{path}?' not in operator.page
    # The same form once more, as by a second press: answered as the first time.
    replayed = operator.open(path, "POST", data={**again, **typed})
    assert replayed.status_code == 303
    # Another form of the same cannot decide it again, and says so.
    other = operator.open(path, "POST", data={**again, **typed, "idempotency_key": "another-key"})
    assert other.status_code == 409
    assert operator.says("ACTION_NOT_WAITING")
    assert action_of(scene, action)["points"] == now["points"]


def test_a_refusal_without_its_kind_comes_back_with_what_was_typed(
    scene: Scene, operator: Browser
) -> None:
    action = held(scene)
    path = page_of(action)
    operator.open(f"{path}?lang=en")
    lacking = operator.send_to(path, outcome="refuse", reason=f"No ticket. {SCRIPT}")
    assert lacking.status_code == 422
    assert 'role="alert"' in operator.page
    assert "<title>Error: " in operator.page
    assert operator.says("REFUSAL_REASON_MISSING")
    assert operator.says("req_")
    assert operator.says(f"No ticket. {SCRIPT}")
    assert "<script" not in operator.page
    assert "<img" not in operator.page
    assert action_of(scene, action)["state"] == "held"
    done = operator.send_to(
        path, outcome="refuse", reason="No ticket.", reason_code="evidence_missing"
    )
    assert done.status_code == 200
    assert action_of(scene, action)["state"] == "refused_after_hold"
    empty = operator.open(path, "POST", data=sent_again_of_home(operator, path))
    assert empty.status_code == 403


def sent_again_of_home(browser: Browser, path: str) -> dict[str, str]:
    """A form that no page of ours made."""
    return {"outcome": "confirm", "reason": path, "form_token": "0" * 64}


def test_what_is_sent_in_is_shown_as_text(scene: Scene, operator: Browser) -> None:
    action = held(scene)
    said = {"text": SCRIPT, "evidence": f"'\"{SCRIPT}"}
    path = f"/v1/me/actions/{action['id']}/contest"
    assert scene.http.post(path, said, token=scene.person_token).status_code == 201
    operator.open(f"{page_of(action)}?lang=en")
    assert operator.says(SCRIPT)
    assert "<script" not in operator.page
    assert "<img" not in operator.page
    assert action["id"] in walked(operator, "/console/holds?contested=yes&limit=100")


def test_two_who_look_see_each_other(
    scene: Scene, app: Flask, operator: Browser, token_for: Tokens
) -> None:
    action = held(scene)
    path, other = page_of(action), at_desk(app, token_for("operator"))
    operator.open(f"{path}?lang=en")
    assert operator.send_to(f"{path}/take").status_code == 200
    assert operator.says("You look at this one.")
    # Whoever has the page open from before hears that it is taken.
    other.open(f"{path}?lang=en")
    assert other.says("Somebody looks at it")
    token = sent_again(other, f"{path}/take")["form_token"]
    assert other.open(f"{path}/take?lang=en", "POST", data={"form_token": token}).status_code == 409
    assert other.says("HOLD_TAKEN")
    assert other.send_to(f"{path}/take").status_code == 200
    assert other.says("You look at this one.")


def test_an_authority_reads_and_decides_nothing(
    scene: Scene, app: Flask, token_for: Tokens
) -> None:
    action = held(scene)
    authority = at_desk(app, token_for("authority"))
    assert authority.open(page_of(action)).status_code == 200
    assert "<form" not in authority.page.partition("<main")[2]
    sent = authority.open(page_of(action), "POST", data={"outcome": "confirm", "reason": "x"})
    assert sent.status_code == 404
    assert action_of(scene, action)["state"] == "held"


def test_another_role_has_no_such_page(scene: Scene, app: Flask, token_for: Tokens) -> None:
    action = held(scene)
    for role in ("verifier", "provider", "merchant", "enterprise"):
        who = replace(token_for.caller(role), client_id=None)
        stranger = at_desk(app, token_for.of(who))
        answer = stranger.open(page_of(action), headers={"Accept": "text/html"})
        assert answer.status_code == 404, role
        assert not stranger.says(action["id"])


def test_who_is_not_signed_in_comes_to_the_login_first(scene: Scene, app: Flask) -> None:
    nobody, path = Browser(app), page_of(held(scene))
    answer = nobody.open(f"{path}?lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?lang=en")
    person = at_desk(app, scene.person_token)
    assert person.open(path).status_code == 303
    assert nobody.open(path, "POST", data={"outcome": "confirm"}).status_code == 303


def test_an_id_of_nothing_or_of_something_else_is_no_page(scene: Scene, operator: Browser) -> None:
    for name in ("act_0", public("act", scene.person), public("par", scene.person), SCRIPT[:8]):
        assert operator.open(f"/console/holds/{name}").status_code in (400, 404, 422)
    assert parse("act", held(scene)["id"])


def test_the_desk_tells_how_much_waits_and_since_when(
    make_scene: Callable[..., Scene], operator: Browser
) -> None:
    scene = make_scene()
    held(scene)
    assert operator.open("/console?lang=en").status_code == 200
    row = re.search(
        r'href="/console/holds\?lang=en">[^<]*</a></th>\s*<td[^>]*>(\d+)\+?', operator.page
    )
    assert row is not None
    assert int(row[1]) == min(100, len(walked(operator, "/console/holds?lang=en&limit=100")))
