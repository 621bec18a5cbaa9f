"""The wallet as a person has it on a phone and at a desk: every page, in both languages, at both
sizes of letters, with nothing in the way of anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from app.ids import public
from app.settings import Settings
from app.usecases.recording.record import Recorded
from tests.builders.actions import a_ride, recording
from tests.builders.browsing import Look
from tests.builders.people import an_organisation
from tests.builders.points import a_person_with
from tests.builders.processes import own_wiring
from tests.builders.redemption import an_offer
from tests.builders.server import serving
from tests.builders.wallets import WalletLogin, a_wallet_login, agreeing

WIDTHS = (360, 768, 1440)


@dataclass
class Wallet:
    """A served programme, a person in it, and what of theirs has a page."""

    base_url: str
    login: WalletLogin
    paths: tuple[str, ...]

    def come_in(self, context: BrowserContext) -> None:
        page = context.new_page()
        page.goto(f"{self.base_url}/wallet/login?lang=en")
        page.fill("#username", self.login.username)
        page.fill("#password", self.login.password)
        page.keyboard.press("Enter")
        page.wait_for_url("**/wallet?**")
        page.close()


@pytest.fixture(scope="module")
def wallet(
    browser: Browser,
    two_databases: tuple[str, str],
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Wallet]:
    folder = tmp_path_factory.mktemp("wallet")
    wiring = own_wiring(replace(settings, data_dir=folder / "var"), two_databases[0])
    try:
        person = a_person_with(wiring, 900)
        provider = an_organisation(wiring, "provider")
        agreeing(wiring, person, provider)
        [ride] = recording(wiring, [a_ride(person, provider)])
        assert isinstance(ride, Recorded)
        assert ride.action_id is not None
        offer = an_offer(wiring)
        paths = (
            *("/wallet", "/wallet/actions", f"/wallet/actions/{public('act', ride.action_id)}"),
            *("/wallet/code", "/wallet/points", "/wallet/mall", "/wallet/redemptions"),
            *(f"/wallet/mall/{public('ofr', offer.offer_id)}", "/wallet/consents"),
            *("/wallet/sessions", "/wallet/export", "/wallet/leave", "/wallet/login"),
        )
        with serving(wiring.settings, folder / "server.log") as base_url:
            yield Wallet(base_url, a_wallet_login(wiring, person), paths)
    finally:
        wiring.close()


def wrong_with(look: Look, *, with_axe: bool) -> list[str]:
    seen = look.seen()
    wrong = [*look.complaints, *(look.barriers() if with_axe else [])]
    wrong += [f"one over another: {each}" for each in seen["over"]]
    if seen["sideways"] > 0:
        wrong.append(f"scrolls sideways by {seen['sideways']} px")
    if (seen["headings"], seen["mains"]) != (1, 1):
        wrong.append(f"{seen['headings']} h1, {seen['mains']} main")
    if not seen["title"].endswith("Tanpuhui"):
        wrong.append(f"title {seen['title']!r}")
    return wrong


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", ["normal", "large"])
def test_every_page_is_readable(browser: Browser, wallet: Wallet, language: str, size: str) -> None:
    host, wrong = urlsplit(wallet.base_url).netloc, []
    for width in WIDTHS:
        scheme = "dark" if width == WIDTHS[1] else "light"
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        wallet.come_in(context)
        look = Look(context.new_page(), host)
        for path in wallet.paths:
            look.open(f"{wallet.base_url}{path}?lang={language}&size={size}")
            found = wrong_with(look, with_axe=width != WIDTHS[2])
            wrong += [f"{path}, {width} px: {each}" for each in found]
            look.complaints.clear()
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("with_script", [True, False])
def test_the_code_is_shown_with_and_without_a_script(
    browser: Browser, wallet: Wallet, with_script: bool
) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=with_script
    )
    wallet.come_in(context)
    look = Look(context.new_page(), urlsplit(wallet.base_url).netloc)
    look.open(f"{wallet.base_url}/wallet/code?lang=en&size=large")
    look.page.get_by_role("main").get_by_role("button").click()
    digits = look.page.locator(".digits")
    expect(digits).to_have_text("6" + digits.inner_text()[1:])
    first = digits.inner_text()
    if with_script:
        assert wrong_with(look, with_axe=True) == []
        # The way back brings up a page whose code has run out: the next one takes its place.
        look.page.evaluate(
            "window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
        )
    else:
        look.page.get_by_role("main").get_by_role("button").click()
    expect(digits).not_to_have_text(first)
    context.close()
