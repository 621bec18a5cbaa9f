"""Users: invited by one-time links, proven by two things, helped and ended by others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest

from app.factory import create_app
from app.store.organisations.users import find_user
from app.usecases.organisations.create_user import NewUser, create_user
from app.usecases.organisations.start_login import LoginOrigin, start_login
from behaviours.organisations import InvalidGrant
from behaviours.users import LastOfItsRole
from tests.builders.answers import refusal
from tests.builders.people import Http, Tokens
from tests.builders.processes import own_wiring
from tests.builders.refusals import refuses
from tests.builders.staff import (
    TOKEN,
    Office,
    a_name,
    a_password,
    accept,
    phone_of,
    reason,
    shown_by,
)

ME = "/v1/users/me"


def test_somebody_is_let_in_by_two_people_of_two_roles(office, live_app, live, watch):
    user_id = office.propose("operator")
    invite = f"/v1/users/{user_id}/invite"
    assert refusal(office.http.post(invite, token=office.operator)) == (409, "SIGNED_ALREADY")
    second = office.http.post(invite, token=Tokens(live_app, live)("operator"))
    assert (second.status_code, second.json["awaiting"]) == (202, ["authority"])
    signed = office.http.post(invite, token=office.authority)
    assert (signed.status_code, signed.json["state"]) == (201, "invited")

    url = signed.json["link"]["url"]
    opened = office.http.get(url).json
    assert (opened["purpose"], opened["role"], opened["display_name"]) == (
        "join", "operator", "Li Wei",
    )  # fmt: skip
    new = accept(office.http, url, watch)
    assert len(set(new.recovery_codes)) == 10
    assert refusal(new.come_in()) == (400, "SECOND_FACTOR_REQUIRED")
    assert refusal(new.come_in(new.code())) == (400, "WRONG_CODE"), "it was used to accept"
    seen = office.http.get(ME, token=new.token()).json
    assert (seen["id"], seen["state"], seen["second_factor"]) == (user_id, "active", True)
    assert seen["recovery_codes_left"] == 10


def test_what_is_shown_with_a_link_is_looked_at(office, watch):
    _, url = office.invite("operator")
    phone, password = phone_of(office.http, url), a_password()
    for body, status, code in (
        ({"password": password}, 400, "SECOND_FACTOR_REQUIRED"),
        ({"password": password, "code": shown_by(phone, watch, 5)}, 400, "WRONG_CODE"),
        ({"password": "s7#Kq!", "code": shown_by(phone, watch)}, 422, "PASSWORD_TOO_SHORT"),
        ({"password": "password1234", "code": shown_by(phone, watch)}, 422,
         "PASSWORD_TOO_EASY"),
        ({"password": "Li Wei Li Wei", "code": shown_by(phone, watch)}, 422,
         "PASSWORD_TOO_EASY"),
        ({"password": password, "code": "1", "more": 1}, 422, "VALIDATION_FAILED"),
    ):  # fmt: skip
        assert refusal(office.http.post(url, body)) == (status, code), body
    whole = {"password": "只要够长就行 共有八个", "code": shown_by(phone, watch)}
    answer = office.http.post(url, whole)
    assert refusal(answer) == (422, "PASSWORD_TOO_SHORT"), "eleven characters"
    whole["password"] += "！"
    assert office.http.post(url, whole).status_code == 200, "which characters, is free"


def test_links_that_are_forged_used_expired_or_replaced_are_refused(office, watch):
    user_id, url = office.invite("authority")
    for forged in (f"{url}x", url[:-1], "/v1/one-time-links/otl_", "/v1/one-time-links/x"):
        assert refusal(office.http.get(forged)) == (404, "UNKNOWN_LINK")
        body = {"password": a_password(), "code": "123456"}
        assert refusal(office.http.post(forged, body)) == (404, "UNKNOWN_LINK")
    again = office.http.post(f"/v1/users/{user_id}/invite", token=office.operator)
    assert again.status_code == 201
    replaced = office.http.get(url)
    assert refusal(replaced) == (410, "LINK_OVER")
    assert "newer link" in replaced.json["detail"]
    url = again.json["link"]["url"]
    accept(office.http, url, watch)
    assert "used before" in office.http.get(url).json["detail"]
    assert refusal(office.http.post(url, {"password": a_password()})) == (410, "LINK_OVER")
    over = office.http.post(f"/v1/users/{user_id}/invite", token=office.operator)
    assert refusal(over) == (409, "USER_STATE_CONFLICT")

    _, url = office.invite("operator")
    watch.wait(days=3, minutes=1)
    assert "time of this link is over" in office.http.get(url).json["detail"]
    assert refusal(office.http.post(url, {"password": a_password()})) == (410, "LINK_OVER")


def test_nothing_of_a_link_or_a_code_can_be_read_in_the_database(office, live):
    user_id, url = office.invite("operator")
    new = accept(office.http, url, office.watch)
    with live.database.engine.connect() as connection:
        kept = str(
            connection.exec_driver_sql(
                "select to_jsonb(l)::text, to_jsonb(f)::text, to_jsonb(r)::text"
                "  from one_time_link l join second_factor f using (user_id)"
                "  join recovery_code r using (user_id) where user_id = %s",
                (UUID(user_id.removeprefix("usr_")),),
            ).all()
        )
    for secret in (url.rpartition("/")[2], new.phone.secret, *new.recovery_codes):
        assert secret not in kept
        assert secret.encode().hex() not in kept


def test_of_many_who_use_one_link_at_once_one_comes_in(office, live_app, watch):
    _, url = office.invite("operator")
    phone = phone_of(office.http, url)
    body = {"password": a_password(), "code": shown_by(phone, watch)}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: Http(live_app).post(url, body), range(6)))
    assert sorted(each.status_code for each in answers) == [200, *[410] * 5]


@pytest.mark.parametrize(("steps", "status"), [(-2, 400), (-1, 200), (0, 200), (1, 200), (2, 400)])
def test_clocks_may_differ_by_one_step(office, steps, status):
    _, new = office.hire()
    office.watch.wait(minutes=5)
    assert new.come_in(new.code(steps)).status_code == status


def test_a_code_is_taken_once_and_none_before_it(office, live_app):
    _, new = office.hire()
    office.watch.wait(minutes=5)
    newer, older = new.code(1), new.code(-1)
    with ThreadPoolExecutor(4) as pool:
        others = [replace(new, http=Http(live_app)) for _ in range(4)]
        answers = list(pool.map(lambda each: each.come_in(newer), others))
    assert sorted(each.status_code for each in answers) == [200, 400, 400, 400]
    for code in (newer, new.code(), older):
        answer = new.come_in(code)
        assert refusal(answer) == (400, "WRONG_CODE")
        assert "used before" in answer.json["detail"]


def test_a_recovery_code_takes_the_place_of_the_authenticator_once(office):
    _, new = office.hire()
    first, second, third = new.recovery_codes[:3]
    assert new.come_in(first.upper().replace("-", " ")).status_code == 200
    assert refusal(new.come_in(first)) == (400, "WRONG_CODE")
    token = new.come_in(second).json["access_token"]
    assert office.http.get(ME, token=token).json["recovery_codes_left"] == 8
    path = f"{ME}/recovery-codes"
    assert refusal(office.http.post(path, {"code": "000000"}, token=token)) == (400, "WRONG_CODE")
    fresh = office.http.post(path, {"code": new.fresh_code()}, token=token)
    assert fresh.status_code == 201
    assert refusal(new.come_in(third)) == (400, "WRONG_CODE")
    assert new.come_in(fresh.json["recovery_codes"][0]).status_code == 200


def from_address(number):
    return {"environ_overrides": {"REMOTE_ADDR": f"198.51.100.{number}"}}


def test_strangers_lock_nobody_out_but_a_stolen_password_is_of_no_use(office, watch):
    user_id, new = office.hire()
    session = new.log_in()
    stranger = replace(new, password="not the password")
    for number in range(30):
        answer = stranger.come_in("123456", **from_address(number))
        assert refusal(answer) == (400, "INVALID_GRANT")
    assert new.log_in()

    wrong = [new.come_in("000000", **from_address(50 + number)) for number in range(10)]
    assert {refusal(each) for each in wrong[:9]} == {(400, "WRONG_CODE")}
    assert refusal(wrong[9]) == (400, "INVALID_GRANT")
    locked = new.come_in(new.fresh_code(), **from_address(70))
    assert refusal(locked) == (400, "INVALID_GRANT")
    assert "locked" in locked.json["detail"]
    assert office.http.get(f"/v1/users/{user_id}", token=office.operator).json["state"] == "locked"
    renewal = {"grant_type": "refresh_token", "refresh_token": session["refresh_token"]}
    kept = office.http.post(TOKEN, renewal)
    assert kept.status_code == 200, "whoever was in stays in"

    link = office.http.post(f"/v1/users/{user_id}/password-link", token=office.operator)
    assert link.status_code == 201
    url, fresh = link.json["link"]["url"], a_password()
    assert office.http.get(url).json["authenticator"] is None
    assert refusal(office.http.post(url, {"password": fresh})) == (400, "SECOND_FACTOR_REQUIRED")
    assert refusal(office.http.post(url, {"password": fresh, "code": "000000"})) == (
        400, "WRONG_CODE",
    )  # fmt: skip
    used = office.http.post(url, {"password": fresh, "code": new.fresh_code()})
    assert (used.status_code, used.json["user"]["state"]) == (200, "active")
    over = office.http.get(ME, token=kept.json["access_token"])
    assert refusal(over) == (401, "TOKEN_REVOKED"), "every session has ended"
    assert refusal(new.come_in(new.fresh_code())) == (400, "INVALID_GRANT")
    new.password = fresh
    assert new.log_in()


def test_a_lost_second_factor_is_reset_by_two_people_and_opens_with_the_password(office):
    user_id, new = office.hire()
    _, other = office.hire()
    path = f"/v1/users/{user_id}/second-factor/reset"
    own = office.http.post(path, reason(), token=new.token())
    assert refusal(own) == (403, "NOT_FOR_ONESELF")
    first = office.http.post(path, reason("Lost on the metro."), token=office.operator)
    assert (first.status_code, first.json["awaiting"], first.json["link"]) == (202, 1, None)
    again = office.http.post(path, reason(), token=office.operator)
    assert refusal(again) == (409, "SIGNED_ALREADY")
    second = office.http.post(path, reason(), token=other.token())
    assert second.status_code == 201, second.text
    url = second.json["link"]["url"]
    assert new.log_in(), "until the link is used, the present one stays"

    phone = phone_of(office.http, url)
    assert phone.secret != new.phone.secret
    shown = {"password": a_password(), "code": shown_by(phone, office.watch)}
    assert refusal(office.http.post(url, shown)) == (400, "INVALID_GRANT"), "not their password"
    shown["password"] = new.password
    assert office.http.post(url, shown | {"code": new.code()}).status_code == 400
    used = office.http.post(url, shown)
    assert (used.status_code, len(used.json["recovery_codes"])) == (200, 10)
    old = replace(new)
    assert refusal(old.come_in(old.fresh_code())) == (400, "WRONG_CODE")
    assert refusal(old.come_in(old.recovery_codes[0])) == (400, "WRONG_CODE")
    new.phone = phone
    assert new.log_in()
    assert office.http.post(path, reason(), token=office.operator).status_code == 202, "anew"


def test_another_password_ends_the_other_sessions_and_keeps_this_one(office, live):
    user_id, new = office.hire()
    here, there = new.log_in(), new.log_in()
    in_between = live.database.transact(find_user, UUID(user_id.removeprefix("usr_")))
    path, fresh = f"{ME}/password", a_password()

    def change(**changes):
        body = {"password": new.password, "new_password": fresh, "code": new.fresh_code()}
        return office.http.post(path, {**body, **changes}, token=here["access_token"])

    assert refusal(change(password="wrong one altogether")) == (400, "INVALID_GRANT")
    assert refusal(change(code="000000")) == (400, "WRONG_CODE")
    assert refusal(change(new_password="qwertyuiop12")) == (422, "PASSWORD_TOO_EASY")
    assert change().status_code == 200
    assert office.http.get(ME, token=here["access_token"]).status_code == 200
    assert refusal(office.http.get(ME, token=there["access_token"])) == (401, "TOKEN_REVOKED")
    renewal = {"grant_type": "refresh_token", "refresh_token": there["refresh_token"]}
    assert refusal(office.http.post(TOKEN, renewal)) == (400, "INVALID_GRANT")
    # Somebody had shown the old password, and their login had not yet begun.
    with refuses(InvalidGrant):
        live.database.transact(
            start_login,
            in_between,
            origin=LoginOrigin("192.0.2.1", None),
            terms=live.programme.sessions,
            clock=live.clock,
        )


def test_sessions_are_listed_and_ended_by_the_user_and_by_who_administers(office):
    user_id, new = office.hire()
    first, second, third = new.log_in(), new.log_in(), new.log_in()
    own = office.http.get(f"{ME}/sessions", token=first["access_token"]).json["data"]
    assert [each["current"] for each in own] == [False, False, True]
    assert {each["address"] for each in own} == {new.http.address}
    ended = office.http.delete(f"{ME}/sessions/{own[1]['id']}", token=first["access_token"])
    assert ended.status_code == 200
    assert refusal(office.http.get(ME, token=second["access_token"])) == (401, "TOKEN_REVOKED")
    theirs = f"/v1/users/{user_id}/sessions"
    listed = office.http.get(f"{theirs}?limit=1", token=office.authority).json
    assert ([each["id"] for each in listed["data"]], listed["has_more"]) == ([own[0]["id"]], True)
    assert office.http.delete(f"{theirs}/{own[0]['id']}", token=office.authority).status_code == 200
    assert refusal(office.http.get(ME, token=third["access_token"])) == (401, "TOKEN_REVOKED")
    _, stranger = office.hire()
    foreign = office.http.delete(f"{ME}/sessions/{own[2]['id']}", token=stranger.token())
    assert refusal(foreign) == (404, "NOT_FOUND")
    assert office.http.get(ME, token=first["access_token"]).status_code == 200


def test_who_acts_for_the_programme_is_ended_by_two_people(office):
    user_id, new = office.hire()
    session, path = new.log_in(), f"/v1/users/{user_id}/end"
    for tried in (reason(""), {}):
        assert office.http.post(path, tried, token=office.operator).status_code == 422
    own = office.http.post(path, reason(), token=session["access_token"])
    assert refusal(own) == (403, "NOT_FOR_ONESELF")
    first = office.http.post(path, reason(), token=office.operator)
    assert (first.status_code, first.json["awaiting"]) == (202, ["authority"])
    assert refusal(office.http.post(path, reason(), token=office.operator)) == (
        409, "SIGNED_ALREADY",
    )  # fmt: skip
    assert office.http.get(ME, token=session["access_token"]).status_code == 200
    second = office.http.post(path, reason(), token=office.authority)
    assert (second.status_code, second.json["state"]) == (200, "ended")
    assert refusal(office.http.get(ME, token=session["access_token"])) == (401, "TOKEN_REVOKED")
    assert refusal(new.come_in(new.fresh_code())) == (400, "INVALID_GRANT")
    over = office.http.post(path, reason(), token=office.authority)
    assert refusal(over) == (409, "USER_STATE_CONFLICT")


def test_a_proposal_and_an_invitation_are_taken_back_by_one(office):
    proposed = office.propose("authority")
    invited, url = office.invite("operator")
    for user_id in (proposed, invited):
        answer = office.http.post(f"/v1/users/{user_id}/end", reason(), token=office.operator)
        assert (answer.status_code, answer.json["state"]) == (200, "ended")
    assert refusal(office.http.get(url)) == (410, "LINK_OVER")
    signed = office.http.post(f"/v1/users/{proposed}/invite", token=office.authority)
    assert refusal(signed) == (409, "USER_STATE_CONFLICT")


def test_the_last_of_a_role_cannot_be_ended_also_not_by_way_of_the_other(
    settings, fresh_database, watch
):
    """Two operators and two authorities; whoever signs at the same moment, one of each is left."""
    live = own_wiring(settings, fresh_database, mode="live")
    live = replace(live, clock=watch)
    app = create_app(live)
    tokens, http = Tokens(app, live), Http(app)
    users = {role: [tokens.caller(role) for _ in range(2)] for role in ("operator", "authority")}

    def end(target, signer):
        path = f"/v1/users/usr_{target.user_id.hex}/end"
        return Http(app).post(path, reason(), token=tokens.of(signer))

    one, other = users["operator"]
    authority = users["authority"][0]
    assert end(one, other).status_code == 202
    assert end(other, one).status_code == 202
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda target: end(target, authority), (one, other)))
    assert sorted(each.status_code for each in answers) == [200, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {
        (409, LastOfItsRole.code)
    }
    left = http.get("/v1/users?state=active", token=tokens.of(authority)).json["data"]
    assert sorted(each["role"] for each in left) == ["authority", "authority", "operator"]
    live.close()


@pytest.mark.parametrize("name", ["Li.Wei", "li wei", "li", "李伟", "-li", "l" * 65, "li\u200bwei"])
def test_names_that_could_be_taken_for_another_are_refused(office, name):
    body = {"username": name, "display_name": "x", "role": "operator"}
    answer = office.http.post("/v1/users", body, token=office.operator)
    assert refusal(answer) == (422, "VALIDATION_FAILED")


def test_in_test_mode_too_who_acts_for_the_programme_has_an_authenticator(wiring, watch):
    calm = replace(wiring, clock=watch)
    free = create_app(calm)
    tokens = Tokens(free, calm)
    office = Office(free, Http(free), watch, tokens("operator"), tokens("authority"))
    _, url = office.invite("operator")
    bare = office.http.post(url, {"password": "correct horse battery staple"})
    assert refusal(bare) == (400, "SECOND_FACTOR_REQUIRED")
    with_phone = accept(office.http, url, watch)
    assert refusal(with_phone.come_in()) == (400, "SECOND_FACTOR_REQUIRED")
    assert with_phone.log_in()
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "delete from second_factor using app_user u"
            " where second_factor.user_id = u.user_id and u.username = %s",
            (with_phone.username,),
        )
    assert refusal(with_phone.come_in()) == (400, "SECOND_FACTOR_REQUIRED"), "joined before"
    seeded = NewUser(a_name("operator"), a_password(), "operator")
    wiring.database.transact(create_user, [seeded], now=wiring.clock.now())
    grant = {"grant_type": "password", "username": seeded.username, "password": seeded.password}
    assert office.http.post(TOKEN, grant).status_code == 200, "whom the demo makes has none"


def test_in_live_mode_nobody_comes_in_without_one(office, live_app):
    """Who was let in before there were authenticators asks two people for a link to one."""
    with_password = office.hire()[1]
    with live_app.extensions["tanpuhui"].database.engine.begin() as connection:
        connection.exec_driver_sql(
            "delete from second_factor using app_user u"
            " where second_factor.user_id = u.user_id and u.username = %s",
            (with_password.username,),
        )
    answer = with_password.come_in("123456")
    assert refusal(answer) == (400, "SECOND_FACTOR_REQUIRED")
    assert "two people" in answer.json["detail"]
