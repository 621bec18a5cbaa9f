"""Complaints: filing them, answering them, taking them further, and reading them."""
