"""The wallet as a browser has it: coming in, reading, redeeming, withdrawing, leaving."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask

from app.ids import public
from app.shown.redemptions import for_person
from app.tokens import real_now
from app.usecases.recording.record import Recorded
from app.usecases.redemption.read_redemptions import read_redemptions
from app.wiring import Wiring
from behaviours.actions.refusals import ConsentWithdrawn
from behaviours.viewer import Viewer
from tests.app.organisations.test_token_exchange import Login
from tests.builders.actions import a_ride, recording
from tests.builders.browser import FORM, HIDDEN, Browser
from tests.builders.people import a_participant, an_organisation
from tests.builders.points import a_person_with
from tests.builders.redemption import an_offer
from tests.builders.wallets import a_wallet_login

PAGES = (
    *("/wallet", "/wallet/actions", "/wallet/code", "/wallet/points", "/wallet/mall"),
    *("/wallet/redemptions", "/wallet/consents", "/wallet/sessions"),
    *("/wallet/export", "/wallet/leave"),
)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


def come_in(browser: Browser, wiring: Wiring, person, path: str = "/wallet") -> None:
    login = a_wallet_login(wiring, person)
    browser.follow(browser.open(f"{path}?lang=en"))
    answer = browser.send(**login._asdict())
    assert answer.status_code == 200, browser.page


def bought(wiring: Wiring, person) -> list:
    viewer = Viewer(role="participant", tenant_id=person)
    found = wiring.database.transact(read_redemptions, viewer, before=None, most=50)
    return [for_person(each) for each in found]


@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_a_page_without_a_session_and_everybody_comes_back_to_it(browser, wiring, path):
    asked = browser.open(f"{path}?lang=en")
    assert (asked.status_code, asked.headers["Location"][:13]) == (303, "/wallet/login")
    assert asked.headers["Cache-Control"] == "no-store"
    come_in(browser, wiring, a_participant(wiring), path)
    assert browser.sent[-1].startswith(f"{path}?")
    for language in ("zh-CN", "en"):
        shown = browser.open(f"{path}?lang={language}")
        assert shown.status_code == 200
        assert shown.headers["Cache-Control"] == "no-store"
        assert "'unsafe-inline'" not in shown.headers["Content-Security-Policy"]
        assert "wallet:" not in browser.page


def test_the_cookies_are_the_wallets_own_and_no_script_reads_them(browser, wiring):
    login = a_wallet_login(wiring, a_participant(wiring))
    browser.open("/wallet/login?lang=en")
    given = []
    for _ in range(2):
        method, action, inside = FORM.findall(browser.page)[0]
        told = {name: unescape(value) for name, value in HIDDEN.findall(inside)}
        answer = browser.open(unescape(action), method, data={**told, **login._asdict()})
        cookies = [each for each in answer.headers.getlist("Set-Cookie") if "wallet" in each]
        assert len(cookies) == 2
        assert all("HttpOnly" in each and "SameSite=Lax" in each for each in cookies)
        given.append(cookies)
        browser.open("/wallet/login?lang=en")
    # Another session each time: nobody goes on in one that was there before.
    assert given[0] != given[1]
    assert browser.follow(browser.open("/account")).request.path == "/login"


def test_a_link_of_a_provider_opens_the_wallet_once(app, http, wiring, token_for, browser):
    provider = Login(http, wiring, token_for("operator"))
    name = secrets.token_hex(8)
    a_participant(wiring, provider_id=provider.provider.organisation_id, subject=name)
    minute = {"aud": "tanpuhui-wallet", "exp": real_now() + timedelta(seconds=55)}
    # What is meant for programs opens no browser, and what lives longer is no link.
    for wrong in ({}, {**minute, "exp": real_now() + timedelta(minutes=4)}):
        browser.open(f"/wallet/in/{provider.subject_token(name, **wrong)}?lang=en")
        assert browser.send().status_code == 400
        assert browser.says("INVALID_GRANT")
    link = f"/wallet/in/{provider.subject_token(name, **minute)}?lang=en"
    assert provider.exchange(link[11:].partition("?")[0]).status_code == 400
    # A preview of the link does not use it up.
    browser.open(link)
    assert browser.open(link).status_code == 200
    assert browser.send().status_code == 200
    assert browser.says("Show my code")
    second = Browser(app)
    second.open(link)
    assert second.send().status_code == 400
    # By a provider's word nothing is redeemed, taken along or left.
    offer = public("ofr", an_offer(wiring).offer_id)
    browser.open(f"/wallet/mall/{offer}?lang=en")
    assert browser.says("log in by yourself")
    assert browser.follow(browser.open("/wallet/leave?lang=en")).request.path == "/wallet/login"
    browser.open("/wallet/sessions?lang=en")
    assert browser.send().request.path == "/wallet/login"
    assert browser.follow(browser.open("/wallet")).request.path == "/wallet/login"


def test_an_action_tells_how_it_was_computed_and_is_nobody_elses(browser, wiring):
    provider = an_organisation(wiring, "provider")
    person = a_participant(wiring, provider_id=provider)
    [ride] = recording(wiring, [a_ride(person, provider)])
    assert isinstance(ride, Recorded)
    come_in(browser, wiring, person)
    path = f"/wallet/actions/{public('act', ride.action_id)}"
    assert path in browser.page
    for language, how in (("en", "Arithmetic"), ("zh-CN", "计算")):
        assert browser.open(f"{path}?lang={language}").status_code == 200
        assert browser.says(how)
        assert browser.says(ride.reduction.label)
    other = Browser(browser.app)
    come_in(other, wiring, a_participant(wiring))
    assert other.open(path, headers={"Accept": "text/html"}).status_code == 404
    assert ride.reduction.label not in other.page


def test_redeeming_twice_by_one_form_is_one_redemption(browser, wiring):
    person = a_person_with(wiring, 500)
    title = "<script>alert(1)</script> latte"
    offer = an_offer(wiring, title_en=title, title_zh=title)
    path = f"/wallet/mall/{public('ofr', offer.offer_id)}"
    come_in(browser, wiring, person, path)
    assert "<script>alert" not in browser.page
    assert browser.says(title)
    form = browser.page
    # What is wrong is said on the form, which keeps what was typed.
    assert browser.send(quantity="１0x").status_code == 422
    assert 'role="alert"' in browser.page
    assert 'value="１0x"' in browser.page
    assert bought(wiring, person) == []
    browser.page = form
    done = browser.send(quantity="2")
    assert done.request.path.startswith("/wallet/redemptions/rdm_")
    digits = re.search(r'class="digits">([\d ]+)<', browser.page)
    assert digits is not None
    assert [len(each) for each in digits[1].split()] == [4, 4, 4, 4, 2]
    first = done.request.path
    browser.page = form
    assert browser.send(quantity="2").request.path == first
    [one] = bought(wiring, person)
    assert (one["state"], one["points"]) == ("held", 200)
    other = Browser(browser.app)
    come_in(other, wiring, a_participant(wiring))
    assert other.open(first, headers={"Accept": "text/html"}).status_code == 404
    browser.open(f"{first}?lang=en")
    assert browser.send().status_code == 200
    assert browser.says("Given up")


def test_who_logs_out_leaves_no_voucher_in_the_browser(browser, wiring):
    person = a_person_with(wiring, 100)
    come_in(browser, wiring, person, f"/wallet/mall/{public('ofr', an_offer(wiring).offer_id)}")
    browser.send(quantity="1")
    assert browser.client.get_cookie("tanpuhui-voucher") is not None
    browser.open("/wallet/sessions?lang=en")
    browser.send()
    assert browser.client.get_cookie("tanpuhui-voucher") is None
    assert browser.client.get_cookie("tanpuhui-wallet") is None


def test_too_few_points_are_said_with_a_code_and_nothing_moves(browser, wiring):
    person = a_person_with(wiring, 50)
    come_in(browser, wiring, person, f"/wallet/mall/{public('ofr', an_offer(wiring).offer_id)}")
    refused = browser.send(quantity="1")
    assert refused.status_code == 409
    assert browser.says("NOT_ENOUGH_POINTS")
    assert bought(wiring, person) == []


def test_a_code_is_fresh_each_time_and_a_forged_form_gets_none(browser, wiring):
    come_in(browser, wiring, a_person_with(wiring, 50), "/wallet/code")
    assert "digits" not in browser.page
    seen = set()
    for _ in range(2):
        answer = browser.send()
        assert answer.headers["Cache-Control"] == "no-store"
        found = re.search(r'class="digits">([\d ]+)<', browser.page)
        assert found is not None
        seen.add(found[1])
        assert browser.page.count("<svg") >= 2
    assert len(seen) == 2
    forged = browser.open("/wallet/code", "POST", data={"form_token": "0" * 64})
    assert forged.status_code == 403
    assert "digits" not in browser.page
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert browser.open("/wallet/code", "POST", headers=elsewhere).status_code == 403


def test_a_lapsed_session_keeps_what_was_typed(browser, wiring):
    person = a_person_with(wiring, 500)
    path = f"/wallet/mall/{public('ofr', an_offer(wiring).offer_id)}"
    come_in(browser, wiring, person, path)
    for each in ("wallet", "wallet-refresh"):
        browser.client.delete_cookie(f"tanpuhui-{each}", domain="localhost")
        browser.client.delete_cookie(f"__Host-{each}", domain="localhost")
    lapsed = browser.send(quantity="3")
    assert lapsed.request.path == "/wallet/login"
    assert browser.says("What you typed is kept")
    assert bought(wiring, person) == []
    browser.send(**a_wallet_login(wiring, person)._asdict())
    assert browser.sent[-1].startswith(f"{path}?")
    assert 'value="3"' in browser.page


def test_after_a_withdrawal_the_providers_next_post_is_refused(wiring, browser):
    provider = an_organisation(wiring, "provider")
    person = a_participant(wiring, provider_id=provider, scenes=("travel",))
    come_in(browser, wiring, person, "/wallet/consents")
    assert browser.send().request.path == "/wallet/consents"
    assert browser.says("Withdrawn")
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
    ride = a_ride(person, provider, occurred_at=later)
    [refused] = recording(wiring, [ride], now=later + timedelta(minutes=1))
    assert isinstance(refused, ConsentWithdrawn)
    # Giving takes one press too.
    assert browser.send().status_code == 200
    assert browser.says("Given")


def test_who_leaves_is_gone_and_the_way_back_shows_nothing(browser, wiring):
    person = a_person_with(wiring, 50)
    come_in(browser, wiring, person, "/wallet/export")
    exported = browser.open("/wallet/export?lang=en")
    assert exported.status_code == 200
    taken = browser.send()
    assert taken.json["id"] == public("par", person)
    assert "attachment" in taken.headers["Content-Disposition"]
    browser.open("/wallet/leave?lang=en")
    form = browser.page
    assert browser.says("50 pts")
    unsure = browser.send()
    assert (unsure.status_code, browser.says("LEAVING_UNCONFIRMED")) == (422, True)
    browser.page = form
    assert browser.send(sure="yes").status_code == 200
    assert browser.says("You have left")
    for path in PAGES:
        assert browser.follow(browser.open(path)).request.path == "/wallet/login"
    browser.page = form
    assert browser.send(sure="yes").request.path == "/wallet/login"


def test_who_is_unknown_is_told_nothing_of_others(browser):
    browser.open("/wallet/login?lang=en")
    assert browser.send(username="nobody", password="x" * 12).status_code == 400
    assert browser.says("INVALID_GRANT")
