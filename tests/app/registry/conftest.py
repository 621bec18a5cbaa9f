"""Every test of this subject has an empty database of its own."""

from tests.builders.empty_market import app, market, numbers_are_conserved, shut

__all__ = ["app", "market", "numbers_are_conserved", "shut"]
