"""The matrix of roles and routes is asked of a market of its own, where everything exists."""

from tests.builders.empty_market import app, market, shut

__all__ = ["app", "market", "shut"]
