"""What is said when an embedded engine cannot do its work."""

from __future__ import annotations


class EngineTrouble(Exception):
    """An engine cannot start, stop or be reached; the message says what to do about it."""
