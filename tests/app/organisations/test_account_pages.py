"""The pages of links, the login and one's sessions, as a browser has them: forms and cookies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.openid.providers import OpenidProviders
from app.wiring import Wiring
from tests.app.organisations.test_openid_logins import registered
from tests.builders.browser import FORM, HIDDEN, Browser
from tests.builders.openid import IdProvider, SignedIn, an_id_provider
from tests.builders.staff import Office, a_password, phone_of, reason, shown_by


@pytest.fixture
def live(live: Wiring) -> Wiring:
    return replace(live, openid=OpenidProviders(open_net_only=False))


@pytest.fixture
def browser(live_app: Flask) -> Browser:
    return Browser(live_app)


@pytest.fixture
def idp(watch) -> Iterator[IdProvider]:
    with an_id_provider(watch) as provider:
        yield provider


def page_of(url: str) -> str:
    """The page of a link whose answer for programs is at ``url``."""
    return url.replace("/v1/one-time-links/", "/links/")


def steps_of(office: Office, user_id: str) -> list[str]:
    """What the log says that somebody did, the last first."""
    asked = {"actor": user_id, "limit": "100"}
    answer = office.http.get("/v1/log", query_string=asked, token=office.authority)
    assert answer.status_code == 200, answer.text
    return [each["verb"] for each in answer.json["data"]]


def test_somebody_joins_logs_in_and_ends_a_session(office, browser, watch, live_app):
    user_id, url = office.invite("operator")
    phone, password = phone_of(office.http, url), a_password()
    opened = browser.open(f"{page_of(url)}?lang=en")
    assert opened.status_code == 200
    assert browser.says("Li Wei")
    assert browser.says(phone.secret)
    assert 'role="img"' in browser.page
    assert "<svg" in browser.page
    # What is wrong is said on the page, where it is wrong, and the link stays good.
    short = browser.send(password="short", code=shown_by(phone, watch))
    assert short.status_code == 422
    assert 'role="alert"' in browser.page
    assert 'aria-invalid="true"' in browser.page
    assert browser.says("12")
    # The second as an input method for Chinese writes digits.
    for code in ("000000", "１２３４５６", "１２", "\u202e12345", ""):
        wrong = browser.send(password=password, code=code)
        assert wrong.status_code in (400, 422), code
        assert password not in browser.page
    done = browser.send(password=password, code=shown_by(phone, watch))
    assert done.status_code == 200
    codes = re.findall(r"<li><code>([^<]+)</code>", browser.page)
    assert len(codes) == 10
    assert 'type="checkbox" id="kept" required' in browser.page
    # A camera that reads the link opens it in a browser, which is led to the page.
    led = browser.open(url, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (led.status_code, led.headers["Location"]) == (303, page_of(url))
    over = browser.open(f"{page_of(url)}?lang=en")
    assert over.status_code == 410
    assert browser.says("used before")

    watch.wait(minutes=1)
    browser.open("/login?lang=en")
    name = phone.name
    for typed, status in (
        ({"password": "wrong", "code": ""}, 400),
        ({"password": password, "code": ""}, 400),
        ({"password": password, "code": "000000"}, 400),
    ):
        assert browser.send(username=name, **typed).status_code == status
        assert 'role="alert"' in browser.page
        assert password not in browser.page
    assert browser.send(username=name, password=password, code=codes[0]).status_code == 200
    assert browser.sent[-1].startswith("/console")
    browser.open("/account?lang=en")
    assert browser.says("Recovery codes left")

    other = Browser(live_app)
    other.open("/login?lang=zh-CN")
    other.send(username=name, password=password, code=shown_by(phone, watch))
    other.open("/account?lang=zh-CN")
    assert other.says("登录中的会话")
    assert other.page.count("</li>") == 2
    # The first in the list is the newest, which is the other browser's.
    browser.open("/account?lang=en")
    browser.send(0)
    assert browser.page.count("</li>") == 1
    other.open("/account?lang=en")
    assert other.follow(other.open("/account")).request.path == "/login"
    browser.send(0)
    assert browser.sent[-1].startswith("/login")
    assert browser.follow(browser.open("/account")).request.path == "/login"
    assert steps_of(office, user_id).count("session.end_own") == 2


def test_a_lost_password_and_a_way_back_have_their_pages(office, browser, watch, live_app, live):
    user_id, lost = office.hire("authority")
    made = office.http.post(f"/v1/users/{user_id}/password-link", token=office.operator)
    browser.open(f"{page_of(made.json['link']['url'])}?lang=en")
    assert "<svg" not in browser.page
    done = browser.send(password=a_password(), code=lost.fresh_code())
    assert done.status_code == 200
    assert "<ol" not in browser.page, "there are no new codes"

    recovery = f"/v1/users/{user_id}/recovery"
    code = office.http.post(recovery, reason(), token=office.operator).json["release_code"]
    url = office.http.post(recovery, reason(), token=office.authority).json["link"]["url"]
    assert browser.open(f"{page_of(url)}?lang=en").status_code == 409
    watch.wait(days=1)
    browser.open(f"{page_of(url)}?lang=en")
    phone = phone_of(office.http, url)
    typed = {"password": a_password(), "code": shown_by(phone, watch)}
    assert browser.send(release_code="aaaa", **typed).status_code == 400
    assert browser.send(release_code=code, **typed).status_code == 200
    assert browser.page.count("<li>") == 10


def test_somebody_joins_and_comes_in_by_a_provider(office, browser, idp, watch):
    provider_id = registered(office, idp, name="Province login")
    _, url = office.invite("operator")
    idp.somebody = SignedIn("li-wei", amr=["mfa"])

    def by_provider(path: str) -> TestResponse:
        browser.open(path)
        assert browser.says("Province login")
        # Others of the books that tests share may stand beside it.
        way = re.search(rf'class="button" href="([^"]*{provider_id}[^"]*)"', browser.page)
        assert way is not None
        went = browser.open(unescape(way[1]))
        back = idp.comes_in(went.headers["Location"])
        return browser.follow(browser.open("/login/callback", query_string=back))

    assert by_provider(f"{page_of(url)}?lang=en").status_code == 200
    assert browser.sent[-1].startswith("/console")
    browser.open("/account?lang=en")
    assert browser.says("OpenID")
    # Where nothing says that a second factor was shown, the page asks for one; there is none here.
    idp.somebody.amr = []
    assert by_provider("/login?lang=en").status_code == 400
    idp.somebody.amr = ["mfa"]
    assert by_provider("/login?lang=en").status_code == 200
    # What a browser did not begin, it does not end: the cookie of the login is not there.
    begun = office.http.post("/v1/openid-logins", {"openid_provider_id": provider_id}).json
    back = idp.comes_in(begun["authorization_url"])
    assert Browser(browser.app).open("/login/callback", query_string=back).status_code == 400
    refused = browser.open("/login/callback?error=access_denied&error_description=x&state=y")
    assert refused.status_code == 400


def test_after_a_provider_the_page_asks_for_the_code(office, browser, idp, watch):
    registered(office, idp)
    _, new = office.hire()
    provider = office.http.get("/v1/openid-providers?state=active", token=office.operator).json
    body = {"openid_provider_id": provider["data"][0]["id"], "code": new.fresh_code()}
    token = new.token()
    body["code"] = new.fresh_code()
    idp.somebody = SignedIn("wang-fang")
    begun = office.http.post("/v1/users/me/openid-logins", body, token=token).json
    linked = {"grant_type": "authorization_code", "login_secret": begun["login_secret"]}
    linked |= idp.comes_in(begun["authorization_url"])
    assert office.http.post("/v1/auth/token", linked).status_code == 200

    went = browser.open(f"/login/openid/{body['openid_provider_id']}")
    back = idp.comes_in(went.headers["Location"])
    asked = browser.open("/login/callback", query_string={**back, "lang": "en"})
    assert asked.status_code == 200
    assert browser.says("A code is needed here as well")
    assert browser.send(code="000000").status_code == 400
    assert browser.send(code=new.fresh_code()).status_code == 200
    assert browser.sent[-1].startswith("/console")


def test_who_comes_to_a_page_of_the_desk_logs_in_and_is_back_at_it(office, browser, live_app):
    _, new = office.hire()
    browser.follow(browser.open("/console/holds?lang=en"))
    assert browser.sent[-1] == "/login?lang=en"
    typed = {"username": new.username, "password": new.password}
    assert browser.send(code="000000", **typed).status_code == 400
    assert browser.send(code=new.fresh_code(), **typed).status_code == 200
    assert browser.sent[-1] == "/console/holds?lang=en"
    # It leads back once, and nowhere but to a page of the desk.
    for kept in ("https://elsewhere.example/", "//elsewhere.example", "/console/../login", "/docs"):
        other = Browser(live_app)
        other.client.set_cookie("__Host-then", kept, domain="localhost", secure=True)
        other.open("/login?lang=en")
        assert other.send(code=new.fresh_code(), **typed).status_code == 200
        assert other.sent[-1] == "/console?lang=en"


def test_a_form_of_another_site_does_nothing(office, browser, watch, live_app):
    _, new = office.hire()
    typed = {"username": new.username, "password": new.password, "code": new.fresh_code()}
    bare = browser.open("/login", "POST", data=typed)
    assert bare.status_code == 403
    browser.open("/login?lang=en")
    _, action, inside = FORM.findall(browser.page)[0]
    token = dict(HIDDEN.findall(inside))["form_token"]
    stranger = Browser(live_app)
    stranger.open("/login")
    stolen = stranger.open("/login", "POST", data={**typed, "form_token": token})
    assert stolen.status_code == 403
    crossed = browser.open(
        unescape(action), "POST", data={**typed, "form_token": token},
        headers={"Sec-Fetch-Site": "cross-site"},
    )  # fmt: skip
    assert crossed.status_code == 403
    assert browser.open(
        unescape(action), "POST", data={**typed, "form_token": token}
    ).status_code == 303  # fmt: skip
    ids = re.findall(r"/account/sessions/(ses_\w+)/end", browser.open("/account").text)
    assert browser.open(f"/account/sessions/{ids[0]}/end", "POST").status_code == 403
    assert browser.open("/account").status_code == 200


def test_nothing_of_a_link_leaves_the_page(office, browser, capsys):
    _, url = office.invite("operator")
    path = page_of(url)
    for answer in (browser.open(path), browser.open("/login")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r'(src|href|action)="(https?:)?//', answer.text)
        assert " style=" not in answer.text
        assert "<script" not in answer.text
        for made in answer.headers.getlist("Set-Cookie"):
            assert made.startswith("__Host-")
            for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
                assert flag in made
    secret = path.rpartition("/")[2]
    told = capsys.readouterr()
    assert secret not in told.out + told.err
    assert secret not in browser.open(f"{path}x").text


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_field_has_a_name_that_is_read_out(office, browser, language):
    _, url = office.invite("operator")
    for path in (page_of(url), "/login"):
        browser.open(f"{path}?lang={language}")
        assert f'<html lang="{language}">' in browser.page
        ids = re.findall(r'<input id="(\w+)"', browser.page)
        assert ids
        for each in ids:
            assert f'<label for="{each}">' in browser.page, each
        for hint in re.findall(r'aria-describedby="([^"]+)"', browser.page):
            assert all(f'id="{each}"' in browser.page for each in hint.split())


def test_somebody_links_themselves_to_a_provider_and_unlinks(office, browser, idp, watch, live_app):
    provider_id = registered(office, idp, name="Zone login")
    user_id, new = office.hire()
    idp.somebody = SignedIn("zhao-min")

    def form(step: str) -> int:
        """Which form of the page is that of this provider, to be linked or unlinked."""
        action = f"/account/openid/{provider_id}/{step}?lang=en"
        return [each[1] for each in FORM.findall(browser.page)].index(action)

    def come_in(way: Browser) -> TestResponse:
        way.open("/login?lang=en")
        return way.send(username=new.username, password=new.password, code=new.fresh_code())

    assert browser.follow(browser.open("/account/openid?lang=en")).request.path == "/login"
    come_in(browser)
    other = Browser(live_app)
    come_in(other)
    browser.open("/account?lang=en")
    assert 'href="/account/openid?lang=en"' in browser.page
    browser.open("/account/openid?lang=en")
    assert browser.says("Zone login")
    assert not browser.says("linked</span>")
    # Without the code of the authenticator nothing is begun.
    assert browser.send(form("link"), code="000000").status_code == 400
    assert 'role="alert"' in browser.page
    left = browser.send(form("link"), code=new.fresh_code())
    assert left.status_code == 200, left.text
    way = re.search(r'class="button" href="([^"]+)"', browser.page)
    assert way is not None
    back = idp.comes_in(unescape(way[1]))
    assert browser.follow(browser.open("/login/callback", query_string=back)).status_code == 200
    browser.open("/account/openid?lang=en")
    assert browser.says("linked</span>")
    # Whoever comes back from there is this user now.
    idp.somebody.amr = ["mfa"]
    third = Browser(live_app)

    def come_by_provider() -> TestResponse:
        went = third.open(f"/login/openid/{provider_id}")
        answer = third.open("/login/callback", query_string=idp.comes_in(went.headers["Location"]))
        return third.follow(answer)

    assert come_by_provider().status_code == 200
    assert third.sent[-1].startswith("/console")
    browser.open("/account/openid?lang=en")
    assert browser.send(form("unlink"), code="000000").status_code == 400
    assert third.open("/account").status_code == 200, "nothing is undone by a wrong code"
    undone = browser.send(form("unlink"), code=new.fresh_code())
    assert undone.status_code == 200, undone.text
    assert not browser.says("linked</span>")
    # The sessions in other browsers have ended, this one goes on.
    assert third.follow(third.open("/account")).request.path == "/login"
    assert other.follow(other.open("/account")).request.path == "/login"
    assert come_by_provider().status_code == 400
    # It stands in the history and in the log, and can be linked again.
    done = steps_of(office, user_id)
    assert [done.count(f"openid_provider.{step}_own") for step in ("link", "unlink")] == [1, 1]
    assert browser.open("/account/openid").status_code == 200


def test_the_only_way_in_is_not_undone(office, browser, idp, watch):
    provider_id = registered(office, idp, name="Zone login")
    _, url = office.invite("operator")
    idp.somebody = SignedIn("li-na", amr=["mfa"])
    went = browser.open(f"{page_of(url)}/openid/{provider_id}")
    back = idp.comes_in(went.headers["Location"])
    assert browser.follow(browser.open("/login/callback", query_string=back)).status_code == 200
    browser.open("/account/openid?lang=zh-CN")
    assert browser.says("已关联")
    action = f"/account/openid/{provider_id}/unlink?lang=zh-CN"
    refused = browser.send([each[1] for each in FORM.findall(browser.page)].index(action))
    assert refused.status_code == 409
    assert browser.says("没有密码")
    assert browser.open("/account").status_code == 200
    bare = browser.open(action, "POST")
    assert bare.status_code == 403, "a form of another site does nothing"
