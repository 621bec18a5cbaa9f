"""Every page that everybody reads, as a browser shows it: on a phone and a desk, in both languages,
in light and dark, with nothing in the way of anybody (WCAG 2.2 AA, as far as axe sees it).
"""

from __future__ import annotations

import os
from typing import Final, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Site
from tests.builders.browsing import Look

Scheme = Literal["light", "dark"]
WIDTHS: Final = (360, 768, 1440)
WINDOWS: Final[tuple[tuple[int, Scheme], ...]] = (
    *((width, "light") for width in WIDTHS),
    (WIDTHS[0], "dark"),
)
MOST_BYTES: Final = 200_000
PAGES: Final = (
    "/methodologies",
    "/methodologies/gd.distributed_pv/2022",
    "/methodologies/gd.distributed_pv/2022/calculator",
    "/methodologies/verra.tidal_wetland_restoration/2.1",
    "/series",
    "/registry",
    "/registry/bundles",
    "/registry/bundles/{bundle}",
    "/registry/blocks",
    "/registry/blocks/{block}",
    "/registry/transfers",
    "/registry/retirements",
    "/registry/enterprises/{enterprise}",
    "/registry/search?q=nothing",
    "/registry/projects",
    "/registry/projects/{project}",
    "/registry/verifications",
    "/registry/anchors",
    "/registry/units?serial={serial}",
    "/registry/retirements/{retirement}",
    "/complaints",
    "/complaints/follow",
    "/complaints/months",
    "/login",
    "/docs",
    "/docs/guides/app",
    "/docs/guides/till",
    "/docs/guides/webhooks",
    "/docs/guides/go-live",
    "/docs/reference",
    "/docs/reference/redemption",
    "/docs/reference/recording/actions_report_action",
    "/docs/errors",
    "/docs/errors/NOT_FOUND",
    "/docs/retention",
    "/docs/data-protection",
)
# Of somebody of staff who is signed in.
DESK: Final = (
    "/console",
    "/console/actions",
    "/console/actions/{action}",
    "/console/holds",
    "/console/holds/{held}",
    "/console/proposals",
    "/console/bundles",
    "/console/bundles/{bundle}",
    "/console/log",
)


def looked_at(
    browser: Browser, site: Site, path: str, width: int, scheme: str = "light"
) -> list[str]:
    """All that is wrong with a page in one window."""
    host = urlsplit(site.base_url).netloc
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    if path.startswith("/console"):
        session = {"name": "tanpuhui-access", "value": site.operator, "url": site.base_url}
        context.add_cookies([session])
    try:
        look = Look(context.new_page(), host)
        look.open(f"{site.base_url}{path.format(**vars(site))}")
        seen = look.seen()
        # Rules see the same page at every width.
        if pictures := os.environ.get("TANPUHUI_PICTURES"):
            name = path.format(**vars(site)).replace("/", "_").replace("?", "-")
            look.page.screenshot(path=f"{pictures}/{name}-{width}-{scheme}.png", full_page=True)
        wrong = [*look.complaints, *(look.barriers() if width == WIDTHS[0] else [])]
        wrong += [f"one over another: {each}" for each in seen["over"]]
        if seen["sideways"] > 0:
            wrong.append(f"scrolls sideways by {seen['sideways']} px")
        if (seen["headings"], seen["mains"]) != (1, 1):
            wrong.append(f"{seen['headings']} h1, {seen['mains']} main")
        if not seen["title"].endswith("Tanpuhui"):
            wrong.append(f"title {seen['title']!r}")
        if look.bytes_read > MOST_BYTES:
            wrong.append(f"{look.bytes_read} bytes")
        return wrong
    finally:
        context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("path", [*PAGES, *DESK])
def test_a_page_is_readable_wherever_it_is_read(
    browser: Browser, site: Site, path: str, language: str
) -> None:
    path += f"{'&' if '?' in path else '?'}lang={language}"
    wrong = [
        f"{width} px, {scheme}: {each}"
        for width, scheme in WINDOWS
        for each in looked_at(browser, site, path, width, scheme)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_so_is_the_page_of_what_is_not_there(browser: Browser, site: Site, language: str) -> None:
    for width, scheme in WINDOWS:
        wrong = looked_at(browser, site, f"/nowhere?lang={language}", width, scheme)
        # The browser itself complains of the answer, which is right.
        assert [each for each in wrong if "404" not in each] == []
        assert "status 404" in wrong
