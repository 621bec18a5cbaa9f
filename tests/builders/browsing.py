"""The browser of the machine, and what it sees of a page that keeps people out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

# Its own sandbox needs rights that a container of tests lacks; it opens our pages only.
ARGUMENTS: Final = ("--no-sandbox", "--disable-dev-shm-usage")
# What counts of axe's findings: everything of WCAG 2.2 A and AA.
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# Two texts that cover each other by more than this are unreadable; a line's box overlaps the next
# one's by a hair.
COVERED_PX: Final = 3
_SEEN: Final = """
([covered]) => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, of = node.parentElement;
    if (!node.data.trim() || of.closest("math, svg, script, style, noscript")) continue;
    if (!of.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const at of range.getClientRects())
      if (at.width > 1 && at.height > 1)
        texts.push({node, at, said: node.data.trim().slice(0, 60)});
  }
  texts.sort((one, other) => one.at.top - other.at.top);
  const over = [];
  for (let i = 0; i < texts.length; i++)
    for (let j = i + 1; j < texts.length; j++) {
      const a = texts[i], b = texts[j];
      if (b.at.top >= a.at.bottom - covered) break;
      if (a.node === b.node) continue;
      const wide = Math.min(a.at.right, b.at.right) - Math.max(a.at.left, b.at.left);
      const high = Math.min(a.at.bottom, b.at.bottom) - Math.max(a.at.top, b.at.top);
      if (wide > covered && high > covered) over.push(`${a.said} | ${b.said}`);
    }
  const root = document.documentElement;
  return {
    over,
    sideways: root.scrollWidth - root.clientWidth,
    headings: document.querySelectorAll("h1").length,
    mains: document.querySelectorAll("main").length,
    language: root.lang,
    title: document.title,
  };
}
"""


@contextmanager
def browsing(path: str) -> Iterator[Browser]:
    """The browser, started once for many pages."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Look:
    """One page in one window, and all that it asked for or complained of."""

    page: Page
    host: str
    complaints: list[str] = field(default_factory=list)
    bytes_read: int = 0

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc != self.host:
            self.complaints.append(f"leaves the host: {request.url}")

    def open(self, url: str) -> None:
        """Go there; whatever is not 200 is a complaint."""
        answer = self.page.goto(url)
        assert answer is not None, url
        if answer.status != 200:
            self.complaints.append(f"status {answer.status}")
        self.bytes_read = len(answer.body())

    def seen(self) -> dict[str, Any]:
        """What the eye sees: texts over each other, px of scrolling sideways, headings."""
        found: dict[str, Any] = self.page.evaluate(_SEEN, [COVERED_PX])
        return found

    def barriers(self) -> list[str]:
        """What axe finds of WCAG 2.2 A and AA, by rule and place."""
        options = {"runOnly": {"type": "tag", "values": list(TAGS)}, "resultTypes": ["violations"]}
        results = Axe().run(self.page, options=options).response["violations"]
        return [
            f"{each['id']} ({each['impact']}): {node['target']} {node.get('failureSummary', '')}"
            for each in results
            for node in each["nodes"]
        ]
