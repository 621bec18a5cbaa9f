"""A certificate is checked by the browser that shows it: whole it holds, changed it does not."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app.secrecy.signatures import sign
from tests.browser.conftest import Site


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own server
        read: bytes = answer.read()
        return read


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{site.base_url}/registry/retirements/{site.retirement}?lang=en")
    yield opened
    context.close()


def said(page: Page, verdict: str) -> None:
    expect(page.locator("#verdict")).to_have_attribute("data-said", verdict)
    expect(page.locator(f'[data-verdict="{verdict}"]')).to_be_visible()


def upload(page: Page, name: str, content: bytes) -> None:
    page.evaluate("delete document.getElementById('verdict').dataset.said")
    page.locator("#certificate").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content}]
    )


def test_the_page_checks_its_own_certificate(page: Page, site: Site) -> None:
    said(page, "valid")
    expect(page.locator("#told")).to_contain_text(site.retirement)


def test_a_byte_that_was_changed_is_seen(page: Page, site: Site) -> None:
    signed = fetched(f"{site.base_url}/v1/retirements/{site.retirement}/certificate.json")
    upload(page, "certificate.json", signed)
    said(page, "valid")
    document: Any = json.loads(signed)
    # The same text with other spaces and in another order is the same text.
    upload(page, "spaced.json", json.dumps(dict(reversed(document.items())), indent=3).encode())
    said(page, "valid")
    changed = [
        signed.replace(b'"quantity_t":"7"', b'"quantity_t":"8"'),
        signed.replace(b"Hangzhou Tea House", b"Hangzhou Tea Hause"),
        signed.replace(b'"jws":"e', b'"jws":"f'),
        # A member that stands twice: readers would see two different things.
        signed.replace(b"{", b'{"beneficiary":"Somebody Else",', 1),
        json.dumps({**document, "added": "x"}).encode(),
        json.dumps({name: document[name] for name in document if name != "signature"}).encode(),
        signed[:-20],
        b"not a certificate",
    ]
    for content in changed:
        assert content != signed
        upload(page, "certificate.json", content)
        said(page, "altered")


def test_another_key_than_the_published_ones_signs_nothing(page: Page, site: Site) -> None:
    own = json.loads(fetched(f"{site.base_url}/v1/retirements/{site.retirement}/certificate.json"))
    stated = {name: own[name] for name in own if name != "signature"}
    foreign = sign(stated, bytes(range(1, 33)))
    upload(page, "certificate.json", json.dumps(foreign).encode())
    said(page, "altered")


def test_a_printed_certificate_is_checked_by_the_text_in_it(page: Page, site: Site) -> None:
    printed = fetched(f"{site.base_url}/v1/retirements/{site.retirement}/certificate.pdf")
    upload(page, "certificate.pdf", printed)
    said(page, "valid")
    # In a picture, a font or a text of the page: the text in the file is genuine, the page is not.
    start = printed.index(b"stream\n") + 40
    upload(page, "certificate.pdf", _flipped(printed, start))
    expect(page.locator("#verdict")).to_have_attribute("data-said", "differs")
    # In the attached text itself.
    attached = printed.index(b"stream\n", printed.index(b"/Type /EmbeddedFile")) + 60
    upload(page, "certificate.pdf", _flipped(printed, attached))
    said(page, "altered")
    # What somebody appended would be shown in place of what was printed.
    upload(page, "certificate.pdf", printed + b"startxref\n0\n%%EOF\n")
    said(page, "altered")


def test_without_a_script_the_page_says_how_to_verify(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(f"{site.base_url}/registry/retirements/{site.retirement}?lang=en")
    expect(opened.locator("#verdict")).to_be_hidden()
    expect(opened.get_by_text("Without scripts this page checks nothing")).to_be_visible()
    expect(opened.get_by_text("tanpuhui verify certificate.json")).to_be_visible()
    context.close()


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
