"""Contracts are checked against the whole running application."""

from tests.app.conftest import app, http, token_for, wiring

__all__ = ["app", "http", "token_for", "wiring"]
