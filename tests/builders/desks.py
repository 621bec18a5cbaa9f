"""Somebody on staff before the console, in a browser of their own."""

from __future__ import annotations

from flask import Flask

from tests.builders.browser import Browser


def at_desk(app: Flask, token: str) -> Browser:
    """A browser in the session of this token, as the login leaves it."""
    browser = Browser(app)
    browser.client.set_cookie("tanpuhui-access", token, domain="localhost")
    return browser
