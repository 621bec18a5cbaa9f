"""Who lost the password and the second factor comes back by two people, and by neither alone."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID

import pytest

from app.usecases.organisations.sign_recovery import sign_recovery
from behaviours.one_time_links import RECOVERY_ALONE_WAITS
from behaviours.users import SignedAlready
from tests.builders.answers import refusal
from tests.builders.opening import ROOT
from tests.builders.people import Http, Tokens
from tests.builders.refusals import refuses
from tests.builders.staff import TOKEN, a_password, phone_of, reason, shown_by

ME = "/v1/users/me"


def recovery(user_id: str) -> str:
    return f"/v1/users/{user_id}/recovery"


@pytest.fixture
def second(live_app, live) -> str:
    """Another operator."""
    return Tokens(live_app, live)("operator")


def begun(office, user_id: str, second: str) -> tuple[str, str]:
    """The release code of the first who signs, and where the link of the second one leads."""
    first = office.http.post(recovery(user_id), reason("It burnt."), token=office.operator)
    assert (first.status_code, first.json["link"]) == (202, None), first.text
    again = office.http.post(recovery(user_id), reason(), token=office.operator)
    assert refusal(again) == (409, "SIGNED_ALREADY")
    signed = office.http.post(recovery(user_id), reason("It burnt."), token=second)
    assert (signed.status_code, signed.json["release_code"]) == (201, None), signed.text
    return first.json["release_code"], signed.json["link"]["url"]


def test_the_only_authority_comes_back_by_two_operators(office, watch, second):
    user_id, lost = office.hire("authority")
    session = lost.log_in()
    code, url = begun(office, user_id, second)
    early = office.http.get(url)
    assert refusal(early) == (409, "LINK_NOT_YET_GOOD")
    body = {"password": a_password(), "code": "000000", "release_code": code}
    assert refusal(office.http.post(url, body)) == (409, "LINK_NOT_YET_GOOD")
    seen = office.http.get(f"/v1/users/{user_id}", token=office.operator).json
    assert seen["recovery_from"] is not None, "whoever looks sees that it is coming"

    watch.wait(days=1)
    phone = phone_of(office.http, url)
    body["code"] = shown_by(phone, watch)
    # Neither of the two has what it takes: one has the code, the other one the link.
    for release_code in (None, "", "aaaa-bbbb", code[:-1]):
        told = {k: v for k, v in {**body, "release_code": release_code}.items() if v}
        assert refusal(office.http.post(url, told)) == (400, "RELEASE_CODE_WRONG")
    for other in (f"{url}x", "/v1/one-time-links/" + code):
        assert refusal(office.http.post(other, body)) == (404, "UNKNOWN_LINK")
    assert refusal(office.http.post(url, {**body, "password": "short"})) == (
        422, "PASSWORD_TOO_SHORT",
    )  # fmt: skip
    spelt = {**body, "release_code": code.upper().replace("-", " ")}
    back = office.http.post(url, spelt)
    assert (back.status_code, len(back.json["recovery_codes"])) == (200, 10), back.text
    assert refusal(office.http.post(url, spelt)) == (410, "LINK_OVER")
    assert refusal(office.http.get(ME, token=session["access_token"])) == (401, "TOKEN_REVOKED")
    watch.wait(minutes=1)
    grant = {"grant_type": "password", "username": lost.username}
    old = {**grant, "password": lost.password, "one_time_code": lost.code()}
    assert refusal(office.http.post(TOKEN, old)) == (400, "INVALID_GRANT")
    new = {**grant, "password": body["password"], "one_time_code": shown_by(phone, watch)}
    assert office.http.post(TOKEN, new).json["scope"] == "authority"


@pytest.mark.parametrize("who", ["the user", "an authority"])
def test_whoever_is_concerned_stops_it_and_both_sign_anew(office, watch, second, who):
    user_id, lost = office.hire("authority")
    by = {"the user": lost.token(), "an authority": office.authority}[who]
    stop = f"{recovery(user_id)}/stop"
    assert refusal(office.http.post(stop, reason(), token=by)) == (409, "RECOVERY_NOT_OPEN")
    # One signature is void with it, and a link too.
    office.http.post(recovery(user_id), reason(), token=office.operator)
    assert office.http.post(stop, reason("I lost nothing."), token=by).status_code == 200
    _, url = begun(office, user_id, second)
    assert office.http.post(stop, reason("I lost nothing."), token=by).status_code == 200
    watch.wait(days=1)
    assert refusal(office.http.get(url)) == (410, "LINK_OVER")
    one = office.http.post(recovery(user_id), reason(), token=second)
    assert (one.status_code, one.json["link"]) == (202, None)


def test_a_signature_lapses_and_nobody_signs_for_themselves(office, watch, second, live, live_app):
    user_id, lost = office.hire("operator")
    own = office.http.post(recovery(user_id), reason(), token=lost.token())
    assert refusal(own) == (403, "NOT_FOR_ONESELF")
    for role in ("provider", "verifier"):
        token = Tokens(live_app, live)(role)
        assert office.http.post(recovery(user_id), reason(), token=token).status_code in (403, 404)
    _, url = begun(office, user_id, second)
    watch.wait(days=4, minutes=1)
    assert refusal(office.http.get(url)) == (410, "LINK_OVER")
    # What was signed before has made its link, and makes no other.
    one = office.http.post(recovery(user_id), reason(), token=second)
    assert (one.status_code, one.json["link"]) == (202, None)
    proposed = office.propose("operator")
    early = office.http.post(recovery(proposed), reason(), token=second)
    assert refusal(early) == (409, "USER_STATE_CONFLICT")


def test_of_many_who_sign_at_once_one_makes_the_link(office, live, live_app):
    user_id, _ = office.hire("authority")
    tokens = [Tokens(live_app, live)("operator") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda token: Http(live_app).post(recovery(user_id), reason(), token=token), tokens
            )
        )
    assert sorted(each.status_code for each in answers) == [201, 201, 202, 202]
    # Of two links the later one is good: each took two people.
    links = [each.json["link"]["url"] for each in answers if each.json["link"]]
    codes = [office.http.get(each).json["code"] for each in links]
    assert sorted(codes) == ["LINK_NOT_YET_GOOD", "LINK_OVER"]


def test_the_command_line_that_signed_as_one_signs_as_both_and_waits_as_one(office, live):
    """Who finds out afterwards that nobody is left need not wait until the signature lapses."""
    user_id, _ = office.hire("authority")
    signing = partial(
        live.database.transact,
        sign_recovery,
        UUID(user_id.removeprefix("usr_")),
        reason="Phone and paper burnt.",
        by=None,
        signed_for=live.programme.signed_for,
        identity_key=live.settings.identity_key,
        clock=live.clock,
    )
    first = signing()
    with refuses(SignedAlready):
        signing()
    both = signing(alone=True)
    assert first.link is None
    assert both.release_code == first.release_code
    assert both.link.good_from - live.clock.real_now() == RECOVERY_ALONE_WAITS


def test_the_command_line_is_one_of_two_and_alone_waits_longer(office, live, second, watch):
    user_id, lost = office.hire("authority")
    environ = {k: v for k, v in os.environ.items() if not k.startswith("TANPUHUI_")} | {
        "TANPUHUI_DATA_DIR": str(live.settings.data_dir),
        "DATABASE_URL": live.settings.database_url,
        "REDIS_URL": live.settings.redis_url,
        "LC_ALL": "C.UTF-8",
    }

    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "app.commands.main", "recover", lost.username, *words]
        return subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
        )

    unsaid = typed()
    assert unsaid.returncode == 2, "a reason is needed"
    signed = typed("--reason", "Phone and paper burnt.")
    assert signed.returncode == 0, signed.stderr
    assert "release code: " in signed.stdout
    assert "otl_" not in signed.stdout
    twice = typed("--reason", "Again.")
    assert twice.returncode != 0
    link = office.http.post(recovery(user_id), reason(), token=second)
    assert (link.status_code, link.json["release_code"]) == (201, None)

    alone = typed("--reason", "Nobody is left.", "--alone", "--base-url", "https://t.example.cn/")
    assert alone.returncode == 0, alone.stderr
    assert "release code: " in alone.stdout
    assert "https://t.example.cn/v1/one-time-links/otl_" in alone.stdout
    with live.database.engine.connect() as connection:
        steps = connection.exec_driver_sql(
            "select step, taken_by is null, reason from user_step"
            " where user_id = %s and step like '%%recovery' order by step_id",
            (user_id.removeprefix("usr_"),),
        ).all()
    assert [tuple(each) for each in steps] == [
        ("sign_recovery", True, "Phone and paper burnt."),
        ("sign_recovery", False, "It is so."),
        ("link_recovery", False, "It is so."),
        ("sign_recovery", True, "Nobody is left."),
        ("link_recovery", True, "Nobody is left."),
    ]
