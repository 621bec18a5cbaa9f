"""A browser on pages with forms: it keeps cookies, fills in, sends, and goes where it is led."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.builders.people import an_address

FORM = re.compile(
    r'<form (?:class="\w+" )?method="(\w+)" action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL
)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass
class Browser:
    """A browser on its way through pages, over TLS as in live mode."""

    app: Flask
    page: str = ""
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = an_address()

    def open(self, path: str, method: str = "GET", **options: object) -> TestResponse:
        answer = self.client.open(path, method=method, base_url="https://localhost", **options)
        self.page = answer.text
        self.sent.append(path)
        return answer

    def send(self, index: int = 0, **typed: Any) -> TestResponse:
        """Fill in the form of the page and send it; go where the answer leads."""
        method, action, inside = FORM.findall(self.page)[index]
        told = {name: unescape(value) for name, value in HIDDEN.findall(inside)} | typed
        answer = self.open(unescape(action), method.upper(), data=told)
        return self.follow(answer)

    def send_to(self, path: str, **typed: Any) -> TestResponse:
        """As ``send``, with the form of the page that is sent to ``path``."""
        leads = [unescape(action).partition("?")[0] for _, action, _ in FORM.findall(self.page)]
        return self.send(leads.index(path), **typed)

    def follow(self, answer: TestResponse) -> TestResponse:
        while answer.status_code in (302, 303) and answer.headers["Location"].startswith("/"):
            answer = self.open(answer.headers["Location"])
        return answer

    def says(self, text: str) -> bool:
        return text in unescape(self.page)
