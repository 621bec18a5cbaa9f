"""Who comes into a programme that was opened on an empty database, and who stays outside whatever
they try: over HTTP, on processes of their own, each step from the one before."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pyotp

from tests.builders.founders import STEP, Person, come_in
from tests.builders.live_programme import LiveProgramme, a_username, told

WHY = {"reason": "It is so."}


def test_nobody_comes_in_who_was_not_asked_and_nobody_is_kept_out(opened: LiveProgramme) -> None:
    links_are_good_once_and_are_not_made_up(opened)
    an_applicant_is_admitted_by_two_others(opened)
    codes_are_of_this_moment_and_good_once(opened)
    a_lost_second_factor_is_reset_by_two(opened)
    strangers_lock_nobody_out(opened)
    somebody_of_each_role_is_left(opened)
    opened.audited()


def links_are_good_once_and_are_not_made_up(opened: LiveProgramme) -> None:
    body = {"username": a_username(), "display_name": "Li Wei", "role": "operator"}
    user_id = opened.operator.post("/v1/users", body, expected=202)["id"]
    invite = f"/v1/users/{user_id}/invite"
    told(opened.operator.post(invite, expected=409), "SIGNED_ALREADY", "takes another person")
    former = opened.authority.post(invite)["link"]["url"]
    link = opened.operator.post(invite)["link"]["url"]
    sent = {"password": secrets.token_urlsafe(12), "code": "123456"}
    for forged in (f"{link}x", link[:-1], "/v1/one-time-links/otl_x"):
        for answer in (opened.web.get(forged), opened.web.post(forged, json=sent)):
            assert answer.status_code == 404
            told(answer, "UNKNOWN_LINK", "ask for another one")
    for over, to_do in ((former, "Use that, or ask for another"), (link, "tell an administrator")):
        if over == link:
            come_in(opened.web, link)
        for answer in (opened.web.get(over), opened.web.post(over, json=sent)):
            assert answer.status_code == 410
            told(answer, "LINK_OVER", to_do)


def an_applicant_is_admitted_by_two_others(opened: LiveProgramme) -> None:
    organisation, applicant = opened.applicant("provider")
    path = f"/v1/organisations/{organisation}"
    early = opened.operator.post(f"{path}/admit", expected=409)
    told(early, "APPLICATION_INCOMPLETE", "bring that in order first")
    opened.assessed(organisation, applicant)
    own = applicant.post(f"{path}/admit", expected=403)
    told(own, "ROLE_NOT_ALLOWED", "Log in as somebody of that role")
    assessor = opened.second.post(f"{path}/admit", expected=409)
    told(assessor, "ASSESSOR_ADMITS", "Let somebody else of your role sign")
    for _ in range(2):
        one = opened.operator.post(f"{path}/admit", expected=202)
        assert one["awaiting"] == ["authority"], "one person twice is one person"
    assert opened.authority.post(f"{path}/admit")["state"] == "accepted"
    again = opened.authority.post(f"{path}/admit", expected=409)
    told(again, "APPLICATION_DECIDED", "Read it again")


def codes_are_of_this_moment_and_good_once(opened: LiveProgramme) -> None:
    """One step of the clock off is accepted, two are not; a code is good once, and none before it.

    Of the ones that are accepted and refused none becomes the other while a step ends.
    """
    body = {"username": a_username(), "display_name": "Wang Fang", "role": "operator"}
    user_id = opened.operator.post("/v1/users", body, expected=202)["id"]
    link = opened.authority.post(f"/v1/users/{user_id}/invite")["link"]["url"]
    phone = pyotp.parse_uri(opened.web.get(link).json()["authenticator"]["otpauth_uri"])
    person = Person(opened.web, body["username"], secrets.token_urlsafe(12), phone)

    def shown(steps: int) -> str:
        return phone.at(datetime.now(UTC) + steps * STEP)

    for steps in (-2, 3):
        joining = {"password": person.password, "code": shown(steps)}
        answer = opened.web.post(link, json=joining)
        assert answer.status_code == 400
        told(answer, "WRONG_CODE", "Check that the clock of the phone is right")
    ahead = shown(1)
    joined = opened.web.post(link, json={"password": person.password, "code": ahead})
    assert joined.status_code == 200, joined.text
    for used in (ahead, shown(0)):
        answer = logging_in(opened, person, used)
        assert answer.status_code == 400
        told(answer, "WRONG_CODE", "Wait until the authenticator shows the next one")
    person.log_in(joined.json()["recovery_codes"][0])


def a_lost_second_factor_is_reset_by_two(opened: LiveProgramme) -> None:
    user_id, lost = opened.hire("operator")
    path = f"/v1/users/{user_id}/second-factor/reset"
    told(lost.post(path, WHY, expected=403), "NOT_FOR_ONESELF", "Ask somebody else")
    first = opened.operator.post(path, WHY, expected=202)
    assert (first["awaiting"], first["link"]) == (1, None)
    again = opened.operator.post(path, WHY, expected=409)
    told(again, "SIGNED_ALREADY", "takes another person")
    url = opened.second.post(path, WHY)["link"]["url"]
    phone = pyotp.parse_uri(opened.web.get(url).json()["authenticator"]["otpauth_uri"])
    back = Person(opened.web, lost.username, lost.password, phone)
    guessed = {"password": secrets.token_urlsafe(12), "code": phone.now()}
    told(opened.web.post(url, json=guessed), "INVALID_GRANT", "ask an administrator for a link")
    used = opened.web.post(url, json={"password": lost.password, "code": back.code()})
    assert (used.status_code, len(used.json()["recovery_codes"])) == (200, 10), used.text
    for former in (lost.phone.now(), lost.recovery_codes[0]):
        told(logging_in(opened, lost, former), "WRONG_CODE", "send the code that it shows now")
    back.log_in()


def strangers_lock_nobody_out(opened: LiveProgramme) -> None:
    """However many guess from wherever, who has come in before comes in from where they were."""
    _, known = opened.hire("operator")
    stranger = replace(known, password="not the password")
    # As many as fit into one minute, and once more: a minute may end in between.
    for number in range(220):
        answer = logging_in(opened, stranger, "123456", f"198.51.100.{number // 9}")
        if answer.status_code == 429:
            break
        assert answer.status_code == 400, answer.text
    told(answer, "TOO_MANY_ATTEMPTS", "Wait a minute before the next try")
    assert int(answer.headers["Retry-After"]) > 0
    own = logging_in(opened, known, known.recovery_codes[0])
    assert own.status_code == 200, own.text


def somebody_of_each_role_is_left(opened: LiveProgramme) -> None:
    users = opened.operator.ask("GET", "/v1/users?limit=100", expected=200)["data"]
    ids = {each["username"]: each["id"] for each in users}
    last = ids[opened.operator.username]
    for each in users:
        if each["role"] == "operator" and each["state"] == "active" and each["id"] != last:
            ending = f"/v1/users/{each['id']}/end"
            by = opened.operator.post(ending, WHY, expected=202)
            assert by["awaiting"] == ["authority"]
            assert opened.authority.post(ending, WHY, expected=200)["state"] == "ended"
    told(opened.second.ask("GET", "/v1/users/me", expected=401), "TOKEN_REVOKED", "Ask for a new")
    limit = {"region": "CN-330100", "reason": "The city has a desk."}
    for path, body in ((f"/v1/users/{last}/end", WHY), (f"/v1/users/{last}/area", limit)):
        kept = opened.authority.post(path, body, expected=409)
        told(kept, "LAST_OF_ITS_ROLE", "Invite another one first")
    assert opened.operator.ask("GET", "/v1/users/me", expected=200)["state"] == "active"


def logging_in(
    opened: LiveProgramme, person: Person, code: str, address: str = ""
) -> httpx.Response:
    """The answer to a login from an address, if one is named; whatever it is."""
    grant: dict[str, Any] = {
        "grant_type": "password",
        "username": person.username,
        "password": person.password,
        "one_time_code": code,
    }
    seen_as = {"X-Forwarded-For": address} if address else {}
    return opened.web.post("/v1/auth/token", data=grant, headers=seen_as)
